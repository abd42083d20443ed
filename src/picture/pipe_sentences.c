/*
 * pipe_sentences.c: what is said of a thread that sleeps on a pipe: how full
 * it is, who holds the other end, and which of these can still wake it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

#define MOST_NAMED 6 /* of those who hold an end */

/* " in 4711 (fd 4 5) and in 4712 itself (fd 4)": who holds that end. */
static bool
say_holders(
    struct row *to, const struct picture *p, int pipe, int mode, int self)
{
	const struct descriptor *d = NULL;
	int last = -1, named = 0;

	while ((d = next_holder(p, d, pipe, mode)) != NULL) {
		if (d->own && d->process == last)
			continue;
		if (d->process != last && ++named > MOST_NAMED) {
			last = d->process;
			continue;
		}
		if (d->process != last) {
			add(to, "%s ", last == -1 ? "" : ") and in");
			add_who(to, &p->process[d->process]);
			add(to, "%s (fd",
			    d->process == self ? " itself"
			    : p->process[d->process].asked
				? ""
				: " (not asked for)");
		}
		if (named <= MOST_NAMED)
			add(to, " %d", d->fd);
		last = d->process;
	}
	add(to, "%s", last == -1 ? " a process that we cannot see" : ")");
	if (named > MOST_NAMED)
		add(to, " and in %d more", named - MOST_NAMED);
	return last != -1;
}

/* ": 4711, which sleeps in wait, can still write": who may yet wake it. */
static void
say_who_can(struct row *to, const struct reasoning *r, const struct sleeper *s,
    int pipe, int mode)
{
	const struct picture *p = r->p;
	const struct descriptor *d = NULL;
	int last = -1, named = 0;

	while ((d = next_holder(p, d, pipe, mode)) != NULL) {
		if (d->process == last || d->process == s->task->process ||
		    r->stuck[d->process])
			continue;
		last = d->process;
		if (++named > MOST_NAMED)
			continue;
		add(to, "%s ", named == 1 ? ":" : " and");
		add_who(to, &p->process[last]);
		if (p->process[last].asked) {
			add(to, ", which ");
			say_state(to, r, last);
			add(to, ",");
		}
	}
	if (named > MOST_NAMED)
		add(to, " and %d more", named - MOST_NAMED);
	if (named > 0)
		add(to,
		    mode == O_WRONLY ? " can still write" : " can still read");
}

/* "; its write end is still open in 4711 (fd 4): end of file never comes" */
static void
say_other_end(struct row *to, const struct reasoning *r,
    const struct sleeper *s, const struct way *w, int pipe)
{
	bool reads = w->cause == INPUT;
	int mode = other_mode(w->cause);

	add(to, "; its %s end is still open in", reads ? "write" : "read");
	if (!say_holders(to, r->p, pipe, mode, s->task->process))
		return;
	if (s->for_good)
		add(to, "%s",
		    reads ? ": end of file never comes"
			  : ": nobody ever reads from it");
	else
		say_who_can(to, r, s, pipe, mode);
}

static bool
holds_write_end(const struct picture *p, int process, int pipe)
{
	const struct descriptor *d = NULL;

	while ((d = next_holder(p, d, pipe, O_WRONLY)) != NULL)
		if (d->process == process)
			return true;
	return false;
}

/* An environment with its number is inherited; the pipe itself make holds. */
static bool
make_holds(const struct picture *p, int pipe)
{
	const struct descriptor *d = NULL;

	while ((d = next_holder(p, d, pipe, O_WRONLY)) != NULL) {
		const char *command = p->process[d->process].command;
		if (strcmp(command, "make") == 0 ||
		    strcmp(command, "gmake") == 0)
			return true;
	}
	return false;
}

/* Has a process of those who could wake it got it from make, to take leave for
 * a job from? Its environment says so. */
static bool
is_jobserver(const struct picture *p, const struct way *w, int pipe)
{
	char path[64], auth[40], *line = NULL;
	size_t room = 0;
	bool found = false;

	if (!make_holds(p, pipe))
		return false;
	snprintf(auth, sizeof auth, "--jobserver-auth=%d,", w->fd);
	for (int i = 0; i < w->wakers && !found; i++) {
		snprintf(path, sizeof path, "/proc/%ld/environ",
		    (long)w->waker[i].pid);
		FILE *f = fopen(path, "re");
		while (f != NULL && !found &&
		       getdelim(&line, &room, '\0', f) != -1)
			found = strncmp(line, "MAKEFLAGS=", 10) == 0 &&
				strstr(line, auth) != NULL;
		if (f != NULL)
			fclose(f);
	}
	free(line);
	return found;
}

/* "pipe A", or "FIFO A (/tmp/log)" */
static void
say_which(struct row *to, const struct pipe *it)
{
	bool fifo = strncmp(it->path, "pipe:[", 6) != 0;
	char name[8];

	add(to, "%s %s", fifo ? "FIFO" : "pipe", pipe_name(it, name));
	if (fifo)
		add(to, " (%s)", it->path);
}

static void
say_empty(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w, int pipe)
{
	const struct pipe *it = &r->p->pipe[pipe];
	int self = s->task->process;

	if (it->fill < 0)
		add(to, "whether ");
	say_which(to, it);
	if (it->fill > 0) {
		add(to, " holds %ld bytes, so it is about to wake", it->fill);
		return;
	}
	add(to, it->fill < 0 ? " is empty is unknown" : " is empty");
	if (is_jobserver(r->p, w, pipe))
		add(to,
		    " (make's jobserver: a byte in it is the leave to run a job)");
	say_other_end(to, r, s, w, pipe);
	if (!s->for_good && holds_write_end(r->p, self, pipe))
		add(to,
		    "; but end of file cannot come while %ld itself holds "
		    "that end",
		    (long)r->p->process[self].pid);
}

/* A pipe has room in pages, of which each write takes at least one. */
static void
say_full(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w, int pipe)
{
	const struct pipe *it = &r->p->pipe[pipe];
	long pages = it->capacity / 4096;

	if (it->fill < 0)
		add(to, "how full ");
	say_which(to, it);
	if (it->fill < 0)
		add(to, " is is unknown");
	else if (it->fill == it->capacity)
		add(to, " is full (%ld of %ld bytes)", it->fill, it->capacity);
	else if (it->capacity - it->fill < 4096)
		add(to, " has too little room (%ld of %ld bytes)", it->fill,
		    it->capacity);
	else
		add(to,
		    " is full: all its %ld pages are in use, though by only "
		    "%ld of %ld bytes, for a write that does not fit into the "
		    "rest of a page begins another",
		    pages, it->fill, it->capacity);
	say_other_end(to, r, s, w, pipe);
}

void
say_pipe(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	int pipe = r->p->descriptor[w->descriptor].pipe;

	if (w->cause == INPUT)
		say_empty(to, r, s, w, pipe);
	else
		say_full(to, r, s, w, pipe);
}

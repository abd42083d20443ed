/*
 * pipe_sentences.c: what is said of a thread that sleeps on a pipe: how full
 * it is, who holds the other end, and which of these can still wake it.
 */
#include <fcntl.h>

#include "picture/parts.h"

/* " in 4711 (fd 4 5) and in 4712 itself (fd 4)": who holds that end. */
static bool
say_holders(
    struct row *to, const struct picture *p, int pipe, int mode, int self)
{
	const struct descriptor *d = NULL;
	int last = -1;

	while ((d = next_holder(p, d, pipe, mode)) != NULL) {
		if (d->own && d->process == last)
			continue;
		if (d->process != last) {
			add(to, "%s ", last == -1 ? "" : ") and in");
			add_who(to, &p->process[d->process]);
			add(to, "%s (fd",
			    d->process == self ? " itself"
			    : p->process[d->process].asked
				? ""
				: " (not asked for)");
		}
		add(to, " %d", d->fd);
		last = d->process;
	}
	add(to, "%s", last == -1 ? " nobody that can be seen" : ")");
	return last != -1;
}

/* ": 4711, which sleeps in wait, can still write": who may yet wake it. */
static void
say_who_can(struct row *to, const struct reasoning *r, const struct sleeper *s,
    int pipe, int mode)
{
	const struct picture *p = r->p;
	const struct descriptor *d = NULL;
	int last = -1;

	while ((d = next_holder(p, d, pipe, mode)) != NULL) {
		if (d->process == last || d->process == s->task->process ||
		    r->asleep[d->process])
			continue;
		add(to, "%s ", last == -1 ? ":" : " and");
		last = d->process;
		add_who(to, &p->process[last]);
		if (p->process[last].asked) {
			add(to, ", which ");
			say_state(to, r, last);
			add(to, ",");
		}
	}
	if (last != -1)
		add(to,
		    mode == O_WRONLY ? " can still write" : " can still read");
}

/* "; its write end is still open in 4711 (fd 4): end of file never comes" */
static void
say_other_end(struct row *to, const struct reasoning *r,
    const struct sleeper *s, int pipe)
{
	bool reads = s->cause == INPUT;
	int mode = other_mode(s);

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

static void
say_empty(struct row *to, const struct reasoning *r, const struct sleeper *s,
    int pipe)
{
	const struct pipe *it = &r->p->pipe[pipe];
	int self = s->task->process;
	char name[8];

	pipe_name(it, name);
	if (it->fill > 0) {
		add(to, "pipe %s holds %ld bytes, so it is about to wake", name,
		    it->fill);
		return;
	}
	if (it->fill < 0)
		add(to, "whether pipe %s is empty is unknown", name);
	else
		add(to, "pipe %s is empty", name);
	say_other_end(to, r, s, pipe);
	if (!s->for_good && holds_write_end(r->p, self, pipe))
		add(to,
		    "; but end of file never comes while %ld itself holds "
		    "that end",
		    (long)r->p->process[self].pid);
}

static void
say_full(struct row *to, const struct reasoning *r, const struct sleeper *s,
    int pipe)
{
	const struct pipe *it = &r->p->pipe[pipe];
	char name[8];

	pipe_name(it, name);
	if (it->fill < 0)
		add(to, "how full pipe %s is is unknown", name);
	else
		add(to, "pipe %s %s (%ld of %ld bytes)", name,
		    it->fill == it->capacity ? "is full"
					     : "has too little room",
		    it->fill, it->capacity);
	say_other_end(to, r, s, pipe);
}

void
say_pipe(struct row *to, const struct reasoning *r, const struct sleeper *s,
    int pipe)
{
	if (s->cause == INPUT)
		say_empty(to, r, s, pipe);
	else
		say_full(to, r, s, pipe);
}

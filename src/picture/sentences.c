/*
 * sentences.c: what why() found out, in sentences: one for each thread that
 * sleeps; those of one process that say the same are one.
 */
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

/* "sleeps in read(3)" */
void
say_sleep(struct row *to, const struct sleeper *s)
{
	if (s->name != NULL)
		add(to, "sleeps in %s", s->name);
	else if (s->hidden)
		add(to, "sleeps, in which call is hidden from us");
	else
		add(to, "sleeps in a call of its own kind");
	if (s->cause == CHILD && s->pid != -1 && s->name != NULL)
		add(to, "%s(%ld)", strcmp(s->name, "wait") == 0 ? "pid" : "",
		    s->pid);
	if (s->fd >= 0)
		add(to, "(%d)", s->fd);
}

void
say_state(struct row *to, const struct reasoning *r, int process)
{
	const struct process *it = &r->p->process[process];

	for (int i = r->first[process]; i >= 0 && i < r->sleepers &&
					r->sleeper[i].task->process == process;
	     i++)
		if (!r->sleeper[i].awake || r->sleeper[i].restless) {
			say_sleep(to, &r->sleeper[i]);
			return;
		}
	add(to, "%s%s", it->state == 'S' ? "has just run" : "is ",
	    it->state == 'S' ? "" : state_in_words(it->state));
}

/* Which descriptor is hidden: those that it could be. */
static void
say_candidates(
    struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	bool any = false;

	add(to,
	    "which descriptor is unknown, for /proc/%ld/syscall is closed "
	    "to us",
	    (long)r->p->process[s->task->process].pid);
	for (int i = 0; i < s->ways; i++)
		if (s->way[i].descriptor >= 0) {
			add(to, "%s%d", any ? " or " : "; it could be ",
			    s->way[i].fd);
			any = true;
		}
	if (s->for_good)
		add(to, "; nobody will ever wake it, whichever it is");
	else
		add(to, "; fdmap as root, or strace -p, would see it");
}

#define MOST_SAID 6 /* of what a poll watches */

/* "watches 3 and 5: pipe A is empty; ..." */
static void
say_watched(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	int watched = 0, said = 0;

	if (s->hidden) {
		add(to, "which descriptors it watches is hidden from us");
		return;
	}
	for (int i = 0; i < s->ways; i++)
		if (s->way[i].fd >= 0)
			add(to, watched++ == 0 ? "it watches %d%s" : ", %d%s",
			    s->way[i].fd,
			    s->way[i].cause == ROOM ? " (for room)" : "");
	for (int i = 0; i < s->ways && said < MOST_SAID; i++) {
		const struct way *w = &s->way[i];
		if (w->fd < 0 && (w->cause != SIGNAL || w->open != AT_SIGNAL))
			continue;
		add(to, said++ == 0 && watched > 0 ? ": "
			: said > 1                 ? ". "
						   : "");
		if (watched > 1)
			add(to, "%d: ", w->fd);
		say_way(to, r, s, w);
		if (s->stuck && !s->for_good)
			say_doubt(to, r, w);
	}
	if (watched > MOST_SAID)
		add(to, ". And %d more", watched - MOST_SAID);
	if (s->timed) {
		add(to, watched > 0 ? "; " : "");
		say_limit(to, s);
	}
}

/* What may wake it besides. */
static void
say_besides(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	for (int i = 0; i < s->ways; i++) {
		const struct way *w = &s->way[i];
		if (w->cause == TIME && w->open == AT_HANDLER)
			add(to, "; it catches SIGALRM or has a timer, so time "
				"may wake it, too");
		else if (w->cause == SIGNAL && s->cause != SIGNAL &&
			 !s->stuck && w->wakers > 0) {
			add(to, "; it catches SIGCHLD, which the end of ");
			add_pid(to, r->p, w->waker[0].pid);
			add(to, " would be");
		}
	}
}

static void
say_cause(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	if (s->cause == MANY) {
		say_watched(to, r, s);
		return;
	}
	if ((s->cause == INPUT || s->cause == ROOM) && s->hidden &&
	    s->fd == -1) {
		say_candidates(to, r, s);
		return;
	}
	if (s->again)
		add(to, "it was stopped and goes on to sleep; ");
	say_way(to, r, s, &s->way[0]);
	if (s->stuck ? !s->for_good
		     : s->way[0].open == AT_TIME && s->way[0].descriptor >= 0 &&
			   kind_of(&r->p->descriptor[s->way[0].descriptor]) ==
			       SOCKET)
		say_doubt(to, r, &s->way[0]);
	if (s->timed && s->cause != TIME && s->cause != SIGNAL) {
		add(to, "; ");
		say_limit(to, s);
	}
}

/* A process that does not sleep: how long it has had the processor tells a
 * loop from one that was just there. */
static void
say_awake(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	const struct process *it = &r->p->process[s->task->process];
	char state = s->task->state;

	if (state == 'S' || state == 'D')
		add(to, "has just run");
	else if (state == 'R')
		add(to, "is running, not stuck: %.1f s of CPU", it->cpu);
	else if (state == 'Z' && it->table != it->pid)
		add(to, "has left by pthread_exit; other threads of its "
			"process live");
	else if (state == 'Z')
		add(to, "is a zombie: it has ended, and its parent has not "
			"waited for it");
	else
		add(to, "is %s", state_in_words(state));
}

/* What a stopped one would do. */
static void
say_stop(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	const struct process *it = &r->p->process[s->task->process];

	if (s->task->state == 't' && it->tracer > 0) {
		add(to, ": ");
		add_pid(to, r->p, it->tracer);
		add(to, " lets it go on");
		return;
	}
	if (s->task->state != 'T')
		return;
	const struct descriptor *d =
	    s->fd < 0 ? NULL : find_descriptor(r->p, s->task->process, s->fd);
	bool behind = it->foreground > 0 && it->foreground != it->group;
	if (s->name != NULL && !s->hidden)
		add(to, " inside %s", s->name);
	if (s->name != NULL && s->fd >= 0 && !s->hidden)
		add(to, "(%d)", s->fd);
	if (behind && d != NULL && kind_of(d) == TERMINAL)
		add(to, " of its terminal: it runs in the background; fg lets "
			"it go on");
	else
		add(to, ": SIGCONT lets it go on%s",
		    behind ? "; in a shell, fg or bg does" : "");
}

/* What is said of the thread after its name. */
static char *
spell_thread(const struct reasoning *r, const struct sleeper *s)
{
	struct row to = {0};

	if (s->awake && !s->restless) {
		say_awake(&to, r, s);
		say_stop(&to, r, s);
	} else {
		say_sleep(&to, s);
		add(&to, ": ");
		say_cause(&to, r, s);
		say_besides(&to, r, s);
	}
	return to.text.at;
}

/* "4711 cat", "4711 cat, thread 4712," */
static void
add_sleeper(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	const struct process *it = &r->p->process[s->task->process];

	add_who(to, it);
	if (s->task->tid != it->pid)
		add(to, ", thread %ld,", (long)s->task->tid);
}

#define MOST_ALIKE 4 /* that are named */

/* "the same of 4712 cat, 4713 cat and 20 more" */
static void
say_alike(
    const struct reasoning *r, int from, int n, line_function *line, void *arg)
{
	struct row to = {0};

	for (int i = 0; i < n && i < MOST_ALIKE; i++) {
		const struct sleeper *s = &r->sleeper[from + i];
		const struct process *it = &r->p->process[s->task->process];
		add(&to, "%s", i == 0 ? "the same of " : ", ");
		if (s->task->tid != it->pid)
			add(&to, "thread %ld", (long)s->task->tid);
		else
			add_who(&to, it);
	}
	if (n > MOST_ALIKE)
		add(&to, " and %d more", n - MOST_ALIKE);
	line(to.text.at, arg);
	free_row(&to);
}

/* Each thread; of those that follow one another and say the same, the first.
 * A demo has a few lanes, and each of them is told. */
void
say_sleepers(const struct reasoning *r, line_function *line, void *arg)
{
	char *last = NULL;
	int alike = 0;

	for (int i = 0; i <= r->sleepers; i++) {
		char *text =
		    i < r->sleepers ? spell_thread(r, &r->sleeper[i]) : NULL;
		if (r->p->further && text != NULL && last != NULL &&
		    strcmp(text, last) == 0) {
			alike++;
			free(text);
			continue;
		}
		if (alike > 0)
			say_alike(r, i - alike, alike, line, arg);
		alike = 0;
		free(last);
		last = text;
		if (text == NULL)
			break;
		struct row to = {0};
		add_sleeper(&to, r, &r->sleeper[i]);
		add(&to, " %s", text);
		line(to.text.at, arg);
		free_row(&to);
	}
}

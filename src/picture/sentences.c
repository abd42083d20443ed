/*
 * sentences.c: what why() found out, in sentences: one for each thread that
 * sleeps, and one for the circle of those that wait for each other.
 */
#include <string.h>

#include "picture/parts.h"

/* "sleeps in read(3)" */
static void
say_sleep(struct row *to, const struct sleeper *s)
{
	if (s->name != NULL)
		add(to, "sleeps in %s", s->name);
	else if (s->task->call_known && s->task->call >= 0)
		add(to, "sleeps in system call %ld", s->task->call);
	else
		add(to, "sleeps in %s, its call is unknown",
		    s->task->wchan[0] == '\0' ? "the kernel" : s->task->wchan);
	if (s->cause == CHILD && s->pid > 0)
		add(to, "pid(%ld)", s->pid);
	if (s->fd >= 0)
		add(to, "(%d)", s->fd);
}

void
say_state(struct row *to, const struct reasoning *r, int process)
{
	char state = r->p->process[process].state;

	for (int i = 0; i < r->sleepers; i++)
		if (r->sleeper[i].task->process == process &&
		    !r->sleeper[i].awake) {
			say_sleep(to, &r->sleeper[i]);
			return;
		}
	add(to, "%s%s", state == 'S' ? "has just run" : "is ",
	    state == 'S' ? "" : state_in_words(state));
}

/* What a read or write waits for that is no pipe. */
static void
say_other_file(struct row *to, const struct reasoning *r,
    const struct sleeper *s, const struct descriptor *d)
{
	const struct description *it = &r->p->description[d->description];

	if (it->kind == TERMINAL && s->cause == INPUT)
		add(to, "a line typed at the terminal wakes it");
	else if (it->kind == TERMINAL)
		add(to, "the terminal takes no more; Ctrl-Q goes on");
	else if (it->kind == SOCKET && s->for_good)
		add(to,
		    "its other end is open only in processes that sleep for "
		    "good, too");
	else if (it->kind == SOCKET && s->cause == INPUT)
		add(to, "what comes in at socket %s wakes it",
		    it->address == NULL ? "(address unknown)" : it->address);
	else if (it->kind == SOCKET)
		add(to, "the other side of socket %s wakes it",
		    it->address == NULL ? "(address unknown)" : it->address);
	else
		add(to, "the kernel has it wait for %s", d->path);
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
	for (int i = 0; i < r->p->descriptors; i++)
		if (strstr(s->task->wchan, "pipe") != NULL &&
		    may_be_it(s, &r->p->descriptor[i])) {
			add(to, "%s%d", any ? " or " : "; it could be ",
			    r->p->descriptor[i].fd);
			any = true;
		}
	if (s->for_good)
		add(to, "; nobody will ever wake it, whichever it is");
}

static void
say_descriptor(
    struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	const struct descriptor *d = NULL;

	for (int i = 0; i < r->p->descriptors; i++)
		if (r->p->descriptor[i].process == s->task->process &&
		    r->p->descriptor[i].fd == s->fd)
			d = &r->p->descriptor[i];
	if (s->fd == -1)
		say_candidates(to, r, s);
	else if (d == NULL)
		add(to, "what descriptor %d leads to is unknown", s->fd);
	else if (d->pipe >= 0)
		say_pipe(to, r, s, d->pipe);
	else if (d->description >= 0)
		say_other_file(to, r, s, d);
	else
		add(to, "it waits for %s", d->path);
}

static void
say_children(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	if (s->children == 0)
		add(to, "for which child is unknown");
	for (int i = 0; i < s->children; i++) {
		int n = process_of(r->p, s->child[i]);
		add(to, "%sits child ", i == 0 ? "" : "; ");
		if (n == -1) {
			add(to, "%d (not asked for) has not ended",
			    s->child[i]);
			continue;
		}
		add_who(to, &r->p->process[n]);
		add(to, " has not ended, it ");
		say_state(to, r, n);
	}
	if (s->for_good)
		add(to, ": the wait never ends");
}

static void
say_lock(struct row *to, const struct sleeper *s)
{
	if (s->joins != 0)
		add(to, "its thread %ld has not ended", (long)s->joins);
	else if (s->within)
		add(to,
		    "it waits for a lock or a condition of its own threads");
	else
		add(to, "it waits for a lock or another thread; whose is "
			"unknown");
	if (s->for_good)
		add(to, s->joins != 0 ? ": the join never ends"
				      : ": none of them will ever wake it");
}

static void
say_cause(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	static const char *const wakes[] = {
	    [TIME] = "time wakes it, or a signal",
	    [SIGNAL] = "a signal wakes it, nothing else",
	    [MANY] = "which descriptors it watches is unknown",
	    [PARTNER] = "until another process opens the other end",
	    [OTHER] = "what wakes it is unknown"};

	if (s->cause == INPUT || s->cause == ROOM)
		say_descriptor(to, r, s);
	else if (s->cause == CHILD)
		say_children(to, r, s);
	else if (s->cause == LOCK)
		say_lock(to, s);
	else
		add(to, "%s", wakes[s->cause]);
}

static void
say_awake(struct row *to, char state)
{
	if (state == 'S' || state == 'D')
		add(to, "has just run");
	else if (state == 'Z')
		add(to, "is a zombie: it has ended, and its parent has not "
			"waited for it");
	else
		add(to, "is %s%s", state_in_words(state),
		    state == 'T' ? ": SIGCONT lets it go on" : "");
}

void
say_sleeper(const struct reasoning *r, const struct sleeper *s,
    line_function *line, void *arg)
{
	const struct process *it = &r->p->process[s->task->process];
	struct row to = {0};

	add_who(&to, it);
	if (s->task->tid != it->pid)
		add(&to, ", thread %ld,", (long)s->task->tid);
	add(&to, " ");
	if (s->awake)
		say_awake(&to, s->task->state);
	else {
		say_sleep(&to, s);
		add(&to, ": ");
		say_cause(&to, r, s);
	}
	line(to.text.at, arg);
	free_row(&to);
}

/* "4711 waits for 4712, 4712 waits for 4711: ...", from the first that is. */
void
say_deadlock(const struct reasoning *r, line_function *line, void *arg)
{
	int at = 0, steps = 0, begin;
	struct row to = {0};

	while (at < r->p->processes && !r->asleep[at])
		at++;
	if (at == r->p->processes)
		return;
	while (steps++ < r->p->processes) /* now it is within a circle */
		at = waits_for(r, at);
	begin = at;
	do {
		int next = waits_for(r, at);
		add(&to, "%s",
		    to.text.length > 0             ? ", "
		    : waits_for(r, begin) == begin ? ""
						   : "deadlock: ");
		add_who(&to, &r->p->process[at]);
		add(&to, " waits for ");
		if (next == at)
			add(&to, "itself");
		else
			add_who(&to, &r->p->process[next]);
		at = next;
	} while (at != begin);
	add(&to, "; only a signal ends this");
	line(to.text.at, arg);
	free_row(&to);
}

/*
 * sentences.c: what why() found out, in sentences: one for each thread that
 * sleeps, and one for the circle of those that wait for each other.
 */
#include <string.h>

#include "parts.h"

/* "sleeps in read(3)" */
static void
say_sleep(struct row *to, const struct sleeper *s)
{
	if (s->name != NULL)
		add_text(to, "sleeps in %s", s->name);
	else if (s->task->call_known && s->task->call >= 0)
		add_text(to, "sleeps in system call %ld", s->task->call);
	else
		add_text(to, "sleeps in %s, its call is unknown",
		    s->task->wchan[0] == '\0' ? "the kernel" : s->task->wchan);
	if (s->cause == CHILD && s->pid > 0)
		add_text(to, "pid(%ld)", s->pid);
	if (s->fd >= 0)
		add_text(to, "(%d)", s->fd);
}

void
say_state(struct row *to, const struct reasoning *r, int process)
{
	char state = r->p->process[process].state;

	for (int i = 0; i < r->sleepers; i++)
		if (r->sleeper[i].task->process == process &&
		    r->sleeper[i].cause != AWAKE) {
			say_sleep(to, &r->sleeper[i]);
			return;
		}
	add_text(to, "%s%s", state == 'S' ? "has just run" : "is ",
	    state == 'S' ? "" : state_in_words(state));
}

/* What a read or write waits for that is no pipe. */
static void
say_other_file(struct row *to, const struct reasoning *r,
    const struct sleeper *s, const struct descriptor *d)
{
	const struct description *it = &r->p->description[d->description];

	if (it->kind == TERMINAL && s->cause == READS)
		add_text(to, "a line typed at the terminal wakes it");
	else if (it->kind == TERMINAL)
		add_text(to, "the terminal takes no more; Ctrl-Q goes on");
	else if (it->kind == SOCKET && s->cause == READS)
		add_text(to, "what comes in at socket %s wakes it",
		    it->address == NULL ? "(address unknown)" : it->address);
	else if (it->kind == SOCKET)
		add_text(to, "the other side of socket %s wakes it",
		    it->address == NULL ? "(address unknown)" : it->address);
	else
		add_text(to, "the kernel has it wait for %s", d->path);
}

/* Which descriptor is hidden: those that it could be. */
static void
say_candidates(
    struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	bool any = false;

	add_text(to,
	    "which descriptor is unknown, for /proc/%ld/syscall is closed "
	    "to us",
	    (long)r->p->process[s->task->process].pid);
	for (int i = 0; i < r->p->descriptors; i++)
		if (strstr(s->task->wchan, "pipe") != NULL &&
		    may_be_it(s, &r->p->descriptor[i])) {
			add_text(to, "%s%d", any ? " or " : "; it could be ",
			    r->p->descriptor[i].fd);
			any = true;
		}
	if (s->for_good)
		add_text(to, "; nobody will ever wake it, whichever it is");
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
		add_text(to, "what descriptor %d leads to is unknown", s->fd);
	else if (d->pipe >= 0)
		say_pipe(to, r, s, d->pipe);
	else if (d->description >= 0)
		say_other_file(to, r, s, d);
	else
		add_text(to, "it waits for %s", d->path);
}

static void
say_children(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	if (s->children == 0)
		add_text(to, "for which child is unknown");
	for (int i = 0; i < s->children; i++) {
		int n = process_of(r->p, s->child[i]);
		add_text(to, "%sits child ", i == 0 ? "" : "; ");
		if (n == -1) {
			add_text(to, "%d (not asked for) has not ended",
			    s->child[i]);
			continue;
		}
		add_who(to, &r->p->process[n]);
		add_text(to, " has not ended, it ");
		say_state(to, r, n);
	}
	if (s->for_good)
		add_text(to, ": the wait never ends");
}

static void
say_cause(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	static const char *const wakes[] = {
	    [TIME] = "time wakes it, or a signal",
	    [SIGNAL] = "a signal wakes it, nothing else",
	    [MANY] = "which descriptors it watches is unknown",
	    [LOCK] = "it waits for a lock or another thread; whose is unknown",
	    [OPENS] = "until another process opens the other end",
	    [OTHER] = "what wakes it is unknown"};

	if (s->cause == READS || s->cause == WRITES)
		say_descriptor(to, r, s);
	else if (s->cause == CHILD)
		say_children(to, r, s);
	else
		add_text(to, "%s", wakes[s->cause]);
}

static void
say_awake(struct row *to, char state)
{
	if (state == 'S' || state == 'D')
		add_text(to, "has just run");
	else if (state == 'Z')
		add_text(to,
		    "is a zombie: it has ended, and its parent has not "
		    "waited for it");
	else
		add_text(to, "is %s%s", state_in_words(state),
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
		add_text(&to, ", thread %ld,", (long)s->task->tid);
	add_text(&to, " ");
	if (s->cause == AWAKE)
		say_awake(&to, s->task->state);
	else {
		say_sleep(&to, s);
		add_text(&to, ": ");
		say_cause(&to, r, s);
	}
	line(to.at, arg);
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
		add_text(&to, "%s",
		    to.length > 0                  ? ", "
		    : waits_for(r, begin) == begin ? ""
						   : "deadlock: ");
		add_who(&to, &r->p->process[at]);
		add_text(&to, " waits for ");
		if (next == at)
			add_text(&to, "itself");
		else
			add_who(&to, &r->p->process[next]);
		at = next;
	} while (at != begin);
	add_text(&to, "; only a signal ends this");
	line(to.at, arg);
}

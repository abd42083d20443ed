/*
 * ways.c: all ways to wake a sleeper: what has to happen, and who could do it.
 *
 * Processes are the nodes of a graph, and ways its edges: whoever sleeps waits
 * for one of the wakers of one of its ways. Where somebody else could come, or
 * something else could happen, the way is said to be open.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "picture/parts.h"

struct way *
add_way(struct sleeper *s, enum cause cause, int fd)
{
	struct way *w = one_more(&s->way, &s->ways, sizeof *s->way);

	*w = (struct way){
	    .cause = cause, .fd = fd, .descriptor = -1, .seconds = -1};
	return w;
}

void
add_waker(struct way *w, pid_t pid, pid_t tid, int fd)
{
	struct waker *it = one_more(&w->waker, &w->wakers, sizeof *w->waker);

	*it = (struct waker){.pid = pid, .tid = tid, .fd = fd, .process = -1};
}

int
other_mode(enum cause cause)
{
	return cause == INPUT ? O_WRONLY : O_RDONLY;
}

/* A way by what descriptor number i leads to. */
static void
add_by_descriptor(struct picture *p, struct sleeper *s, int i, enum cause cause)
{
	const struct descriptor *d = &p->descriptor[i];
	struct way *w = add_way(s, cause, d->fd);

	w->descriptor = i;
	switch (kind_of(d)) {
	case PIPE:
	case FIFO:
		wake_by_pipe(p, s, w);
		break;
	case SOCKET:
		wake_by_socket(p, s, w);
		break;
	case TERMINAL:
		wake_by_terminal(p, s, w);
		break;
	case ANONYMOUS:
		wake_by_extra(p, s, w);
		break;
	case DEVICE:
		if (is_master(d->path)) {
			wake_by_terminal(p, s, w);
			break;
		}
		w->open = AT_EVENT;
		break;
	default:
		w->open = AT_UNKNOWN;
	}
}

void
add_watched(struct picture *p, struct sleeper *s, int fd, enum cause cause)
{
	const struct descriptor *d = find_descriptor(p, s->task->process, fd);

	if (d == NULL)
		add_way(s, cause, fd)->open = AT_UNKNOWN;
	else
		add_by_descriptor(p, s, (int)(d - p->descriptor), cause);
}

/* May it sleep on this pipe end, its call being hidden? Nobody sleeps in a read
 * from what has bytes, or in a write to what is empty. */
static bool
may_be_it(const struct picture *p, const struct sleeper *s,
    const struct descriptor *d)
{
	long fill = d->pipe < 0 ? -1 : p->pipe[d->pipe].fill;

	return S_ISFIFO(d->mode) && !(d->flags & (O_NONBLOCK | O_PATH)) &&
	       open_for(d, s->cause == INPUT ? O_RDONLY : O_WRONLY) &&
	       (fill < 0 || (s->cause == INPUT ? fill == 0 : fill > 0));
}

/* Its call is hidden: any of its pipes, if it sleeps on a pipe at all. */
static void
add_candidates(struct picture *p, struct sleeper *s)
{
	const struct process *it = &p->process[s->task->process];
	bool on_pipe = strstr(s->task->wchan, "pipe_") != NULL;

	for (int i = it->first; on_pipe && i < it->first + it->count; i++)
		if (may_be_it(p, s, &p->descriptor[i]))
			add_by_descriptor(p, s, i, s->cause);
	if (s->ways == 1)
		s->fd = s->way[0].fd;
	if (s->ways == 0)
		add_way(s, s->cause, -1)->open = AT_UNKNOWN;
}

/* What moves bytes from one descriptor to another waits for either. */
static bool
add_both(struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;
	bool out = t->call == SYS_sendfile;
	int from = (int)t->arg[out ? 1 : 0];
	int to = (int)t->arg[t->call == SYS_splice ? 2 : out ? 0 : 1];
	const struct descriptor *d = find_descriptor(p, t->process, from);
	bool reads = strcmp(t->wchan, "pipe_wait_readable") == 0;
	bool writes = strcmp(t->wchan, "pipe_wait_writable") == 0;

	if (t->call != SYS_splice && t->call != SYS_tee && !out)
		return false;
	if (!writes && (d == NULL || !S_ISREG(d->mode)))
		add_watched(p, s, from, INPUT);
	if (!reads)
		add_watched(p, s, to, ROOM);
	if (s->ways == 1) {
		s->cause = s->way[0].cause;
		s->fd = s->way[0].fd;
	}
	return true;
}

static bool
is_whom(const struct picture *p, const struct sleeper *s, pid_t child)
{
	struct stat_file stat;

	if (s->pid > 0)
		return child == s->pid;
	if (s->pid == -1 || !read_stat(child, &stat))
		return true;
	return s->pid == 0 ? stat.group == p->process[s->task->process].group
			   : stat.group == -s->pid;
}

/* The children that its wait is about; those that trace is followed by, too. */
static void
wake_by_child(struct picture *p, struct sleeper *s)
{
	const struct process *it = &p->process[s->task->process];
	struct way *w = add_way(s, CHILD, -1);

	for (int i = 0; i < p->census->livings; i++) {
		const struct living *l = &p->census->living[i];
		if (l->parent == it->pid && is_whom(p, s, l->pid))
			add_waker(w, l->pid, 0, -1);
	}
	if (s->for_stop)
		w->open = AT_EVENT;
	else if (w->wakers == 0)
		w->open = AT_UNKNOWN;
	else if (s->pid <= 0) /* another of its threads may get a child */
		add_waker(w, it->pid, 0, -1);
	if (w->open == CLOSED && traces_another(p->census, it->pid))
		w->open = AT_UNKNOWN;
}

/* The child that it forked last: its own list has it at the end. */
static void
wake_by_birth(struct picture *p, struct sleeper *s)
{
	struct way *w = add_way(s, BIRTH, -1);
	char text[4096];
	long last = 0;

	if (read_procf(text, sizeof text, "/proc/%ld/task/%ld/children",
		(long)p->process[s->task->process].pid, (long)s->task->tid)) {
		char *at = text;
		for (long pid; (pid = strtol(at, &at, 10)) > 0;)
			last = pid;
	}
	if (last > 0)
		add_waker(w, (pid_t)last, 0, -1);
	else
		w->open = AT_UNKNOWN;
}

/* Threads of its process; the owner of its lock first. */
static void
wake_by_thread(struct picture *p, struct sleeper *s)
{
	pid_t pid = p->process[s->task->process].pid;
	struct way *w = add_way(s, LOCK, -1);

	if (s->hidden || !s->within) {
		w->open = AT_UNKNOWN;
		return;
	}
	if (s->joins != 0) {
		add_waker(w, pid, s->joins, -1);
		return;
	}
	if (s->owner != 0)
		add_waker(w, pid, s->owner, -1);
	for (int i = 0; i < p->tasks; i++)
		if (p->task[i].process == s->task->process &&
		    p->task[i].tid != s->task->tid &&
		    p->task[i].tid != s->owner && !has_ended(p->task[i].state))
			add_waker(w, pid, p->task[i].tid, -1);
	if (s->owner == 0 && has_handler(p, s))
		w->open = AT_HANDLER;
}

static void
wake_by_opener(struct picture *p, struct sleeper *s)
{
	struct way *w = add_way(s, PARTNER, -1);

	if (S_ISFIFO(s->what) ||
	    strcmp(s->task->wchan, "wait_for_partner") == 0)
		w->open = AT_NAME;
	else if (strcmp(s->task->wchan, "__break_lease") == 0 ||
		 S_ISREG(s->what))
		wake_by_lease(p, s, w);
	else
		w->open = AT_EVENT;
}

/* A signal. add_handlers() adds those whose end would be one. */
static void
wake_by_signal(struct picture *p, struct sleeper *s)
{
	(void)p;
	add_way(s, SIGNAL, -1)->open = AT_SIGNAL;
}

void
find_ways(struct picture *p, struct sleeper *s)
{
	switch (s->cause) {
	case INPUT:
	case ROOM:
		if (s->hidden)
			add_candidates(p, s);
		else if (!add_both(p, s))
			add_watched(p, s, s->fd, s->cause);
		break;
	case CHILD:
		wake_by_child(p, s);
		break;
	case BIRTH:
		wake_by_birth(p, s);
		break;
	case MANY:
		find_watched(p, s);
		break;
	case LOCK:
		wake_by_thread(p, s);
		break;
	case LOCK_ON:
		wake_by_lock(p, s, add_way(s, LOCK_ON, s->fd));
		break;
	case PARTNER:
		wake_by_opener(p, s);
		break;
	case SIGNAL:
		wake_by_signal(p, s);
		break;
	case TIME:
		add_way(s, TIME, -1)->open = AT_TIME;
		break;
	case QUEUE:
	case EVENT:
		add_way(s, s->cause, -1)->open = AT_EVENT;
		break;
	default:
		add_way(s, s->cause, -1)->open = AT_UNKNOWN;
	}
	if (s->timed && s->cause != TIME)
		add_way(s, TIME, -1)->open = AT_TIME;
	add_handlers(p, s);
}

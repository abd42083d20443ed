/*
 * why.c: why a process sleeps, what would wake it, and who could do that.
 *
 * /proc/PID/syscall has the call and its arguments; where it is closed to us
 * (Yama), /proc/PID/wchan still has the kernel's function. A process sleeps
 * for good if each of its threads waits for something that only processes
 * which sleep for good could do: an empty pipe whose write ends are all theirs,
 * a full pipe whose read ends are, a child that is one of them. We begin by
 * taking all of these to be asleep for good and wake, again and again, whoever
 * another can wake. A thread that ran between the two looks is awake: so what
 * we say of all held at one moment.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "picture.h"

/* What a sleeping thread waits for. */
enum cause {
	AWAKE,
	READS,  /* from descriptor fd */
	WRITES, /* to it */
	CHILD,  /* its child pid, or any */
	TIME,   /* or a signal */
	SIGNAL,
	MANY, /* descriptors, in memory that we do not read */
	LOCK,
	OPENS,
	OTHER
};

static const struct known_call {
	long number;
	const char *name;
	enum cause cause;
} known_calls[] = {{SYS_read, "read", READS}, {SYS_readv, "readv", READS},
    {SYS_pread64, "pread", READS}, {SYS_recvfrom, "recv", READS},
    {SYS_recvmsg, "recvmsg", READS}, {SYS_accept, "accept", READS},
    {SYS_accept4, "accept", READS}, {SYS_write, "write", WRITES},
    {SYS_writev, "writev", WRITES}, {SYS_pwrite64, "pwrite", WRITES},
    {SYS_sendto, "send", WRITES}, {SYS_sendmsg, "sendmsg", WRITES},
    {SYS_connect, "connect", WRITES}, {SYS_wait4, "wait", CHILD},
    {SYS_waitid, "waitid", CHILD}, {SYS_nanosleep, "nanosleep", TIME},
    {SYS_clock_nanosleep, "clock_nanosleep", TIME},
#ifdef SYS_pause
    {SYS_pause, "pause", SIGNAL},
#endif
    {SYS_rt_sigsuspend, "sigsuspend", SIGNAL},
    {SYS_rt_sigtimedwait, "sigtimedwait", SIGNAL},
#ifdef SYS_poll
    {SYS_poll, "poll", MANY},
#endif
#ifdef SYS_select
    {SYS_select, "select", MANY},
#endif
#ifdef SYS_epoll_wait
    {SYS_epoll_wait, "epoll_wait", MANY},
#endif
    {SYS_ppoll, "poll", MANY}, {SYS_pselect6, "select", MANY},
    {SYS_epoll_pwait, "epoll_wait", MANY}, {SYS_futex, "futex", LOCK},
    {SYS_flock, "flock", LOCK}, {SYS_fcntl, "fcntl", LOCK},
#ifdef SYS_open
    {SYS_open, "open", OPENS},
#endif
    {SYS_openat, "open", OPENS}};

/* The kernel's functions, as wchan names them, where the call is hidden. */
static const struct known_place {
	const char *part, *name;
	enum cause cause;
} known_places[] = {{"pipe_read", "read", READS},
    {"pipe_write", "write", WRITES}, {"pipe_wait_readable", "read", READS},
    {"pipe_wait_writable", "write", WRITES}, {"do_wait", "wait", CHILD},
    {"n_tty_read", "read", READS}, {"nanosleep", "nanosleep", TIME},
    {"sigsuspend", "sigsuspend", SIGNAL}, {"poll", "poll", MANY},
    {"select", "select", MANY}, {"futex", "futex", LOCK},
    {"wait_for_partner", "open", OPENS}};

/* A thread, and what we made of it. */
struct sleeper {
	const struct task *task;
	enum cause cause;
	const char *name; /* of the call */
	int fd;           /* of READS and WRITES; -1: hidden */
	long pid;         /* of CHILD: whom; -1: any */
	int *child;       /* of CHILD: those it has */
	int children;
	bool for_good;
};

struct reasoning {
	const struct picture *p;
	struct sleeper *sleeper;
	int sleepers;
	bool *asleep; /* by process: all its threads, for good */
};

/* A sentence that grows. */
struct sentence {
	size_t length;
	char at[2000];
};

__attribute__((format(printf, 2, 3))) static void
say(struct sentence *s, const char *format, ...)
{
	size_t left = sizeof s->at - s->length;
	va_list values;

	va_start(values, format);
	int added = vsnprintf(s->at + s->length, left, format, values);
	va_end(values);
	s->length += added >= (int)left ? left - 1 : (size_t)added;
}

/* "4712 child" */
static void
say_who(struct sentence *s, const struct process *it)
{
	say(s, "%ld%s%s", (long)it->pid, it->name[0] == '\0' ? "" : " ",
	    it->name);
}

/* What the call waits for, by its number, or by where it sleeps. */
static void
classify(struct sleeper *s)
{
	const struct task *t = s->task;

	s->cause = OTHER;
	s->fd = -1;
	s->pid = -1;
	if (t->call_known && t->call >= 0) {
		for (size_t i = 0; i < sizeof known_calls / sizeof *known_calls;
		     i++)
			if (known_calls[i].number == t->call) {
				s->cause = known_calls[i].cause;
				s->name = known_calls[i].name;
			}
		if (s->cause == READS || s->cause == WRITES)
			s->fd = (int)t->arg[0];
		if (s->cause == CHILD && t->call == SYS_wait4)
			s->pid = (int)t->arg[0];
		return;
	}
	for (size_t i = 0; i < sizeof known_places / sizeof *known_places; i++)
		if (s->name == NULL &&
		    strstr(t->wchan, known_places[i].part) != NULL) {
			s->cause = known_places[i].cause;
			s->name = known_places[i].name;
		}
}

/* May the sleeper sleep on this pipe end: the one it named, or any it has? */
static bool
may_be_it(const struct sleeper *s, const struct descriptor *d)
{
	int mode = d->flags & O_ACCMODE;

	if (d->process != s->task->process || d->pipe < 0)
		return false;
	if (s->fd >= 0)
		return d->fd == s->fd;
	return !(d->flags & O_NONBLOCK) &&
	       (mode == O_RDWR ||
		   mode == (s->cause == READS ? O_RDONLY : O_WRONLY));
}

/* Where the descriptor is hidden but only one can be meant, it is that one. */
static void
find_only_one(const struct picture *p, struct sleeper *s)
{
	int found = 0, fd = -1;

	if ((s->cause != READS && s->cause != WRITES) || s->fd >= 0 ||
	    strstr(s->task->wchan, "pipe") == NULL)
		return;
	for (int i = 0; i < p->descriptors; i++)
		if (may_be_it(s, &p->descriptor[i])) {
			found++;
			fd = p->descriptor[i].fd;
		}
	if (found == 1)
		s->fd = fd;
}

static void
add_child(struct sleeper *s, int pid)
{
	int *more = realloc(s->child, (size_t)(s->children + 1) * sizeof *more);

	if (more == NULL)
		exit(EXIT_FAILURE);
	s->child = more;
	s->child[s->children++] = pid;
}

/* The children of the thread's process that its wait is about. */
static void
find_children(const struct picture *p, struct sleeper *s)
{
	char path[80], *line = NULL;
	size_t room = 0;

	for (int i = 0; i < p->tasks; i++) {
		const struct task *t = &p->task[i];
		if (t->process != s->task->process)
			continue;
		snprintf(path, sizeof path, "/proc/%ld/task/%ld/children",
		    (long)p->process[t->process].pid, (long)t->tid);
		FILE *f = fopen(path, "re");
		if (f != NULL && getline(&line, &room, f) > 0) {
			char *at = line;
			for (long pid; (pid = strtol(at, &at, 10)) > 0;)
				if (s->pid <= 0 || pid == s->pid)
					add_child(s, (int)pid);
		}
		if (f != NULL)
			fclose(f);
	}
	free(line);
}

static int
process_of(const struct picture *p, long pid)
{
	for (int i = 0; i < p->processes; i++)
		if (p->process[i].pid == pid && p->process[i].asked)
			return i;
	return -1;
}

/* Could one of its children end? */
static bool
child_can_end(const struct reasoning *r, const struct sleeper *s)
{
	for (int i = 0; i < s->children; i++) {
		int n = process_of(r->p, s->child[i]);
		if (n == -1 || !r->asleep[n])
			return true;
	}
	return s->children == 0;
}

/* Is the pipe held by nobody at this end, or by one who is awake? */
static bool
end_is_awake(const struct reasoning *r, int pipe, int mode)
{
	bool held = false;

	for (int i = 0; i < r->p->descriptors; i++) {
		const struct descriptor *d = &r->p->descriptor[i];
		int is = d->flags & O_ACCMODE;
		if (d->pipe != pipe || (is != mode && is != O_RDWR))
			continue;
		held = true;
		if (!r->asleep[d->process])
			return true;
	}
	return !held;
}

/* Could another than the sleepers for good let this thread go on? */
static bool
can_wake(const struct reasoning *r, const struct sleeper *s)
{
	int wants = s->cause == READS ? O_WRONLY : O_RDONLY;
	bool found = false;

	if (s->cause == CHILD)
		return child_can_end(r, s);
	if (s->cause != READS && s->cause != WRITES)
		return true;
	for (int i = 0; i < r->p->descriptors; i++) {
		const struct descriptor *d = &r->p->descriptor[i];
		if (!may_be_it(s, d))
			continue;
		long fill = r->p->pipe[d->pipe].fill;
		if (fill < 0 || (s->cause == READS && fill > 0) ||
		    end_is_awake(r, d->pipe, wants))
			return true;
		found = true;
	}
	return !found;
}

/* Takes a thread to be asleep for good until another can wake it. */
static void
find_for_good(struct reasoning *r)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (int i = 0; i < r->sleepers; i++) {
			struct sleeper *s = &r->sleeper[i];
			if (!s->for_good || !can_wake(r, s))
				continue;
			s->for_good = false;
			r->asleep[s->task->process] = false;
			changed = true;
		}
	}
}

/* " in 4711 (fd 4 5) and in 4712 itself (fd 4)": who holds that end. */
static int
say_holders(struct sentence *to, const struct reasoning *r, int pipe, int mode,
    int self)
{
	const struct picture *p = r->p;
	int last = -1, count = 0;

	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		int is = d->flags & O_ACCMODE;
		if (d->pipe != pipe || (is != mode && is != O_RDWR) ||
		    (d->fd >= FIRST_HIDDEN_FD && d->process == last))
			continue;
		if (d->process != last) {
			say(to, "%s ", last == -1 ? "" : ") and in");
			say_who(to, &p->process[d->process]);
			say(to, "%s (fd",
			    d->process == self ? " itself"
			    : p->process[d->process].asked
				? ""
				: " (not asked for)");
			count++;
		}
		say(to, " %d", d->fd);
		last = d->process;
	}
	say(to, "%s", last == -1 ? "" : ")");
	return count;
}

/* "sleeps in read(3)" */
static void
say_sleep(struct sentence *to, const struct sleeper *s)
{
	if (s->name != NULL)
		say(to, "sleeps in %s", s->name);
	else if (s->task->call_known && s->task->call >= 0)
		say(to, "sleeps in system call %ld", s->task->call);
	else
		say(to, "sleeps in %s, its call is unknown",
		    s->task->wchan[0] == '\0' ? "the kernel" : s->task->wchan);
	if (s->cause == CHILD && s->pid > 0)
		say(to, "pid(%ld)", s->pid);
	if (s->fd >= 0)
		say(to, "(%d)", s->fd);
}

/* That of its first thread that sleeps, or another state. */
static void
say_state(struct sentence *to, const struct reasoning *r, int process)
{
	char state = r->p->process[process].state;

	for (int i = 0; i < r->sleepers; i++)
		if (r->sleeper[i].task->process == process &&
		    r->sleeper[i].cause != AWAKE) {
			say_sleep(to, &r->sleeper[i]);
			return;
		}
	say(to, "%s%s", state == 'S' ? "has just run" : "is ",
	    state == 'S' ? "" : state_in_words(state));
}

/* ": 4711, which sleeps in wait, can still write": who may yet wake it. */
static void
say_who_can(struct sentence *to, const struct reasoning *r,
    const struct sleeper *s, int pipe, int mode)
{
	const struct picture *p = r->p;
	int last = -1;

	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		int is = d->flags & O_ACCMODE;
		if (d->pipe != pipe || (is != mode && is != O_RDWR) ||
		    d->process == last || d->process == s->task->process ||
		    r->asleep[d->process])
			continue;
		say(to, "%s ", last == -1 ? ":" : " and");
		last = d->process;
		say_who(to, &p->process[last]);
		if (p->process[last].asked) {
			say(to, ", which ");
			say_state(to, r, last);
			say(to, ",");
		}
	}
	if (last != -1)
		say(to,
		    mode == O_WRONLY ? " can still write" : " can still read");
}

static bool
holds(const struct picture *p, int process, int pipe, int mode)
{
	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		int is = d->flags & O_ACCMODE;
		if (d->process == process && d->pipe == pipe &&
		    (is == mode || is == O_RDWR))
			return true;
	}
	return false;
}

static void
say_empty(struct sentence *to, const struct reasoning *r,
    const struct sleeper *s, int pipe)
{
	char name[8];
	const struct pipe *it = &r->p->pipe[pipe];
	int self = s->task->process;

	pipe_name(it, name);
	if (it->fill < 0)
		say(to, "whether pipe %s is empty is unknown", name);
	else if (it->fill > 0)
		say(to, "pipe %s holds %ld bytes, so it is about to wake", name,
		    it->fill);
	else
		say(to, "pipe %s is empty", name);
	if (it->fill > 0)
		return;
	say(to, "; its write end is still open in");
	if (say_holders(to, r, pipe, O_WRONLY, self) == 0)
		say(to, " nobody that can be seen");
	else if (s->for_good)
		say(to, ": end of file never comes");
	else
		say_who_can(to, r, s, pipe, O_WRONLY);
	if (!s->for_good && holds(r->p, self, pipe, O_WRONLY))
		say(to,
		    "; but end of file never comes while %ld itself holds "
		    "that end",
		    (long)r->p->process[self].pid);
}

static void
say_full(struct sentence *to, const struct reasoning *r,
    const struct sleeper *s, int pipe)
{
	char name[8];
	const struct pipe *it = &r->p->pipe[pipe];

	pipe_name(it, name);
	if (it->fill < 0)
		say(to, "how full pipe %s is is unknown", name);
	else
		say(to, "pipe %s %s (%ld of %ld bytes)", name,
		    it->fill == it->capacity ? "is full"
					     : "has too little room",
		    it->fill, it->capacity);
	say(to, "; its read end is still open in");
	if (say_holders(to, r, pipe, O_RDONLY, s->task->process) == 0)
		say(to, " nobody that can be seen");
	else if (s->for_good)
		say(to, ": nobody ever reads from it");
	else
		say_who_can(to, r, s, pipe, O_RDONLY);
}

/* What a read or write waits for that is no pipe. */
static void
say_other_file(struct sentence *to, const struct reasoning *r,
    const struct sleeper *s, const struct descriptor *d)
{
	const struct description *it = &r->p->description[d->description];

	if (it->kind == TERMINAL && s->cause == READS)
		say(to, "a line typed at the terminal wakes it");
	else if (it->kind == TERMINAL)
		say(to, "the terminal takes no more; Ctrl-Q goes on");
	else if (it->kind == SOCKET && s->cause == READS)
		say(to, "what comes in at socket %s wakes it",
		    it->address == NULL ? "(address unknown)" : it->address);
	else if (it->kind == SOCKET)
		say(to, "the other side of socket %s wakes it",
		    it->address == NULL ? "(address unknown)" : it->address);
	else
		say(to, "the kernel has it wait for %s", d->path);
}

/* Which descriptor is hidden: those that it could be. */
static void
say_candidates(
    struct sentence *to, const struct reasoning *r, const struct sleeper *s)
{
	bool any = false;

	say(to,
	    "which descriptor is unknown, for /proc/%ld/syscall is closed "
	    "to us",
	    (long)r->p->process[s->task->process].pid);
	for (int i = 0; i < r->p->descriptors; i++)
		if (strstr(s->task->wchan, "pipe") != NULL &&
		    may_be_it(s, &r->p->descriptor[i])) {
			say(to, "%s%d", any ? " or " : "; it could be ",
			    r->p->descriptor[i].fd);
			any = true;
		}
	if (s->for_good)
		say(to, "; nobody will ever wake it, whichever it is");
}

static void
say_descriptor(
    struct sentence *to, const struct reasoning *r, const struct sleeper *s)
{
	const struct descriptor *d = NULL;

	for (int i = 0; i < r->p->descriptors; i++)
		if (r->p->descriptor[i].process == s->task->process &&
		    r->p->descriptor[i].fd == s->fd)
			d = &r->p->descriptor[i];
	if (s->fd == -1)
		say_candidates(to, r, s);
	else if (d == NULL)
		say(to, "what descriptor %d leads to is unknown", s->fd);
	else if (d->pipe >= 0 && s->cause == READS)
		say_empty(to, r, s, d->pipe);
	else if (d->pipe >= 0)
		say_full(to, r, s, d->pipe);
	else if (d->description >= 0)
		say_other_file(to, r, s, d);
	else
		say(to, "it waits for %s", d->path);
}

static void
say_children(
    struct sentence *to, const struct reasoning *r, const struct sleeper *s)
{
	if (s->children == 0)
		say(to, "for which child is unknown");
	for (int i = 0; i < s->children; i++) {
		int n = process_of(r->p, s->child[i]);
		say(to, "%sits child ", i == 0 ? "" : "; ");
		if (n == -1) {
			say(to, "%d (not asked for) has not ended",
			    s->child[i]);
			continue;
		}
		say_who(to, &r->p->process[n]);
		say(to, " has not ended, it ");
		say_state(to, r, n);
	}
	if (s->for_good)
		say(to, ": the wait never ends");
}

static void
say_cause(
    struct sentence *to, const struct reasoning *r, const struct sleeper *s)
{
	switch (s->cause) {
	case READS:
	case WRITES:
		say_descriptor(to, r, s);
		break;
	case CHILD:
		say_children(to, r, s);
		break;
	case TIME:
		say(to, "time wakes it, or a signal");
		break;
	case SIGNAL:
		say(to, "a signal wakes it, nothing else");
		break;
	case MANY:
		say(to, "which descriptors it watches is unknown");
		break;
	case LOCK:
		say(to, "it waits for a lock or another thread; whose is "
			"unknown");
		break;
	case OPENS:
		say(to, "until another process opens the other end");
		break;
	default:
		say(to, "what wakes it is unknown");
		break;
	}
}

static void
say_awake(struct sentence *to, char state)
{
	if (state == 'S' || state == 'D')
		say(to, "has just run");
	else if (state == 'Z')
		say(to, "is a zombie: it has ended, and its parent has not "
			"waited for it");
	else
		say(to, "is %s%s", state_in_words(state),
		    state == 'T' ? ": SIGCONT lets it go on" : "");
}

/* One sentence about one thread. */
static void
explain(const struct reasoning *r, const struct sleeper *s, line_function *line,
    void *arg)
{
	const struct process *it = &r->p->process[s->task->process];
	struct sentence to = {0};

	say_who(&to, it);
	if (s->task->tid != it->pid)
		say(&to, ", thread %ld,", (long)s->task->tid);
	say(&to, " ");
	if (s->cause == AWAKE)
		say_awake(&to, s->task->state);
	else {
		say_sleep(&to, s);
		say(&to, ": ");
		say_cause(&to, r, s);
	}
	line(to.at, arg);
}

/* A process that this one, asleep for good, waits for: itself if no other. */
static int
waits_for(const struct reasoning *r, int process)
{
	for (int i = 0; i < r->sleepers; i++) {
		const struct sleeper *s = &r->sleeper[i];
		int wants = s->cause == READS ? O_WRONLY : O_RDONLY;
		if (s->task->process != process)
			continue;
		if (s->cause == CHILD)
			return process_of(r->p, s->child[0]);
		for (int k = 0; k < r->p->descriptors; k++)
			for (int n = 0; n < r->p->processes &&
					may_be_it(s, &r->p->descriptor[k]);
			     n++)
				if (n != process &&
				    holds(r->p, n, r->p->descriptor[k].pipe,
					wants))
					return n;
	}
	return process;
}

/* "4711 waits for 4712, 4712 waits for 4711: ...", from the first that is. */
static void
say_deadlock(const struct reasoning *r, line_function *line, void *arg)
{
	int at = 0, steps = 0, begin;
	struct sentence to = {0};

	while (at < r->p->processes && !r->asleep[at])
		at++;
	if (at == r->p->processes)
		return;
	while (steps++ < r->p->processes) /* now it is within a circle */
		at = waits_for(r, at);
	begin = at;
	do {
		int next = waits_for(r, at);
		say(&to, "%s", to.length == 0 ? "deadlock: " : ", ");
		say_who(&to, &r->p->process[at]);
		say(&to, " waits for ");
		if (next == at)
			say(&to, "itself");
		else
			say_who(&to, &r->p->process[next]);
		at = next;
	} while (at != begin);
	say(&to, "; only a signal ends this");
	line(to.at, arg);
}

/* Whoever ran since the first look is awake, and so is who was not asleep. */
static void
find_awake(struct reasoning *r)
{
	struct picture now = {0};

	now.process = r->p->process;
	for (int i = 0; i < r->p->processes; i++)
		if (r->p->process[i].asked)
			look_at_tasks(&now, i);
	for (int i = 0; i < r->sleepers; i++) {
		const struct task *then = r->sleeper[i].task;
		bool slept = false;
		for (int k = 0; k < now.tasks; k++)
			slept |= now.task[k].tid == then->tid &&
				 now.task[k].switches == then->switches &&
				 now.task[k].state == then->state;
		if (!slept || (then->state != 'S' && then->state != 'D'))
			r->sleeper[i].cause = AWAKE;
	}
	for (int k = 0; k < now.tasks; k++) {
		bool known = false;
		for (int i = 0; i < r->sleepers; i++)
			known |= r->p->task[i].tid == now.task[k].tid;
		if (!known)
			r->asleep[now.task[k].process] = false;
	}
	free(now.task);
}

static bool
prepare(struct reasoning *r, const struct picture *p)
{
	r->p = p;
	r->sleepers = p->tasks;
	r->sleeper = calloc((size_t)p->tasks + 1, sizeof *r->sleeper);
	r->asleep = calloc((size_t)p->processes + 1, sizeof *r->asleep);
	if (r->sleeper == NULL || r->asleep == NULL)
		return false;
	for (int i = 0; i < p->tasks; i++) {
		r->sleeper[i].task = &p->task[i];
		r->sleeper[i].for_good = true;
		r->asleep[p->task[i].process] = true;
		classify(&r->sleeper[i]);
		find_only_one(p, &r->sleeper[i]);
		if (r->sleeper[i].cause == CHILD)
			find_children(p, &r->sleeper[i]);
	}
	for (int i = 0; i < p->processes; i++)
		r->asleep[i] &= p->process[i].asked && !p->process[i].refused;
	find_awake(r);
	find_for_good(r);
	return true;
}

bool
why(const struct picture *p, line_function *line, void *arg)
{
	struct reasoning r;
	bool all = false;

	if (!prepare(&r, p))
		exit(EXIT_FAILURE);
	for (int i = 0; i < r.sleepers; i++)
		explain(&r, &r.sleeper[i], line, arg);
	say_deadlock(&r, line, arg);
	for (int i = 0; i < p->processes; i++)
		all |= r.asleep[i];
	for (int i = 0; i < p->processes; i++)
		if (p->process[i].asked && p->process[i].state != 'Z' &&
		    p->process[i].state != 0)
			all &= r.asleep[i];
	for (int i = 0; i < r.sleepers; i++)
		free(r.sleeper[i].child);
	free(r.sleeper);
	free(r.asleep);
	return all;
}

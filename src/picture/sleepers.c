/*
 * sleepers.c: what a sleeping thread waits for.
 *
 * /proc/PID/syscall has the call and its arguments; where it is closed to us
 * (Yama), /proc/PID/wchan still has the kernel's function.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "picture/parts.h"

#ifndef SYS_restart_syscall
#define SYS_restart_syscall (-2)
#endif
#ifndef SYS_semtimedop
#define SYS_semtimedop (-2)
#endif
#ifndef SYS_wait4
#define SYS_wait4 (-2)
#endif

#define ID_IS_A_PROCESS 1 /* waitid(2): P_PID, P_PGID, P_PIDFD */
#define ID_IS_A_GROUP   2
#define ID_IS_A_PIDFD   3

static double
seconds_of(const struct timespec *t)
{
	return (double)t->tv_sec + (double)t->tv_nsec / 1e9;
}

/* A time limit at that address of the sleeper's: none if it is NULL. */
static void
limit_at(struct sleeper *s, unsigned long at)
{
	struct timespec t;

	if (at == 0)
		return;
	s->timed = true;
	s->limit =
	    read_memory(s->task->tid, at, &t, sizeof t) ? seconds_of(&t) : -1;
}

/* The same where it is a moment of that clock. */
static void
moment_at(struct sleeper *s, unsigned long at, clockid_t clock)
{
	struct timespec now;

	limit_at(s, at);
	if (!s->timed || s->limit < 0 || clock_gettime(clock, &now) == -1)
		return;
	s->from_now = true;
	s->limit -= seconds_of(&now);
	if (s->limit < 0)
		s->limit = 0;
}

#define FUTEX_COMMAND   127 /* of the operation, without its flags; futex(2) */
#define FUTEX_WAITS     0
#define FUTEX_PRIVATE   128
#define FUTEX_REAL_TIME 256

/* Is what stands at the address the process's own, and no other's? */
static bool
is_private(pid_t pid, unsigned long address)
{
	char path[64], *line = NULL, *at = NULL;
	size_t room = 0;
	bool found = false;

	snprintf(path, sizeof path, "/proc/%ld/maps", (long)pid);
	FILE *f = fopen(path, "re");
	while (f != NULL && !found && getline(&line, &room, f) != -1) {
		unsigned long from = strtoul(line, &at, 16);
		unsigned long to = strtoul(at + (*at == '-'), &at, 16);
		found = from <= address && address < to;
	}
	found = found && at != NULL && strncmp(at, " ", 1) == 0 &&
		strlen(at) > 4 && at[4] == 'p'; /* " rw-p" */
	free(line);
	if (f != NULL)
		fclose(f);
	return found;
}

static bool
has_thread(const struct picture *p, const struct task *t, pid_t tid)
{
	for (int i = 0; i < p->tasks; i++)
		if (p->task[i].process == t->process && p->task[i].tid == tid)
			return true;
	return false;
}

/* glibc's mutex: 2 while others wait, and its owner's thread id 8 bytes on. */
static void
find_owner(const struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;
	int word[3];

	if (t->arg[2] == 2 &&
	    read_memory(t->tid, t->arg[0], word, sizeof word) && word[0] == 2 &&
	    word[2] != 0 && has_thread(p, t, word[2]))
		s->owner = word[2];
}

/* A futex: whether threads of this process alone can wake it, and whether what
 * it waits for is the end of one of them. */
static void
find_lock(const struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;
	unsigned long command = t->arg[1] & FUTEX_COMMAND;

	if (t->call != SYS_futex) {
		s->timed = true;
		s->limit = -1; /* of its younger relatives we say nothing */
		return;
	}
	if (command == FUTEX_WAITS)
		limit_at(s, t->arg[3]);
	else
		moment_at(s, t->arg[3],
		    t->arg[1] & FUTEX_REAL_TIME ? CLOCK_REALTIME
						: CLOCK_MONOTONIC);
	s->within = (t->arg[1] & FUTEX_PRIVATE) ||
		    is_private(p->process[t->process].pid, t->arg[0]);
	if (!(t->arg[1] & FUTEX_PRIVATE) && s->within &&
	    (pid_t)t->arg[2] != t->tid && has_thread(p, t, (pid_t)t->arg[2])) {
		s->joins = (pid_t)t->arg[2];
		s->name = "pthread_join";
	} else if (s->within)
		find_owner(p, s);
}

/* Which child, and what of it. */
static void
find_whom(const struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;
	int options = (int)t->arg[t->call == SYS_wait4 ? 2 : 3];
	char text[512];

	s->pid = -1;
	if (t->call == SYS_wait4) {
		s->pid = (int)t->arg[0];
		return;
	}
	s->for_stop = !(options & WEXITED);
	if (t->arg[0] == ID_IS_A_PROCESS)
		s->pid = (int)t->arg[1];
	else if (t->arg[0] == ID_IS_A_GROUP)
		s->pid = -(long)(int)t->arg[1];
	else if (t->arg[0] == ID_IS_A_PIDFD) {
		read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d",
		    (long)p->process[t->process].table, (int)t->arg[1]);
		s->pid = labelled(text, "Pid:");
	}
}

/* What it opens: the path as the process names it, and whether that is a FIFO;
 * what kind of file it is we ask from where the process stands. */
static void
find_opened(struct sleeper *s)
{
	const struct task *t = s->task;
	const struct known_call *known = call_numbered(t->call);
	bool at = t->call == SYS_openat || strcmp(known->name, "open") != 0;

	s->flags = (int)t->arg[at ? 2 : 1];
	if (strcmp(known->name, "openat2") == 0)
		s->flags = O_RDWR; /* they stand elsewhere */
	if (!read_words(t->tid, t->arg[at ? 1 : 0], s->path, sizeof s->path))
		s->path[0] = '\0';
	else if (at && s->path[0] != '/' && (int)t->arg[0] != AT_FDCWD)
		s->fd = (int)t->arg[0];
	find_kind_of_opened(s);
}

static void
find_time(struct sleeper *s)
{
	const struct task *t = s->task;

	s->timed = true;
	if (t->call == SYS_clock_nanosleep) {
		if (t->arg[1] & TIMER_ABSTIME)
			moment_at(s, t->arg[2], (clockid_t)t->arg[0]);
		else
			limit_at(s, t->arg[2]);
	} else
		limit_at(s, t->arg[0]);
}

/* What the other arguments tell. */
static void
find_arguments(const struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;

	switch (s->cause) {
	case INPUT:
	case ROOM:
	case LOCK_ON:
		s->fd = (int)t->arg[0];
		break;
	case CHILD:
		find_whom(p, s);
		break;
	case LOCK:
		find_lock(p, s);
		break;
	case PARTNER:
		find_opened(s);
		break;
	case TIME:
		find_time(s);
		break;
	case SIGNAL:
		if (t->call == SYS_rt_sigtimedwait)
			limit_at(s, t->arg[2]);
		break;
	case QUEUE:
		if (strncmp(s->name, "mq_", 3) == 0)
			moment_at(s, t->arg[4], CLOCK_REALTIME);
		else if (t->call == SYS_semtimedop)
			limit_at(s, t->arg[3]);
		break;
	default:
		break;
	}
}

/* A call that the kernel took up again after a stop has the number of that:
 * where it sleeps tells which, and its arguments are still the first ones. It
 * is one with a time limit, or it would not be taken up in this way. */
static bool
classify_again(struct sleeper *s)
{
	if (s->task->call != SYS_restart_syscall)
		return false;
	const unsigned long *arg = s->task->arg;
	struct timespec t;

	call_sleeping_in(s->task->wchan, s);
	s->again = s->timed = true;
	s->limit = -1;
	s->cause = TIME;
	if (s->name == NULL && arg[0] < 16 && arg[1] <= TIMER_ABSTIME &&
	    read_memory(s->task->tid, arg[2], &t, sizeof t) &&
	    t.tv_nsec < 1000000000) {
		s->name = "clock_nanosleep";
		s->limit = seconds_of(&t);
	} else if (s->name == NULL)
		s->name = "a call with a time limit";
	return true;
}

/* What the call waits for, by its number, or by where it sleeps. */
static void
classify(const struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;
	const struct known_call *known;

	s->cause = OTHER;
	s->fd = -1;
	s->pid = -1;
	s->hidden = !t->call_known || t->call < 0;
	if (s->hidden) {
		call_sleeping_in(t->wchan, s);
		return;
	}
	if (classify_again(s))
		return;
	known = call_numbered(t->call);
	if (known == NULL || known->cause == NO_SLEEP) {
		s->name = known != NULL ? known->name : name_of_call(t->call);
		s->cause = DISK;
		return;
	}
	s->cause = known->cause;
	s->name = known->name;
	if (s->cause == BIRTH) /* who forked sleeps no longer than it takes */
		s->name = "vfork or posix_spawn";
	find_arguments(p, s);
}

void
find_cause(const struct picture *p, struct sleeper *s)
{
	classify(p, s);
}

void
free_sleeper(struct sleeper *s)
{
	for (int i = 0; i < s->ways; i++)
		free(s->way[i].waker);
	free(s->way);
}

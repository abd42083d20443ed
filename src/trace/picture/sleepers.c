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

#include "parts.h"

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

bool
may_be_it(const struct sleeper *s, const struct descriptor *d)
{
	if (d->process != s->task->process || d->pipe < 0)
		return false;
	if (s->fd >= 0)
		return d->fd == s->fd;
	return !(d->flags & O_NONBLOCK) &&
	       open_for(d, s->cause == READS ? O_RDONLY : O_WRONLY);
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
	int *place = one_more(&s->child, &s->children, sizeof *s->child);

	*place = pid;
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

int
other_mode(const struct sleeper *s)
{
	return s->cause == READS ? O_WRONLY : O_RDONLY;
}

void
find_cause(const struct picture *p, struct sleeper *s)
{
	classify(s);
	find_only_one(p, s);
	if (s->cause == CHILD)
		find_children(p, s);
}

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

#include "picture/parts.h"

/* The kernel's functions, as wchan names them, where the call is hidden. */
static const struct place {
	const char *part, *name;
	enum cause cause;
} places[] = {{"pipe_read", "read", INPUT}, {"pipe_write", "write", ROOM},
    {"pipe_wait_readable", "read", INPUT},
    {"pipe_wait_writable", "write", ROOM}, {"n_tty_read", "read", INPUT},
    {"nanosleep", "nanosleep", TIME}, {"sigsuspend", "sigsuspend", SIGNAL},
    {"poll", "poll", MANY}, {"select", "select", MANY},
    {"futex", "futex", LOCK}, {"do_wait", "wait", CHILD},
    {"wait_for_partner", "open", PARTNER}};

/* Where it sleeps, if its call is hidden. */
static void
classify_by_place(struct sleeper *s)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (s->name == NULL &&
		    strstr(s->task->wchan, places[i].part) != NULL) {
			s->cause = places[i].cause;
			s->name = places[i].name;
		}
}

#define FUTEX_COMMAND 127 /* of the operation, without its flags; futex(2) */
#define FUTEX_WAITS   0
#define FUTEX_PRIVATE 128

/* A futex: whether threads of this process alone can wake it, and whether what
 * it waits for is the end of one of them. */
static void
find_lock(const struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;

	if (t->arg[3] != 0 && (t->arg[1] & FUTEX_COMMAND) != 1) {
		s->cause = TIME;
		return;
	}
	s->within = t->arg[1] & FUTEX_PRIVATE;
	for (int i = 0; i < p->tasks; i++)
		if (p->task[i].process == t->process &&
		    p->task[i].tid != t->tid &&
		    p->task[i].tid == (pid_t)t->arg[2]) {
			s->within = true;
			s->joins = p->task[i].tid;
			s->name = "pthread_join";
		}
}

/* What the call waits for, by its number, or by where it sleeps. */
static void
classify(const struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;

	s->cause = OTHER;
	s->fd = -1;
	s->pid = -1;
	if (!t->call_known || t->call < 0) {
		classify_by_place(s);
		return;
	}
	const struct known_call *known = call_numbered(t->call);
	if (known == NULL || known->cause == NO_SLEEP)
		return;
	s->cause = known->cause;
	s->name = known->name;
	if (s->cause == INPUT || s->cause == ROOM)
		s->fd = (int)t->arg[0];
	if (s->cause == CHILD && t->call == SYS_wait4)
		s->pid = (int)t->arg[0];
	if (t->call == SYS_futex)
		find_lock(p, s);
}

bool
may_be_it(const struct sleeper *s, const struct descriptor *d)
{
	if (d->process != s->task->process || d->pipe < 0)
		return false;
	if (s->fd >= 0)
		return d->fd == s->fd;
	return !(d->flags & O_NONBLOCK) &&
	       open_for(d, s->cause == INPUT ? O_RDONLY : O_WRONLY);
}

/* Where the descriptor is hidden but only one can be meant, it is that one. */
static void
find_only_one(const struct picture *p, struct sleeper *s)
{
	int found = 0, fd = -1;

	if ((s->cause != INPUT && s->cause != ROOM) || s->fd >= 0 ||
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
	return s->cause == INPUT ? O_WRONLY : O_RDONLY;
}

void
find_cause(const struct picture *p, struct sleeper *s)
{
	classify(p, s);
	find_only_one(p, s);
	if (s->cause == CHILD)
		find_children(p, s);
}

/*
 * why.c: who sleeps for good, and who waits for whom.
 *
 * A process sleeps for good if each of its threads waits for something that
 * only processes which sleep for good could do: an empty pipe whose write ends
 * are all theirs, a full pipe whose read ends are, a child that is one of them.
 * We begin by taking all of these to be asleep for good and wake, again and
 * again, whoever another can wake. A thread that ran between the two looks is
 * awake: so what we say of all held at one moment.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "picture/parts.h"

int
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
	const struct descriptor *d = NULL;
	bool held = false;

	while ((d = next_holder(r->p, d, pipe, mode)) != NULL) {
		held = true;
		if (!r->asleep[d->process])
			return true;
	}
	return !held;
}

/* May somebody whom we cannot see hold an end, or get one: a FIFO has a name,
 * and 0 to 2 are from outside. */
static bool
others_may_come(
    const struct picture *p, const struct descriptor *d, const struct pipe *it)
{
	return strncmp(it->path, "pipe:[", strlen("pipe:[")) != 0 ||
	       (p->unseen > 0 && d->fd <= 2);
}

/* Has it ended, and each of its threads? The first alone may be a zombie. */
static bool
is_over(const struct picture *p, int process)
{
	for (int i = 0; i < p->tasks; i++)
		if (p->task[i].process == process &&
		    !has_ended(p->task[i].state))
			return false;
	return has_ended(p->process[process].state);
}

/* The descriptor that it sleeps on, if it is known. */
static const struct descriptor *
descriptor_of(const struct picture *p, const struct sleeper *s)
{
	for (int i = 0; i < p->descriptors; i++)
		if (p->descriptor[i].process == s->task->process &&
		    p->descriptor[i].fd == s->fd)
			return &p->descriptor[i];
	return NULL;
}

/* Is the other end of its socket held by nobody, by one who is awake, or
 * perhaps by somebody whom we cannot see? */
static bool
peer_is_awake(const struct reasoning *r, const struct sleeper *s)
{
	const struct descriptor *d = descriptor_of(r->p, s);
	bool held = false;

	if (d == NULL || d->peer == 0 || (r->p->unseen > 0 && d->fd <= 2))
		return true;
	for (int i = 0; i < r->p->descriptors; i++) {
		const struct descriptor *other = &r->p->descriptor[i];
		if (!S_ISSOCK(other->mode) || other->ino != d->peer)
			continue;
		held = true;
		if (!r->asleep[other->process])
			return true;
	}
	return !held;
}

/* Is a thread of its process awake that could unlock, or end? */
static bool
thread_is_awake(const struct reasoning *r, const struct sleeper *s)
{
	if (!s->within)
		return true;
	for (int i = 0; i < r->sleepers; i++) {
		const struct sleeper *other = &r->sleeper[i];
		if (other != s && other->task->process == s->task->process &&
		    !other->for_good &&
		    (s->joins == 0 || other->task->tid == s->joins))
			return true;
	}
	return false;
}

/* Could another than the sleepers for good let this thread go on? */
static bool
can_wake(const struct reasoning *r, const struct sleeper *s)
{
	bool found = false;

	if (s->awake) /* a first thread may have left before the others */
		return s->task->state != 'Z' || is_over(r->p, s->task->process);
	if (s->cause == CHILD)
		return child_can_end(r, s);
	if (s->cause == LOCK)
		return thread_is_awake(r, s);
	if (s->cause != INPUT && s->cause != ROOM)
		return true;
	for (int i = 0; i < r->p->descriptors; i++) {
		const struct descriptor *d = &r->p->descriptor[i];
		if (!may_be_it(s, d))
			continue;
		const struct pipe *it = &r->p->pipe[d->pipe];
		long fill = it->fill;
		if (others_may_come(r->p, d, it) || fill < 0 ||
		    (s->cause == INPUT && fill > 0) ||
		    end_is_awake(r, d->pipe, other_mode(s)))
			return true;
		found = true;
	}
	return !found && peer_is_awake(r, s);
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

/* Who else holds the other end of a pipe that it may sleep on; or -1. */
static int
other_holder(const struct picture *p, const struct sleeper *s)
{
	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = NULL;
		if (!may_be_it(s, &p->descriptor[i]))
			continue;
		while ((d = next_holder(p, d, p->descriptor[i].pipe,
			    other_mode(s))) != NULL)
			if (d->process != s->task->process)
				return d->process;
	}
	return -1;
}

/* Who else holds the other end of its socket; or -1. */
static int
peer_holder(const struct picture *p, const struct sleeper *s)
{
	const struct descriptor *d = descriptor_of(p, s);

	for (int i = 0; d != NULL && d->peer != 0 && i < p->descriptors; i++)
		if (S_ISSOCK(p->descriptor[i].mode) &&
		    p->descriptor[i].ino == d->peer &&
		    p->descriptor[i].process != s->task->process)
			return p->descriptor[i].process;
	return -1;
}

int
waits_for(const struct reasoning *r, int process)
{
	for (int i = 0; i < r->sleepers; i++) {
		const struct sleeper *s = &r->sleeper[i];
		if (s->task->process != process)
			continue;
		if (s->cause == CHILD && s->children > 0)
			return process_of(r->p, s->child[0]);
		if (s->cause != INPUT && s->cause != ROOM)
			continue;
		int peer = peer_holder(r->p, s);
		if (peer != -1)
			return peer;
		int other = other_holder(r->p, s);
		if (other != -1)
			return other;
	}
	return process;
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
			r->sleeper[i].awake = true;
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

static void
reason(struct reasoning *r, const struct picture *p)
{
	r->p = p;
	r->sleepers = p->tasks;
	r->sleeper = checked(calloc((size_t)p->tasks + 1, sizeof *r->sleeper));
	r->asleep =
	    checked(calloc((size_t)p->processes + 1, sizeof *r->asleep));
	for (int i = 0; i < p->tasks; i++) {
		r->sleeper[i].task = &p->task[i];
		r->sleeper[i].for_good = true;
		r->asleep[p->task[i].process] = true;
		find_cause(p, &r->sleeper[i]);
	}
	for (int i = 0; i < p->processes; i++)
		r->asleep[i] &= p->process[i].asked && !p->process[i].refused;
	find_awake(r);
	find_for_good(r);
}

/* Who has ended does not count; if all have, none sleeps. */
static bool
all_for_good(const struct reasoning *r)
{
	bool any = false;

	for (int i = 0; i < r->p->processes; i++) {
		if (!r->p->process[i].asked || is_over(r->p, i))
			continue;
		if (!r->asleep[i])
			return false;
		any = true;
	}
	return any;
}

bool
why(const struct picture *p, line_function *line, void *arg)
{
	struct reasoning r;

	reason(&r, p);
	for (int i = 0; i < r.sleepers; i++)
		say_sleeper(&r, &r.sleeper[i], line, arg);
	say_deadlock(&r, line, arg);
	bool all = all_for_good(&r);
	for (int i = 0; i < r.sleepers; i++)
		free(r.sleeper[i].child);
	free(r.sleeper);
	free(r.asleep);
	return all;
}

/*
 * why.c: who sleeps for good.
 *
 * A thread sleeps for good if each way to wake it is closed: only threads and
 * processes could that sleep for good themselves. We begin by taking all of
 * them to be asleep for good and wake, again and again, whoever another can
 * wake. A thread that ran between the two looks is awake: so what we say of
 * all held at one moment. The same is done before with every benefit of the
 * doubt, to find circles that only something unseen could end.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

int
process_of(const struct picture *p, long pid)
{
	for (int i = 0; i < p->processes && p->process[i].asked; i++)
		if (p->process[i].pid == pid)
			return i;
	return -1;
}

/* Has it ended, and each of its threads? The first alone may be a zombie. */
bool
is_over(const struct picture *p, int process)
{
	const struct process *it = &p->process[process];

	return has_ended(it->state) && it->table == it->pid;
}

struct sleeper *
sleeper_of(const struct reasoning *r, int process, pid_t tid)
{
	for (int i = r->first[process]; i >= 0 && i < r->sleepers &&
					r->sleeper[i].task->process == process;
	     i++)
		if (r->sleeper[i].task->tid == tid)
			return &r->sleeper[i];
	return NULL;
}

/* Is it so full or empty that nobody need come? Unknown is no "no". */
static bool
may_go_on(const struct picture *p, const struct way *w)
{
	const struct descriptor *d =
	    w->descriptor == -1 ? NULL : &p->descriptor[w->descriptor];

	if (d == NULL || d->pipe < 0)
		return d != NULL && (kind_of(d) == PIPE || kind_of(d) == FIFO);
	long fill = p->pipe[d->pipe].fill;
	return fill < 0 || (w->cause == INPUT ? fill > 0 : fill == 0);
}

/* Is what may come beyond the wakers no more than a doubt? */
static bool
is_doubt(const struct way *w)
{
	switch (w->open) {
	case AT_HANDLER:
		return true;
	case AT_UNSEEN:
	case AT_NAME:
		return w->wakers > 0 && w->cause != PARTNER;
	default:
		return false;
	}
}

/* Could any of its wakers do it? */
static bool
waker_is_awake(const struct reasoning *r, const struct way *w, bool doubting)
{
	for (int i = 0; i < w->wakers; i++) {
		const struct waker *it = &w->waker[i];
		if (it->process == -1)
			return true;
		const struct sleeper *s =
		    it->tid == 0 ? NULL : sleeper_of(r, it->process, it->tid);
		if (it->tid != 0) {
			if (s == NULL || !(doubting ? s->stuck : s->for_good))
				return true;
		} else if (!(doubting ? r->stuck : r->asleep)[it->process])
			return true;
	}
	return false;
}

/* Does it sleep until a signal, and the end of a child is one? */
static bool
waits_for_child(const struct sleeper *s)
{
	return s->cause == SIGNAL && s->ways == 2 && s->way[1].wakers > 0;
}

static bool
can_wake(const struct reasoning *r, const struct sleeper *s, bool doubting)
{
	if (s->awake) /* a first thread may have left before the others */
		return s->task->state != 'Z' || is_over(r->p, s->task->process);
	for (int i = 0; i < s->ways; i++) {
		const struct way *w = &s->way[i];
		bool doubt =
		    doubting && (is_doubt(w) || (i == 0 && waits_for_child(s)));
		if ((w->open != CLOSED && !doubt) || may_go_on(r->p, w) ||
		    waker_is_awake(r, w, doubting))
			return true;
	}
	return false;
}

/* Takes a thread to be asleep for good until another can wake it. */
static void
find_for_good(struct reasoning *r, bool doubting)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (int i = 0; i < r->sleepers; i++) {
			struct sleeper *s = &r->sleeper[i];
			bool *is = doubting ? &s->stuck : &s->for_good;
			if (!*is || !can_wake(r, s, doubting))
				continue;
			*is = false;
			(doubting ? r->stuck : r->asleep)[s->task->process] =
			    false;
			changed = true;
		}
	}
}

static int
by_tid(const void *one, const void *other)
{
	const struct task *a = one, *b = other;

	return (a->tid > b->tid) - (a->tid < b->tid);
}

/* Some calls wake up again and again, and sleep on. */
static bool
same_call(const struct task *a, const struct task *b)
{
	return a->call_known && b->call_known && a->call >= 0 &&
	       a->call == b->call && memcmp(a->arg, b->arg, sizeof a->arg) == 0;
}

/* Whoever ran since the first look is awake, and so is who was not asleep. */
static void
find_awake(struct reasoning *r)
{
	struct picture now = {0};
	int known = 0;

	now.process = r->p->process;
	for (int i = 0; i < r->p->processes && r->p->process[i].asked; i++)
		look_at_tasks(&now, i);
	if (now.tasks > 0)
		qsort(now.task, (size_t)now.tasks, sizeof *now.task, by_tid);
	for (int i = 0; i < r->sleepers; i++) {
		const struct task *then = r->sleeper[i].task, *it;
		it = now.tasks == 0 ? NULL
				    : bsearch(then, now.task, (size_t)now.tasks,
					  sizeof *then, by_tid);
		known += it != NULL;
		if (it != NULL && it->switches == then->switches &&
		    it->state == then->state &&
		    (then->state == 'S' || then->state == 'D'))
			continue;
		r->sleeper[i].awake = true;
		r->sleeper[i].restless =
		    it != NULL && it->state == then->state &&
		    then->state == 'S' && same_call(it, then);
	}
	if (known < now.tasks) /* there are new ones: whose, is no matter */
		for (int k = 0; k < now.tasks; k++)
			if (sleeper_of(r, now.task[k].process,
				now.task[k].tid) == NULL)
				r->asleep[now.task[k].process] =
				    r->stuck[now.task[k].process] = false;
	free(now.task);
}

/* Marks what the sentences speak of, for the drawing. */
static void
mark_said(struct picture *p, const struct way *w)
{
	const struct descriptor *d =
	    w->descriptor < 0 ? NULL : &p->descriptor[w->descriptor];

	if (d == NULL)
		return;
	if (d->description >= 0)
		p->description[d->description].said = true;
	if (d->pipe < 0)
		return;
	p->pipe[d->pipe].said = true;
	for (int i = p->pipe[d->pipe].first; i != -1;
	     i = p->descriptor[i].next_of_pipe)
		if (p->descriptor[i].description >= 0)
			p->description[p->descriptor[i].description].said =
			    true;
}

static void
find_all_ways(struct reasoning *r)
{
	for (int i = 0; i < r->sleepers; i++) {
		struct sleeper *s = &r->sleeper[i];
		free_sleeper(s);
		s->way = NULL;
		s->ways = 0;
		if (s->awake && !s->restless)
			continue;
		find_ways(r->p, s);
		for (int w = 0; w < s->ways; w++) {
			mark_said(r->p, &s->way[w]);
			for (int k = 0; k < s->way[w].wakers; k++) {
				struct waker *it = &s->way[w].waker[k];
				it->process = process_of(r->p, it->pid);
			}
		}
	}
}

static void
begin(struct reasoning *r, struct picture *p)
{
	r->p = p;
	r->sleepers = p->tasks;
	r->sleeper = checked(calloc((size_t)p->tasks + 1, sizeof *r->sleeper));
	r->asleep = checked(calloc((size_t)p->processes + 1, sizeof(bool)));
	r->stuck = checked(calloc((size_t)p->processes + 1, sizeof(bool)));
	r->first = checked(calloc((size_t)p->processes + 1, sizeof(int)));
	for (int i = 0; i < p->processes; i++)
		r->first[i] = -1;
	for (int i = 0; i < p->tasks; i++) {
		int process = p->task[i].process;
		r->sleeper[i].task = &p->task[i];
		r->sleeper[i].for_good = r->sleeper[i].stuck = true;
		r->asleep[process] = r->stuck[process] =
		    p->process[process].asked && !p->process[process].refused &&
		    !p->process[process].parted;
		if (p->process[process].parted)
			r->sleeper[i].for_good = r->sleeper[i].stuck = false;
		if (r->first[process] == -1)
			r->first[process] = i;
		find_cause(p, &r->sleeper[i]);
	}
}

static bool
any_for_good(const struct reasoning *r)
{
	for (int i = 0; i < r->sleepers; i++)
		if (r->sleeper[i].for_good && !r->sleeper[i].awake)
			return true;
	return false;
}

/* Before it is said that anything is for good, all is asked once more: an end
 * may have come to somebody while we looked elsewhere. */
static void
reason(struct reasoning *r, struct picture *p)
{
	begin(r, p);
	for (int round = 0; round < 2; round++) {
		find_awake(r);
		find_all_ways(r);
		find_for_good(r, true);
		find_for_good(r, false);
		if (!any_for_good(r) || round == 1)
			break;
		free_census(p->census);
		p->census = take_census(p->me);
	}
	find_awake(r);
	for (int i = 0; i < r->sleepers; i++)
		r->sleeper[i].restless &= r->sleeper[i].ways > 0;
	find_for_good(r, true);
	find_for_good(r, false);
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
why(struct picture *p, line_function *line, void *arg)
{
	struct reasoning r;

	reason(&r, p);
	say_sleepers(&r, line, arg);
	say_circles(&r, line, arg);
	say_chain(&r, line, arg);
	bool all = all_for_good(&r);
	for (int i = 0; i < r.sleepers; i++)
		free_sleeper(&r.sleeper[i]);
	free(r.sleeper);
	free(r.asleep);
	free(r.stuck);
	free(r.first);
	return all;
}

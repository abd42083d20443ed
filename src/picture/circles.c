/*
 * circles.c: threads that wait for each other. From each that is stuck we go
 * on to one that it waits for, until we come back to where we were: that is
 * told as a circle, and what would end it.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "picture/parts.h"

#define MOST_TOLD 5

/* A step of the way: a thread, and by which of its ways it waits for the next.
 */
struct step {
	const struct sleeper *s;
	const struct way *w;
	const struct waker *by;
};

/* The thread of the process that stands for it: not one that waits for a lock,
 * if there is another; of the sleeper's own process another thread. */
static const struct sleeper *
thread_of(const struct reasoning *r, int process, const struct sleeper *from)
{
	const struct sleeper *found = NULL;
	bool own = from->task->process == process;

	for (int i = r->first[process]; i >= 0 && i < r->sleepers &&
					r->sleeper[i].task->process == process;
	     i++) {
		const struct sleeper *s = &r->sleeper[i];
		if (!s->stuck || s->awake || (own && s == from))
			continue;
		if (found == NULL ||
		    (!own && found->cause == LOCK && s->cause != LOCK))
			found = s;
	}
	return found == NULL && own ? from : found;
}

/* How well a waker serves to go on: other processes come first. */
static int
merit(const struct reasoning *r, const struct step *it)
{
	bool own = it->by->process == it->s->task->process;

	if (it->by->process == -1 || !r->stuck[it->by->process])
		return 0;
	if (it->by->tid != 0)
		return it->by->tid == it->s->owner ? 4 : 3;
	return own ? (it->w->cause == CHILD ? 0 : 1) : 2;
}

/* The step that leads on from this thread. */
static struct step
step_from(const struct reasoning *r, const struct sleeper *s)
{
	struct step best = {.s = s};

	for (int i = 0; i < s->ways; i++)
		for (int k = 0; k < s->way[i].wakers; k++) {
			struct step it = {s, &s->way[i], &s->way[i].waker[k]};
			if (merit(r, &it) >
			    (best.by == NULL ? 0 : merit(r, &best)))
				best = it;
		}
	return best;
}

static const struct sleeper *
next_of(const struct reasoning *r, const struct step *it)
{
	if (it->by == NULL)
		return it->s;
	if (it->by->tid != 0)
		return sleeper_of(r, it->by->process, it->by->tid);
	return thread_of(r, it->by->process, it->s);
}

/* Does it hold itself what would have to be closed to wake it? */
static const struct waker *
own_end(const struct step *it, const struct reasoning *r)
{
	for (int i = 0; i < it->w->wakers; i++)
		if (it->w->waker[i].process == it->s->task->process &&
		    (it->w->cause == LOCK_ON ||
			(it->w->cause == INPUT && it->w->descriptor >= 0 &&
			    r->p->descriptor[it->w->descriptor].pipe >= 0)))
			return &it->w->waker[i];
	return NULL;
}

/* A circle in which somebody only waits for a child, and another holds its own
 * write end, is that one's: no other close would wake it. */
static int
cut_short(const struct reasoning *r, struct step *circle, int steps)
{
	bool waits = steps == 1;

	for (int i = 0; i < steps; i++)
		waits |= circle[i].w != NULL && circle[i].w->cause != INPUT &&
			 circle[i].w->cause != ROOM &&
			 circle[i].s->task->process !=
			     circle[(i + 1) % steps].s->task->process;
	for (int i = 0; waits && i < steps; i++) {
		const struct waker *own =
		    circle[i].w == NULL ? NULL : own_end(&circle[i], r);
		if (own == NULL)
			continue;
		circle[0] = circle[i];
		circle[0].by = own;
		return 1;
	}
	return steps;
}

/* A thread, after one of the same process without that one's name. */
static void
add_thread(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct sleeper *after)
{
	const struct process *it = &r->p->process[s->task->process];
	bool same = after != NULL && after->task->process == s->task->process &&
		    s->task->tid != it->pid;

	if (!same)
		add_who(to, it);
	if (s->task->tid != it->pid)
		add(to, "%sthread %ld", same ? "" : "'s ", (long)s->task->tid);
}

/* How many processes hold what would have to be closed. */
static int
count_holders(const struct way *w)
{
	int n = 0;

	for (int i = 0; i < w->wakers; i++)
		n += i == 0 || w->waker[i].pid != w->waker[i - 1].pid;
	return n;
}

/* What a command was given as 0 to 2 is not for it to close. */
static int
cost(const struct step *it)
{
	return 2 * count_holders(it->w) + (it->by->fd >= 0 && it->by->fd <= 2);
}

/* The step that the least would end; NULL: none that anybody could. */
static const struct step *
easiest(const struct step *circle, int steps)
{
	const struct step *best = NULL;

	for (int i = 0; i < steps; i++) {
		const struct step *it = &circle[i];
		if (it->w == NULL || it->w->cause == CHILD ||
		    it->w->cause == BIRTH || it->w->cause == SIGNAL ||
		    it->s->joins != 0 || it->w->wakers == 0)
			continue;
		if (best == NULL || cost(it) < cost(best))
			best = it;
	}
	return best;
}

/* "4 is closed in 4711 sh and in 4712 cat" */
static void
say_closings(struct row *to, const struct reasoning *r, const struct way *w)
{
	for (int i = 0; i < w->wakers; i++) {
		bool same = i > 0 && w->waker[i].pid == w->waker[i - 1].pid;
		if (!same && i > 0) {
			add(to, " in ");
			add_pid(to, r->p, w->waker[i - 1].pid);
		}
		add(to, "%s%d",
		    i == 0 ? ""
		    : same ? " and "
			   : ", and ",
		    w->waker[i].fd);
	}
	add(to, " in ");
	add_pid(to, r->p, w->waker[w->wakers - 1].pid);
}

/* "what would end it: ..." */
static void
say_cure(struct row *to, const struct reasoning *r, const struct step *it)
{
	const struct way *w = it->w;
	bool pipe =
	    w->descriptor >= 0 && r->p->descriptor[w->descriptor].pipe >= 0;

	add(to, "what would end it: ");
	if (w->cause == LOCK) {
		add(to, "that thread %ld unlocks", (long)it->by->tid);
	} else if (w->cause == LOCK_ON) {
		add(to, "to unlock, or to close ");
		say_closings(to, r, w);
	} else if (w->cause == INPUT && pipe && count_holders(w) == 1 &&
		   it->by->process != it->s->task->process) {
		add(to, "that ");
		add_pid(to, r->p, it->by->pid);
		add(to, " writes to its %d, or closes it", it->by->fd);
	} else if (w->cause == INPUT && pipe) {
		add(to, "to close ");
		say_closings(to, r, w);
		add(to, ": then ");
		add_thread(to, r, it->s, NULL);
		add(to, " reads end of file");
	} else {
		add(to, "that ");
		add_pid(to, r->p, it->by->pid);
		add(to, w->cause == INPUT ? " writes to " : " reads from ");
		add(to, "its %d", it->by->fd);
	}
}

/* Why a circle of which it is a part may yet end. */
static bool
say_hope(struct row *to, const struct reasoning *r, const struct step *circle,
    int steps)
{
	for (int i = 0; i < steps; i++)
		for (int k = 0; k < circle[i].s->ways; k++) {
			const struct way *w = &circle[i].s->way[k];
			if (w->open == CLOSED)
				continue;
			if (w->open == AT_SIGNAL) {
				add(to, "; a signal may end this");
				return true;
			}
			say_doubt(to, r, w);
			return true;
		}
	return false;
}

static void
say_circle(const struct reasoning *r, const struct step *circle, int steps,
    line_function *line, void *arg)
{
	struct row to = {0};
	bool for_good = true;

	for (int i = 0; i < steps; i++)
		for_good &= circle[i].s->for_good;
	add(&to, "%s",
	    !for_good   ? "a circle: "
	    : steps > 1 ? "deadlock: "
			: "");
	for (int i = 0; i < steps; i++) {
		const struct sleeper *s = circle[i].s;
		add(&to, "%s", i == 0 ? "" : ", ");
		add_thread(&to, r, s, i == 0 ? NULL : circle[i - 1].s);
		add(&to, " waits for ");
		if (steps == 1)
			add(&to, "itself");
		else
			add_thread(&to, r, circle[(i + 1) % steps].s, s);
	}
	if (for_good)
		add(&to, "; only a signal ends this");
	else
		say_hope(&to, r, circle, steps);
	line(to.text.at, arg);
	clear_row(&to);
	const struct step *cure = easiest(circle, steps);
	if (r->p->further && cure != NULL) {
		say_cure(&to, r, cure);
		line(to.text.at, arg);
	}
	free_row(&to);
}

/* Goes on from s until it comes to where somebody was before: at[] has in which
 * turn. Returns the length of a new circle in path, which it begins; or 0. */
static int
find_circle(const struct reasoning *r, const struct sleeper *s, int *at,
    int turn, struct step *path)
{
	int steps = 0, begin;

	while (s != NULL && at[s - r->sleeper] == 0) {
		at[s - r->sleeper] = turn;
		path[steps] = step_from(r, s);
		s = next_of(r, &path[steps++]);
	}
	if (s == NULL || at[s - r->sleeper] != turn)
		return 0;
	for (begin = 0; path[begin].s != s; begin++)
		continue;
	for (int i = begin; i < steps; i++)
		path[i - begin] = path[i];
	return steps - begin;
}

/* One that waits for nobody but itself, through a name that others may use or a
 * handler, waits for these: that is no circle. */
static bool
is_told(const struct step *circle, int steps)
{
	return steps > 1 || circle[0].s->for_good ||
	       (circle[0].w != NULL && circle[0].w->open == AT_UNSEEN);
}

void
say_circles(const struct reasoning *r, line_function *line, void *arg)
{
	size_t n = (size_t)r->sleepers + 1;
	int *at = checked(calloc(n, sizeof *at)), told = 0;
	struct step *path = checked(calloc(n, sizeof *path));

	for (int i = 0;
	     i < r->sleepers && told < (r->p->further ? MOST_TOLD : 1); i++) {
		const struct sleeper *s = &r->sleeper[i];
		if (!s->stuck || s->awake || !r->stuck[s->task->process])
			continue;
		int steps = find_circle(r, s, at, i + 1, path);
		if (steps == 0)
			continue;
		steps = cut_short(r, path, steps);
		if (!is_told(path, steps))
			continue;
		say_circle(r, path, steps, line, arg);
		told++;
	}
	free(at);
	free(path);
}

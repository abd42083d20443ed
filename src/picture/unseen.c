/*
 * unseen.c: what follows from processes that one may not look into.
 *
 * A pipe without a name, made by a process of this user, has its ends only
 * where they were inherited: in processes forked from one that had them. So
 * another user's process may hold one only if it descends from a holder, or
 * from an ancestor that it has in common with one; or if its own parent is
 * gone, it is younger than these, and nothing speaks against it.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "picture/parts.h"

/* The processes of whom a holder of an end may descend. */
struct kin {
	bool *is; /* by place in the census */
	unsigned long eldest;
	pid_t one;
};

static int
place_in(const struct census *c, pid_t pid)
{
	const struct living *it = find_living(c, pid);

	return it == NULL ? -1 : (int)(it - c->living);
}

/* The process and its ancestors, as far as one may look into them. */
static void
add_kin(struct kin *kin, const struct census *c, pid_t pid)
{
	for (int at = place_in(c, pid); at != -1 && !kin->is[at];
	     at = place_in(c, c->living[at].parent)) {
		if (c->living[at].refused)
			return;
		kin->is[at] = true;
		if (c->living[at].began < kin->eldest)
			kin->eldest = c->living[at].began;
	}
}

/* Is it in the same control group as one of the kin? One is born into that of
 * one's parent. */
static bool
same_group(pid_t a, pid_t b)
{
	char one[1024], other[1024];

	return !read_procf(one, sizeof one, "/proc/%ld/cgroup", (long)a) ||
	       !read_procf(other, sizeof other, "/proc/%ld/cgroup", (long)b) ||
	       strcmp(one, other) == 0;
}

static bool
may_descend(const struct kin *kin, const struct census *c, int at)
{
	pid_t parent = c->living[at].parent;
	int above = place_in(c, parent);

	for (int i = above, steps = 0; i != -1 && steps < c->livings;
	     i = place_in(c, c->living[i].parent), steps++)
		if (kin->is[i])
			return true;
	return (parent <= 1 || above == -1) && c->living[at].pid > 1 &&
	       c->living[at].began >= kin->eldest &&
	       same_group(c->living[at].pid, kin->one);
}

/* Whoever it is that we may not look into. */
static pid_t
first_refused(const struct census *c, const struct kin *kin)
{
	for (int i = 0; i < c->livings; i++)
		if (c->living[i].refused &&
		    (kin == NULL || may_descend(kin, c, i)))
			return c->living[i].pid;
	return 0;
}

pid_t
may_hold_too(const struct picture *p, uid_t owner, const struct sleeper *s,
    const struct way *w)
{
	const struct census *c = p->census;
	struct kin kin = {.eldest = ~0UL};

	if (c->blind)
		return -1;
	if (first_refused(c, NULL) == 0)
		return 0;
	if (owner != geteuid())
		return -1;
	kin.is = checked(calloc((size_t)c->livings, sizeof *kin.is));
	kin.one = p->process[s->task->process].pid;
	add_kin(&kin, c, kin.one);
	for (int i = 0; i < w->wakers; i++)
		add_kin(&kin, c, w->waker[i].pid);
	pid_t found = first_refused(c, &kin);
	free(kin.is);
	return found;
}

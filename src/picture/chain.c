/*
 * chain.c: where the way of who waits for whom ends, if it is no circle: "all
 * of this waits for 17360 sleep".
 */
#include <stdlib.h>

#include "picture/parts.h"

/* Can it be said whom it waits for? Not if something else may come first. */
static bool
waits_for_somebody(const struct sleeper *s)
{
	for (int i = 0; i < s->ways; i++)
		switch (s->way[i].open) {
		case AT_TIME:
		case AT_KEYS:
		case AT_NETWORK:
		case AT_EVENT:
		case AT_UNKNOWN:
			return false;
		case AT_NAME:
		case AT_SIGNAL:
			if (s->way[s->ways - 1].wakers == 0)
				return false;
			break;
		default:
			break;
		}
	return true;
}

/* The thread that stands for the process: its first, or, where that has left,
 * one of the others; NULL: it does not sleep. */
static const struct sleeper *
first_asleep(const struct reasoning *r, int process)
{
	const struct sleeper *s =
	    r->first[process] < 0 ? NULL : &r->sleeper[r->first[process]];

	if (s != NULL && s->task->state == 'Z' && !is_over(r->p, process))
		s++;
	return s == NULL || (s->awake && !s->restless) ? NULL : s;
}

/* Where the ways from here end: each process once. */
struct ends {
	bool *been;
	int *stack; /* whom to go on from */
	int waiting, steps, found, end;
};

static void
go_on(const struct reasoning *r, struct ends *it, int process)
{
	const struct sleeper *s = first_asleep(r, process);
	int before = it->waiting;

	if (s != NULL && !waits_for_somebody(s))
		s = NULL;
	for (int i = 0; s != NULL && i < s->ways; i++)
		for (int k = 0; k < s->way[i].wakers; k++) {
			int n = s->way[i].waker[k].process;
			if (n == -1) /* whom we know nothing of */
				it->found += 2;
			else if (!it->been[n]) {
				it->been[n] = true;
				it->stack[it->waiting++] = n;
			}
		}
	it->steps++;
	if (it->waiting == before && s == NULL) {
		it->found++;
		it->end = process;
	}
}

void
say_chain(const struct reasoning *r, line_function *line, void *arg)
{
	size_t n = (size_t)r->p->processes + 1;
	struct ends it = {.been = checked(calloc(n, sizeof *it.been)),
	    .stack = checked(calloc(n, sizeof *it.stack))};
	struct row to = {0};

	if (r->p->further && r->p->processes > 0 && !r->stuck[0]) {
		it.been[0] = true;
		it.stack[it.waiting++] = 0;
	}
	while (it.waiting > 0)
		go_on(r, &it, it.stack[--it.waiting]);
	if (it.steps > 2 && it.found == 1) {
		add(&to, "all of this waits for ");
		add_who(&to, &r->p->process[it.end]);
		add(&to, ", which ");
		say_state(&to, r, it.end);
		line(to.text.at, arg);
	}
	free_row(&to);
	free(it.been);
	free(it.stack);
}

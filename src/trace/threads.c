/*
 * threads.c: the calls of <pthread.h> with a capital letter. A thread is a lane
 * of its own: it enters and leaves it here.
 *
 * What these calls pass means something to the program alone, so a line has
 * the source's own words for it.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/memory.h"
#include "trace/inner.h"
#include "trace/run/run.h"

/* What a new thread is to do, and in which lane. */
struct birth {
	void *(*run)(void *);
	void *arg;
	struct lane *lane;
};

static void *
live(void *at)
{
	struct birth it = *(struct birth *)at;
	void *end;

	free(at);
	enter_lane(it.lane);
	pthread_cleanup_push(leave_lane, NULL); /* pthread_exit comes there */
	end = it.run(it.arg);
	pthread_cleanup_pop(1);
	return end;
}

int
Pthread_create(pthread_t *thread, const pthread_attr_t *attr,
    void *(*run)(void *), void *arg)
{
	struct birth *it = checked(malloc(sizeof *it));
	struct call c;

	*it = (struct birth){run, arg, next_lane(true)};
	make(&c, "pthread_create", "%a, %a, %a, %a");
	int error = pthread_create(thread, attr, live, it);
	if (error != 0) {
		lane_born(it->lane, -1);
		free(it);
	}
	return returned_error(&c, error);
}

int
Pthread_join(pthread_t thread, void **end)
{
	struct call c;

	make(&c, "pthread_join", "%a, %a");
	int error = pthread_join(thread, end);
	if (end != NULL && error == 0)
		now_end(&c, 1, *end);
	return returned_error(&c, error);
}

void
Pthread_exit(void *end)
{
	struct call c;

	make(&c, "pthread_exit", "%a");
	will_not_return(&c);
	pthread_exit(end);
}

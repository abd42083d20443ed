/*
 * lanes.c: who speaks, and in which order.
 *
 * The lanes are the processes that Fork() makes, in one table of shared
 * memory with one mutex: the turn. A call that can let another lane go on is
 * made and printed while holding the turn, so the line of its effect, printed
 * by the other lane, has to come later. The mutex is robust: a lane killed
 * while it holds the turn gives it up. And it is only a courtesy: whoever
 * waits for an owner that sleeps or is stopped goes on without it, so the
 * trace never hangs a demo.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "inner.h"

#define PATIENCE_NS 50000000L /* before looking what the owner does */
#define MOST_LOOKS  20        /* strace stops its process all the time */

static struct shared {
	pthread_mutex_t turn;
	_Atomic pid_t owner; /* who has the turn, or had it last */
	_Atomic pid_t stuck; /* an owner that was seen asleep with it */
	_Atomic int lanes;   /* made so far, the first process's not counted */
} * shared;

static struct me {
	pid_t pid;
	int lane;
	char role[32];
} me;

/* Makes this process the first lane; the table only if there is a trace. */
void
lanes_start(void)
{
	pthread_mutexattr_t attr;

	snprintf(me.role, sizeof me.role, "main");
	if (trace.format == TRACE_NONE)
		return;
	me.pid = getpid();
	shared = shared_memory(sizeof *shared);
	if (shared == NULL)
		die(errno, "mmap", "the trace's turn");
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&shared->turn, &attr);
	pthread_mutexattr_destroy(&attr);
}

/* The number for the lane that is about to be forked, from 1. */
int
next_lane(void)
{
	return shared == NULL ? 1 : ++shared->lanes;
}

/* In a new process: takes the lane and the name that goes with it. */
void
enter_lane(int lane)
{
	me.lane = lane;
	snprintf(
	    me.role, sizeof me.role, lane == 1 ? "child" : "child%d", lane);
	if (shared != NULL)
		me.pid = getpid();
}

int
my_lane(void)
{
	return me.lane;
}

const char *
my_role(void)
{
	return me.role;
}

pid_t
my_pid(void)
{
	return me.pid;
}

void
role(const char *name)
{
	snprintf(me.role, sizeof me.role, "%s", name);
}

/* Is the owner on its way, so that waiting for it will end? */
static bool
owner_runs(int looks)
{
	switch (process_state(shared->owner)) {
	case 'S':
	case 'T':
		return false;
	case 't':
	case 0:
		return looks < MOST_LOOKS;
	default: /* running, about to, at a disk, or gone: the mutex knows */
		return true;
	}
}

/* Waits for the turn; false if the owner keeps it: go on without. */
bool
take_turn(void)
{
	int error = pthread_mutex_trylock(&shared->turn);

	for (int looks = 0; error == EBUSY || error == ETIMEDOUT; looks++) {
		struct timespec until;

		if (shared->stuck != 0 && shared->stuck == shared->owner)
			return false;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += PATIENCE_NS;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_nsec -= 1000000000L;
			until.tv_sec++;
		}
		error = pthread_mutex_timedlock(&shared->turn, &until);
		if (error == ETIMEDOUT && !owner_runs(looks))
			shared->stuck = shared->owner;
	}
	if (error == EOWNERDEAD)
		pthread_mutex_consistent(&shared->turn);
	else if (error != 0)
		return false;
	shared->owner = me.pid;
	shared->stuck = 0;
	return true;
}

void
give_turn(void)
{
	shared->stuck = 0;
	pthread_mutex_unlock(&shared->turn);
}

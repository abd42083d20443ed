/*
 * lanes.c: who speaks, and in which order.
 *
 * The lanes are the processes that Fork() makes, in one table of shared
 * memory with a mutex: the turn. A call that can let another lane go on is
 * made and printed while holding the turn, so the line of its effect, printed
 * by the other lane, has to come later. The mutex is robust: a lane killed
 * while it holds the turn gives it up. And it is only a courtesy: when its
 * owner sleeps in its call, or is stopped, the others go on with the next
 * turn of a few, so the trace never hangs a demo and the others keep an order.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "inner.h"

#define PATIENCE_NS 50000000L /* before looking what the owner does */
#define MOST_LOOKS  20        /* strace stops its process all the time */
#define TURNS       8         /* so many may be asleep with one each */

/* A lane that is there: forked, and not yet waited for. */
struct seat {
	_Atomic pid_t pid; /* 0: the seat is free; -1: about to be taken */
	char role[32];
};

static struct shared {
	pthread_mutex_t turn[TURNS];
	_Atomic int current;          /* the one that counts */
	_Atomic pid_t owner[TURNS];   /* 0: nobody */
	_Atomic bool printing[TURNS]; /* the owner is at its line */
	_Atomic int lanes; /* made so far, the first process's not counted */
	struct seat seat[MOST_LANES];
} * shared;

static struct me {
	pid_t pid;
	int lane;
	int turn; /* that we hold; -1: none */
	struct seat *seat;
} me = {.turn = -1};

static struct seat only_seat; /* where nothing is shared */

/* Where the lane that is forked next will sit. */
static struct seat *next_seat = &only_seat;

/* Makes the table of the lanes, only if something needs it. */
void
lanes_start(void)
{
	pthread_mutexattr_t attr;

	if (trace.format == TRACE_NONE && trace.bug == NULL && !trace.step &&
	    !trace.predicts)
		return;
	shared = shared_memory(sizeof *shared);
	if (shared == NULL)
		die(errno, "mmap", "the trace's turn");
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	for (int i = 0; i < TURNS; i++)
		pthread_mutex_init(&shared->turn[i], &attr);
	pthread_mutexattr_destroy(&attr);
}

static void
name_lane(struct seat *seat, int lane)
{
	if (lane < 2)
		snprintf(seat->role, sizeof seat->role, "%s",
		    lane == 0 ? "main" : "child");
	else
		snprintf(seat->role, sizeof seat->role, "child%d", lane);
}

/* Keeps a free seat for the lane. */
static struct seat *
reserve(int lane)
{
	for (int i = 0; i < MOST_LANES; i++) {
		pid_t nobody = 0;
		if (atomic_compare_exchange_strong(
			&shared->seat[i].pid, &nobody, -1)) {
			name_lane(&shared->seat[i], lane);
			return &shared->seat[i];
		}
	}
	fail("fork: more than %d lanes at once", MOST_LANES);
}

/* The number for the lane that is about to be forked, from 1. */
int
next_lane(void)
{
	if (shared == NULL)
		return 1;
	int lane = ++shared->lanes;
	next_seat = reserve(lane);
	return lane;
}

/* In the first process, or in a new one: takes the lane. */
void
enter_lane(int lane)
{
	if (lane == 0 && shared != NULL)
		next_seat = reserve(0);
	me.lane = lane;
	me.turn = -1;
	me.seat = next_seat;
	if (shared != NULL)
		me.seat->pid = me.pid = getpid();
	else
		name_lane(me.seat, lane);
}

/* In the parent, which may be the first to know; -1: there was no fork. */
void
lane_born(pid_t pid)
{
	if (shared != NULL)
		next_seat->pid = pid == -1 ? 0 : pid;
}

void
lane_gone(pid_t pid)
{
	for (int i = 0; shared != NULL && i < MOST_LANES; i++)
		if (shared->seat[i].pid == pid)
			shared->seat[i].pid = 0;
}

pid_t
first_lane(void)
{
	return shared->seat[0].pid;
}

/* The lanes that are there, zombies too, in their order; returns how many. */
int
lanes_alive(struct looked_at who[MOST_LANES])
{
	int n = 0;

	for (int i = 0; i < MOST_LANES; i++)
		if (shared->seat[i].pid > 0)
			who[n++] = (struct looked_at){
			    shared->seat[i].pid, shared->seat[i].role};
	return n;
}

int
my_lane(void)
{
	return me.lane;
}

const char *
my_role(void)
{
	return me.seat->role;
}

pid_t
my_pid(void)
{
	return me.pid;
}

void
role(const char *name)
{
	snprintf(me.seat->role, sizeof me.seat->role, "%s", name);
}

/* Is the owner of turn i on its way, so that waiting for it will end? */
static bool
owner_runs(int i, int looks)
{
	switch (process_state(shared->owner[i])) {
	case 'S': /* in the write of its line? There we would sleep as well */
		return shared->printing[i];
	case 'T':
		return false;
	case 't':
	case 0:
		return looks < MOST_LOOKS;
	default: /* running, about to, at a disk, or gone: the mutex knows */
		return true;
	}
}

/* Waits for a mutex, with patience; 0 or an error number. */
static int
lock(pthread_mutex_t *mutex)
{
	struct timespec until;
	int error = pthread_mutex_trylock(mutex);

	if (error == EBUSY) {
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += PATIENCE_NS;
		until.tv_sec += until.tv_nsec / 1000000000L;
		until.tv_nsec %= 1000000000L;
		error = pthread_mutex_timedlock(mutex, &until);
	}
	if (error == EOWNERDEAD)
		error = pthread_mutex_consistent(mutex);
	return error;
}

/* Takes the turn; false if all of them are asleep: go on without. */
bool
take_turn(void)
{
	for (int looks = 0, moves = 0; moves < TURNS; looks++) {
		int i = shared->current;
		int error = lock(&shared->turn[i]);

		if (error == 0 && i == shared->current) {
			me.turn = i;
			shared->owner[i] = me.pid;
			shared->printing[i] = false;
			return true;
		}
		if (error == 0) {
			pthread_mutex_unlock(&shared->turn[i]);
		} else if (error != ETIMEDOUT) {
			return false;
		} else if (!owner_runs(i, looks)) {
			atomic_compare_exchange_strong(
			    &shared->current, &i, (i + 1) % TURNS);
			moves++;
		}
	}
	return false;
}

/* Before a line is printed: ours may no longer be the turn that counts. */
bool
renew_turn(bool held)
{
	if (held && me.turn != shared->current) {
		give_turn();
		held = false;
	}
	held = held || take_turn();
	if (held)
		shared->printing[me.turn] = true;
	return held;
}

/* As take_turn(), for a line or a question: whoever wants it next waits. */
bool
take_turn_to_print(void)
{
	return renew_turn(false);
}

void
give_turn(void)
{
	int i = me.turn;

	me.turn = -1;
	shared->owner[i] = 0;
	shared->printing[i] = false;
	pthread_mutex_unlock(&shared->turn[i]);
}

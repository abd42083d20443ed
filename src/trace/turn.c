/*
 * turn.c: in which order lanes speak.
 *
 * A call that can let another lane go on is made and printed while holding the
 * turn, so the line of its effect, printed by the other lane, has to come
 * later. The turn is a robust mutex: a lane killed while it holds it gives it
 * up. And it is only a courtesy: when its owner sleeps in its call, or is
 * stopped, the others go on with the next turn of a few, so the trace never
 * hangs a demo and the others keep an order.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/proc.h"
#include "trace/inner.h"
#include "trace/run/run.h"

#define PATIENCE_NS 50000000L /* before looking what the owner does */
#define MOST_LOOKS  20        /* strace stops its process all the time */
#define TURNS       8         /* so many may be asleep with one each */

static struct turns {
	pthread_mutex_t turn[TURNS];
	_Atomic int current;          /* the one that counts */
	_Atomic pid_t owner[TURNS];   /* 0: nobody */
	_Atomic bool printing[TURNS]; /* the owner is at its line */
} * turns;

void
turns_start(void)
{
	pthread_mutexattr_t attr;

	turns = shared_memory(sizeof *turns);
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	for (int i = 0; i < TURNS; i++)
		pthread_mutex_init(&turns->turn[i], &attr);
	pthread_mutexattr_destroy(&attr);
}

/* Is the owner of turn i on its way, so that waiting for it will end? */
static bool
owner_runs(int i, int looks)
{
	own_work_begins();
	char state = process_state(turns->owner[i]);
	own_work_ends();
	switch (state) {
	case 'S': /* in the write of its line? There we would sleep as well */
		return turns->printing[i];
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
	for (int looks = 0, moves = 0; turns != NULL && moves < TURNS;
	     looks++) {
		int i = turns->current;
		int error = lock(&turns->turn[i]);

		if (error == 0 && i == turns->current) {
			me.turn = i;
			turns->owner[i] = me.tid;
			turns->printing[i] = false;
			return true;
		}
		if (error == 0) {
			pthread_mutex_unlock(&turns->turn[i]);
		} else if (error != ETIMEDOUT) {
			return false;
		} else if (!owner_runs(i, looks)) {
			atomic_compare_exchange_strong(
			    &turns->current, &i, (i + 1) % TURNS);
			moves++;
		}
	}
	return false;
}

/* Before a line is printed: ours may no longer be the turn that counts. */
bool
renew_turn(bool held)
{
	if (held && me.turn != turns->current) {
		give_turn();
		held = false;
	}
	held = held || take_turn();
	if (held)
		turns->printing[me.turn] = true;
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
	turns->owner[i] = 0;
	turns->printing[i] = false;
	pthread_mutex_unlock(&turns->turn[i]);
}

/*
 * lanes.c: who speaks.
 *
 * The lanes are the processes that Fork() makes and the threads that
 * Pthread_create() makes, in one table of shared memory. A lane sits in a
 * column; when it has ended its seat is used again, and when more are there
 * than fit, the last column is for all of these, who keep their names.
 */
#define _GNU_SOURCE

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/proc.h"
#include "trace/inner.h"
#include "trace/run/run.h"

#define MOST_LANES 32768 /* whoever comes then has no name of its own */
#define SEATS      8     /* columns */

static struct lanes {
	_Atomic int highest; /* no lane from here on */
	_Atomic int made;    /* lanes so far, the first one not counted */
	_Atomic int threads; /* of these, the threads */
	_Atomic int swept;   /* so many were made when last looked who left */
	_Atomic bool taken[SEATS - 1]; /* the last seat is for everybody */
	struct lane lane[MOST_LANES];
} * lanes;

/* Under --bug: the line of the call that each may sleep in. */
static struct sleeping {
	char call[512];
} * sleeping;

/* Where no table is, and who found no place in it. */
static struct lane nobody = {.seat = SEATS - 1, .role = "others"};
static struct lane only = {.role = "main"};

/* Of this lane: where it writes its line. */
struct room {
	char args[ARGS_ROOM], line[LINE_ROOM], notes[NOTES_ROOM];
};

_Thread_local struct me me = {.lane = &only, .turn = -1};

/* "child", "child2"; "thread", "thread2" */
static void
name_lane(struct lane *lane, const char *kind, int count)
{
	if (count < 2)
		snprintf(lane->role, sizeof lane->role, "%s", kind);
	else
		snprintf(lane->role, sizeof lane->role, "%s%d", kind, count);
}

/* Makes the table, with the first process in it. */
void
lanes_start(void)
{
	lanes = shared_memory(sizeof *lanes);
	if (trace.bug != NULL)
		sleeping = shared_memory(MOST_LANES * sizeof *sleeping);
	lanes->highest = 1;
	lanes->taken[0] = true;
	lanes->lane[0].tid = -1;
	name_lane(&lanes->lane[0], "main", 0);
}

static void
free_lane(struct lane *lane)
{
	if (lane->seat < SEATS - 1)
		lanes->taken[lane->seat] = false;
	lane->tid = 0;
}

/* Lanes that have ended, and that nobody waited for by a traced call. The more
 * there are, the more rarely we look. */
static void
free_gone(void)
{
	if (lanes->made - lanes->swept < lanes->highest)
		return;
	lanes->swept = lanes->made;
	own_work_begins();
	for (int i = 1; i < lanes->highest; i++) {
		pid_t tid = lanes->lane[i].tid;
		if (tid > 0 && process_state(tid) == 0)
			free_lane(&lanes->lane[i]);
	}
	own_work_ends();
}

/* The leftmost free column; if there is none, the last. */
static int
take_seat(void)
{
	for (int i = 0; i < SEATS - 1; i++) {
		bool nobody_sits = false;
		if (atomic_compare_exchange_strong(
			&lanes->taken[i], &nobody_sits, true))
			return i;
	}
	return SEATS - 1;
}

static struct lane *
take_place(void)
{
	for (int i = 0; i < MOST_LANES; i++) {
		pid_t nobodys = 0;
		if (atomic_compare_exchange_strong(
			&lanes->lane[i].tid, &nobodys, -1)) {
			if (i >= lanes->highest)
				lanes->highest = i + 1;
			return &lanes->lane[i];
		}
	}
	return &nobody;
}

/* A place for the lane that is about to be made. */
struct lane *
next_lane(bool thread)
{
	if (lanes == NULL)
		return &only;
	int number = ++lanes->made;
	int threads = thread ? ++lanes->threads : lanes->threads;
	struct lane *lane = take_place();
	int seat = take_seat();
	if (seat == SEATS - 1) {
		free_gone();
		seat = take_seat();
	}
	if (lane == &nobody)
		return lane;
	lane->thread = thread;
	lane->seat = seat;
	struct text call = sleeping_call(lane);
	clear(&call);
	if (thread)
		name_lane(lane, "thread", threads);
	else
		name_lane(lane, "child", number - threads);
	return lane;
}

/* In a new process or thread, or in the first one: it is this lane. */
void
enter_lane(struct lane *lane)
{
	me.turn = -1;
	me.lane = lane;
	if (lanes == NULL)
		return;
	me.pid = getpid();
	me.tid = lane->thread ? (pid_t)syscall(SYS_gettid) : me.pid;
	if (lane != &nobody) {
		lane->pid = me.pid;
		lane->tid = me.tid;
	}
	if (trace.format == TRACE_NONE || me.room != NULL)
		return; /* a new process has its copy of the room */
	me.room = mmap(NULL, sizeof *me.room, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (me.room == MAP_FAILED)
		fail("mmap: no memory for a line of the trace");
	me.args = fixed_text(me.room->args, ARGS_ROOM);
	me.line = fixed_text(me.room->line, LINE_ROOM);
	me.notes = fixed_text(me.room->notes, NOTES_ROOM);
}

/* A thread ends. */
void
leave_lane(void *unused)
{
	(void)unused;
	print_notes();
	if (lanes != NULL && me.lane != &nobody)
		free_lane(me.lane);
	if (me.room != NULL)
		munmap(me.room, sizeof *me.room);
	me = (struct me){.pid = me.pid, .lane = &nobody, .turn = -1};
}

/* The parent knows the new lane's number, too; -1: there was none. */
void
lane_born(struct lane *lane, pid_t pid)
{
	pid_t reserved = -1;

	if (lane == &only || lane == &nobody)
		return;
	if (pid == -1)
		free_lane(lane);
	else
		atomic_compare_exchange_strong(&lane->tid, &reserved, pid);
}

/* The room for that line, which all lanes see; none: without --bug. */
struct text
sleeping_call(const struct lane *lane)
{
	if (sleeping == NULL || lane == &nobody)
		return (struct text){.fixed = true};
	char *call = sleeping[lane - lanes->lane].call;
	return fixed_text(call, sizeof sleeping->call);
}

/* Somebody waited for it. */
void
lane_gone(pid_t pid)
{
	for (int i = 0; lanes != NULL && pid > 0 && i < lanes->highest; i++)
		if (lanes->lane[i].tid == pid) {
			memcpy(me.gone, lanes->lane[i].role, sizeof me.gone);
			free_lane(&lanes->lane[i]);
		}
}

/* The lane after last, NULL for the first one, that is there: zombies too, and
 * threads; NULL: no more. */
const struct lane *
next_alive(const struct lane *last)
{
	const struct lane *lane = last == NULL ? lanes->lane : last + 1;

	for (; lane < lanes->lane + lanes->highest; lane++)
		if (lane->tid > 0)
			return lane;
	return NULL;
}

struct lane *
first_lane(void)
{
	return lanes == NULL ? &only : &lanes->lane[0];
}

void
role(const char *name)
{
	print_notes(); /* they were said by its old name */
	snprintf(me.lane->role, sizeof me.lane->role, "%s", name);
}

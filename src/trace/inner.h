/*
 * inner.h: the life of a line: what the files of this folder know of each
 * other. make(), the call itself, returned().
 */
#ifndef INNER_H
#define INNER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#define TRACE_ITSELF /* trace.h: the calls by their own names */
#include "base/call_table.h"
#include "base/text.h"
#include "trace/trace.h"

/* Strings and arrays longer than this end in "...", as strace's do. */
#define LONGEST_STRING 32

#define MOST_ARGS 6

/* The room that a lane has for its line: a path of PATH_MAX bytes, each of
 * them spelled \ooo, its backslashes doubled for JSON. */
#define ARGS_ROOM  65536
#define LINE_ROOM  (2 * ARGS_ROOM + 16384)
#define NOTES_ROOM 4096

extern struct trace {
	const char *program; /* argv[0] without its folders */
	enum { TRACE_TEXT, TRACE_JSON, TRACE_NONE } format;
	bool color;
	int fd;                /* where the trace goes; -1 under --trace=none */
	long slow_us;          /* a call that waits so long has slept */
	const struct bug *bug; /* --bug; NULL: none */
	bool step, predicts;   /* --step, --predict */
	const char *answers;   /* --predict=FILE; NULL: the user is asked */
} trace;

/* Where a call stands in the source. */
struct place {
	const char *file, *call; /* "Read(fd, buf, 100)" */
	int line;
};

/* One traced call, on its way to being a line. */
struct call {
	const char *name;
	const struct known_call *known; /* its row; NULL: it is not traced */
	struct place place;
	const char *object; /* for the error message, NULL: none */
	long number;        /* the first argument, if it is a number, or -1 */
	size_t size;        /* the last that was spelled */
	bool waits, locked; /* it may sleep; we hold the turn */
	long reads, writes; /* that it made; before it: so far; -1: unknown */
	struct timespec began; /* CLOCK_MONOTONIC */
	int count;             /* of arguments */
	struct {
		size_t at, length; /* in the lane's args */
	} arg[MOST_ARGS];
	const char *result_is; /* in place of the number; NULL: the number */
};

/* A lane: a process or a thread, from its making to the wait for it. */
struct lane {
	_Atomic pid_t tid; /* 0: nobody's; -1: about to be somebody's */
	pid_t pid;
	bool thread;
	int seat; /* its column; an ended lane's is used again */
	char role[32];
};

/* This lane, and its room for a line. */
extern _Thread_local struct me {
	pid_t pid, tid;
	struct lane *lane; /* never NULL */
	int turn;          /* that we hold; -1: none */
	char gone[32];     /* the role of the lane that wait() returned */
	struct text args, line, notes;
	struct room *room;
} me;

/* lanes.c: who speaks */
void lanes_start(void);
struct lane *next_lane(bool thread);
void enter_lane(struct lane *lane);
void leave_lane(void *unused);
void lane_born(struct lane *lane, pid_t pid);
void lane_gone(pid_t pid);
struct text sleeping_call(const struct lane *lane);
const struct lane *next_alive(const struct lane *last);
struct lane *first_lane(void);

/* turn.c: in which order */
void turns_start(void);
bool take_turn(void);
bool take_turn_to_print(void);
bool renew_turn(bool held);
void give_turn(void);

/* line.c: a call becomes a line of text or of JSON, and one write */
void make(struct call *c, const char *name, const char *pattern, ...);
void born(struct call *c);
bool is_counted(const struct call *c);
void count_cost(struct call *c);
long returned(struct call *c, long result);
int returned_error(struct call *c, int error);
void will_not_return(struct call *c);
void write_trace(const char *at, size_t left);
void put_lane(struct text *t, const struct lane *lane);
void put_call(struct text *t, const struct call *c);
void print_note(const char *said, const char *color);

/* spell.c: values as strace spells them */
void spell(struct call *c, const char *pattern, va_list *values);
void now_bytes(struct call *c, int arg, const void *bytes, ssize_t size);
void now_pair(struct call *c, int arg, const int *fd, bool known);
void now_status(struct call *c, int arg, const int *status, bool known);
void now_end(struct call *c, int arg, const void *end);

#endif

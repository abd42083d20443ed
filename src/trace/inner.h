/*
 * inner.h: what the files of the trace library know of each other.
 * Life of a line: causes() or waits(), the call, arg_...(), returned().
 */
#ifndef INNER_H
#define INNER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#define TRACE_ITSELF /* trace.h: the calls by their own names */
#include "names.h"
#include "picture/picture.h"
#include "proc.h"
#include "trace.h"

/* The descriptors of the trace itself begin here, out of the slide's way. */
#define FIRST_OWN_FD 100

/* Strings and arrays longer than this end in "...", as strace's do. */
#define LONGEST_STRING 32

/* A path of PATH_MAX bytes, each of them spelled \ooo, and an array of strings,
 * their backslashes doubled for JSON. */
#define LINE_SIZE 50000
#define MOST_ARGS 6

/* Lanes that are there at one time. */
#define MOST_LANES 64

/* The exit status when they all sleep for good. */
#define ALL_ASLEEP 124

extern struct trace {
	const char *program; /* argv[0] without its folders */
	enum { TRACE_TEXT, TRACE_JSON, TRACE_NONE } format;
	bool color;
	int fd;              /* where the trace goes; -1 under --trace=none */
	const char *bug;     /* --bug; NULL: none */
	bool step, predicts; /* --step, --predict */
	const char *answers; /* --predict=FILE; NULL: the user is asked */
} trace;

/* Text that grows in a buffer of fixed size; what does not fit is cut. */
struct text {
	size_t length;
	char at[LINE_SIZE];
};

/* One traced call, on its way to being a line. */
struct call {
	const char *name;
	const char *object;    /* for the error message, NULL: none */
	char number[24];       /* the first argument, if it is a number */
	struct timespec began; /* CLOCK_MONOTONIC */
	bool locked;           /* we hold the turn */
	bool library;          /* a library call: reads and writes counted */
	bool not_asked;        /* a prediction waits for a later one */
	long reads, writes;    /* that it made; before it: so far */
	int count;             /* of arguments */
	size_t arg[MOST_ARGS + 1]; /* where each begins in args, and the end */
	const char *result_is; /* in place of the number; NULL: the number */
	struct text args;
};

/* start.c: the program's beginning and end */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(int error, const char *call, const char *object);
void check_stdout(void);

/* options.c: the command line */
const char *read_options(int argc, char *argv[], const struct about *about);

/* ends.c: how it ends, also by a signal */
void watch_signals(void);
void hold(void);
void release(void);
void child_born(pid_t pid);
void child_gone(pid_t pid);
void forget_parent(void);
void remember_folder(const char *path);
const char *sample_folder(void);
void remember_file(const char *name);
void end_lanes(void);
void end_children(void);
extern int patience_ms; /* from asking children to end to killing them */
void clean_up(void);

/* lanes.c: who speaks, and in which order */
void lanes_start(void);
int next_lane(void);
void enter_lane(int lane);
void lane_born(pid_t pid);
void lane_gone(pid_t pid);
pid_t first_lane(void);
int lanes_alive(struct looked_at who[MOST_LANES]);
bool take_turn_to_print(void);
int my_lane(void);
const char *my_role(void);
pid_t my_pid(void);
bool take_turn(void);
bool renew_turn(bool held);
void give_turn(void);

/* watch.c: under --bug, whether all lanes sleep for good */
void watch(void);

/* show.c: picture() */
void pictures_start(void);
void show_picture(void);
void show_stuck(const struct picture *p);

/* ask.c: the user at the terminal */
void asking_start(const char *option);
bool ask(char *answer, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* step.c: --step */
void steps_start(void);
void step(void);
bool quit_was_asked(void);

/* predict.c: --predict */
void predictions_start(void);
void mark_prediction(const struct call *c, long result, int error);
void leave_prediction(void);
void print_score(void);

/* line.c: a call becomes a line of text or of JSON, and one write */
void write_trace(const char *at, size_t left);
void put_who(struct text *t);
void put_who_text(struct text *t);
void causes(struct call *c, const char *name);
void waits(struct call *c, const char *name);
void returns_too(struct call *c, const char *name);
void costs(struct call *c, const char *name);
void count_cost(struct call *c);
void returned(struct call *c, long result);
void will_not_return(struct call *c);

/* spell.c: values as strace spells them */
void put(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void arg_int(struct call *c, long value);
void arg_size(struct call *c, size_t value);
void arg_word(struct call *c, const char *word);
void arg_path(struct call *c, const char *path);
void arg_bytes(struct call *c, const void *bytes, ssize_t size);
void arg_pair(struct call *c, const int *fd, bool known);
void arg_strings(struct call *c, char *const *strings);
void arg_open_flags(struct call *c, int flags);
void arg_wait_options(struct call *c, int options);
void arg_mode(struct call *c, mode_t mode);
void arg_whence(struct call *c, int whence);
void arg_status(struct call *c, const int *status, bool known);

/* sample.c: files */
int anonymous_file(void);

/* linux.c: what only Linux can tell */
void count_io(long *reads, long *writes);
void *shared_memory(size_t size);
void adopt_orphans(void);
void end_with_parent(void);
int list_children(pid_t *pids, int most);
void forget_past(void);
int terminal_width(void);

#endif

/*
 * sidebyside.h: what the files of sidebyside know of each other.
 *
 * The way of a call: strace.c starts strace, stream.c makes an event of its
 * lines, tasks.c finds out whose it is, events.c what it means; lines.c and
 * candidates.c hold it against the trace, cells.c and rows.c show it.
 */
#ifndef SIDEBYSIDE_H
#define SIDEBYSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/spelled.h"
#include "base/text.h"

#define MOST_OWN 16

/* A line of the trace. */
struct line {
	struct span text; /* all of it */
	size_t prefix;    /* bytes up to and with "| " */
	size_t indent;    /* spaces after those, for the lane */
	bool is_call;
	struct call call;
	bool library;       /* it says what it cost */
	long reads, writes; /* -1: it says unknown */
};

struct event {
	enum { A_CALL, A_SIGNAL, AN_END } kind;
	struct span text;  /* without where descriptors lead */
	struct span leads; /* that of its first descriptor: "pipe:[7]" */
	struct call call;  /* of A_CALL */
	struct span bytes; /* what a write wrote */
};

/* Why a call needs no line; the table that says it is in allowed.c. */
enum excuse {
	UNSAID,
	OF_LOADER,
	OF_LIBC,
	OUTPUT,
	OF_START, /* before the first line of a call */
	OF_BIRTH, /* before a child's first one, too */
	ENDING,   /* after the last one, and shown */
	OF_TRACE, /* inside a bracket, always */
	SAMPLE,   /* before the first line of a call and after the last one */
	AFTER,    /* after the last one, and always where it watches */
	CLASSES
};

/* What a task is, and its children are too. */
struct kind {
	enum {
		UNTRACED, /* it has no trace, or not yet */
		TRACED,
		WATCHER, /* the parent of a demo that has a bug */
		STRANGER /* a program that a lane became, or its children */
	} state;
	bool loading, started;      /* in the dynamic loader; past it */
	bool forked;                /* and has not become another program */
	long image;                 /* which exec made it */
	long copy_of_2, other_copy; /* they may become the trace's */
	long trace, tty;            /* those that did; 0: none */
	struct text folder;         /* of the samples; never freed */
	bool inside;                /* it went there */
};

/* A call of a traced lane that waits for its line. */
struct candidate {
	struct text text, bytes, leads;
	enum excuse excuse;
	int looks;  /* before it, since the last line of a call */
	long more;  /* that it stands for */
	bool shown; /* its output already is a row */
};

/* A process of the program, or a thread. */
struct task {
	struct task *next;
	pid_t pid;
	bool known, is_thread; /* whose child it is */
	struct kind is;
	struct text queue;      /* lines of strace that came before that */
	struct text unfinished; /* the first part of a call */
	bool asleep;            /* which is a row */
	int misses;             /* execs that failed, one after the other */
	struct text missed;     /* the last one */
	struct text program;    /* that it became, */
	long calls;             /* and what that made */
	bool sent;              /* the last signal came from another process */
	int seat; /* of its lane: how far right it stands; -1: none yet */

	struct text role;                        /* as its last line says */
	struct text partial;                     /* of a line of the trace */
	enum { STARTING, BORN, SPEAKING } phase; /* by its lines of calls */
	bool bracket;       /* inside the trace's own work */
	long own[MOST_OWN]; /* descriptors that were opened in there; 0: none */
	struct candidate *candidate;
	int candidates;
	struct text promise; /* the "= ?" line that waits for its call */
	bool is_script;      /* that exec refused: the shell will take it */
	bool promised;       /* it was made, and is the last */
	int looks;           /* at /proc/.../io since its last line */
	bool look_failed;    /* one of those */
	long reads, writes;  /* that the kernel counted since then */
};

/* main.c */
extern struct options {
	bool check;
	int width; /* 0: the terminal's */
	const char *color;
	const char *calls;  /* those to show; NULL: all */
	const char *output; /* the file for the table; NULL: stdout */
	const char *folder; /* where we are: "bin/", or "" */
	pid_t pid;          /* of a program that runs already; 0: none */
} options;

/* strace.c: strace, and the program under it; returns strace's pid */
pid_t start_strace(char *argv[], int output);
_Noreturn void run_program(char *fds, char *argv[]);
_Noreturn void die(const char *what);

/* screens.c: what the program has for stdout and stderr */
void make_screens(void);
void give_screens(char *fds, size_t size);
int screen(int fd); /* where what it writes to 1 or 2 comes out, or -1 */
void drain(int fd);
bool is_screen(struct span leads, int fd);
void where_it_goes(struct span leads, long fd, struct text *name);
void show_inherited(void);

/* follow.c: from the start of the program to its end */
int follow(char *argv[]);
void output_failed(int error);

/* stream.c: strace's output becomes events */
void take_stream(struct span bytes);
void replay(struct span lines);
void idle_stream(void);
void end_stream(void);

/* trace_line.c */
extern const struct span none;
struct span rest_of(struct span s, size_t from);
bool parse_line(struct span text, struct line *line);
struct span body_of(const struct line *line);

/* allowed.c: the calls that need no line */
enum excuse classify(struct task *task, const struct event *e);
bool is_write_to(long fd, const struct event *e);
bool begins_trace(struct task *task, const struct event *e);
void turn_bracket(struct task *task);
bool is_look(const struct event *e);
void count_io(struct task *task, const struct call *c);

/* tasks.c */
void task_event(struct task *task, const struct event *e);
struct task *task_of(pid_t pid);
bool find_parent(struct task *task);
void for_each_task(void (*function)(struct task *task));
void end_tasks(void);

/* events.c: what a call, a signal or an end means */
void take_event(struct task *task, const struct event *e);
void inherit(struct task *child, const struct task *parent);
extern int execs; /* 2: the program runs */

/* asleep.c: calls that have begun and do not return */
void begin_call(struct task *task);
struct span begun_cell(const struct task *task);
void show_asleep(struct task *task);
void show_standstill(void);

/* lines.c: the lines of the trace and the calls that they speak of */
void take_trace(struct task *task, const struct event *e);
void take_partial(struct task *task);
bool keep_promise(struct task *task, const struct event *e);
void break_promise(struct task *task, bool killed);
void show_promise(struct task *task, struct span right);
extern bool said_anything;

/* candidates.c: the calls that wait for a line */
void take_call(struct task *task, const struct event *e, enum excuse excuse);
int find_match(const struct task *task, const struct call *said, int *near);
void settle(struct task *task, bool at_end, int except, bool forgive);
void settle_window(struct task *task, struct text *right);
void show_outputs(struct task *task);
void free_candidates(struct task *task);

/* cells.c: what is shown, what is only counted, what is wrong */
struct span cell(const struct task *task, struct span text);
void put_cell(struct text *right, const struct task *task, struct span text);
int seat_of(struct task *task);
void show_call(struct task *task, struct span text);
void show_line(struct task *task, const struct line *line, struct span right);
void show_output(struct task *task, const struct event *e);
void show_unsaid(struct task *task, struct span text);
void fold(enum excuse excuse);
void fold_stranger(long calls);
__attribute__((format(printf, 2, 3))) void problem(
    const struct task *task, const char *format, ...);
void only_problem(const char *text);
int report(void);

/* rows.c: two columns. Newlines part cells of the right one. */
enum tint { PLAIN, NOTE, SAID_OUTPUT, WARNING, QUIET };
struct row {
	struct span left;
	size_t prefix, indent; /* of the left, as in struct line */
	struct span right;
	int seat;
	enum tint tint;
	bool across; /* left has the whole width */
};
void rows_start(void);
void rows_wide(bool trace); /* a trace needs more room at the left */
void row(struct row r);
void row_across(struct span text);
void rows_question(struct span text);
void rows_flush(void);
void rows_end(void);

#endif

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

#define MOST_OWN    16
#define LEAST_WIDTH 40

/* A line of the trace. */
struct line {
	struct span text, role, body;
	size_t prefix; /* bytes up to and with "| " */
	size_t indent; /* spaces after those, for the lane */
	bool is_call;
	struct call call;
	bool library;       /* it says what it cost */
	long reads, writes; /* -1: it says unknown */
};

enum { TEXT, LEADS, BYTES, PARTS };
struct event {
	enum { A_CALL, A_SIGNAL, AN_END } kind;
	struct span text;         /* without where descriptors lead */
	struct span leads;        /* that of its first descriptor: "pipe:[7]" */
	struct span bytes;        /* what a write wrote */
	struct call call;         /* of A_CALL */
	struct text parts[PARTS]; /* what the spans are of */
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
	OF_STRANGER,
	LEFT_OUT, /* by --calls */
	EXCUSES
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
	const struct text *folder;  /* of the samples; NULL: none yet */
	bool inside;                /* it went there */
};

/* A call of a traced lane that waits for its line. */
struct candidate {
	struct event event;
	enum excuse excuse;
	int looks; /* before it, since the last line of a call */
	long more; /* that it stands for */
	enum {
		WAITS,
		SHOWN,
		SAID
	} state; /* as the program's output; by a line */
};

/* A process of the program, or a thread. */
struct task {
	struct task *next;
	pid_t pid;
	bool known, is_thread; /* whose child it is */
	struct event *queue;   /* came before that */
	int queued;
	struct kind is;
	struct text unfinished; /* the first part of a call */
	bool asleep;            /* which is a row */
	int misses;             /* execs that failed, one after the other */
	struct event missed;    /* the last one */
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
	struct text promised; /* the "= ?" line that waits for its call, */
	struct line promise;  /* taken apart */
	bool is_script;       /* that exec refused: the shell will take it */
	bool was_last;        /* the call was made, and must not return */
	int looks;            /* at /proc/.../io since its last line */
	bool look_failed;     /* one of those */
	long reads, writes;   /* that the kernel counted since then */
};
extern struct task *tasks; /* the youngest first */

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
int give_screens(void);
int screen(int fd); /* where what it writes to 1 or 2 comes out, or -1 */
void drain_screens(void);
bool is_screen(struct span leads, int fd);
void where_it_goes(struct span leads, long fd, struct text *name);

/* follow.c: from the start of the program to its end */
int follow(char *argv[]);
void check_output(void);
extern int output_error; /* errno of our stdout; 0: it is well */

/* stream.c: strace's output becomes events */
void take_stream(struct span bytes);
void idle_stream(void);
void end_stream(void);
void free_event(struct event *e);

/* trace_line.c */
bool parse_line(struct span text, struct line *line);
bool has_control(struct span s);

/* allowed.c: the calls that need no line */
enum excuse classify(struct task *task, const struct event *e);
bool is_write_to(long fd, const struct event *e);
bool begins_trace(struct task *task, const struct event *e);
void turn_bracket(struct task *task);
bool is_look(const struct event *e);
void count_io(struct task *task, const struct call *c);

/* tasks.c */
void task_event(struct task *task, struct event *e);
struct task *task_of(pid_t pid);
void end_tasks(void);

/* events.c: what a call, a signal or an end means. Who keeps an event leaves an
 * empty one. */
void take_event(struct task *task, struct event *e);
void inherit(struct task *child, const struct task *parent);
extern int execs; /* 2: the program runs */

/* asleep.c: calls that have begun and do not return */
void begin_call(struct task *task);
struct span begun_call(const struct task *task);
void show_asleep(struct task *task);
void show_standstill(void);

/* lines.c: the lines of the trace and the calls that they speak of */
void take_trace(struct task *task, const struct event *e);
void take_partial(struct task *task);
bool keep_promise(struct task *task, const struct event *e);
void break_promise(struct task *task, bool killed);
void show_promise(struct task *task, struct span made);
extern bool said_anything;

/* candidates.c: the calls that wait for a line */
void take_call(struct task *task, struct event *e, enum excuse excuse);
struct candidate *find_match(const struct task *task, const struct call *said);
void judge(struct task *task, bool at_end, bool forgive);
void forget(struct task *task);
void settle(struct task *task); /* both */
void show_outputs(struct task *task);

/* cells.c: what is shown, what is only counted, what is wrong */
extern const struct span none;
void show_call(struct task *task, struct span text);
void show_line(struct task *task, const struct line *line, struct span made);
void show_output(struct task *task, const struct event *e);
void show_unsaid(struct task *task, struct span text);
void fold(enum excuse excuse);
__attribute__((format(printf, 2, 3))) void problem(
    const struct task *task, const char *format, ...);
void only_problem(const char *text);
int report(void);

/* rows.c: two columns */
struct row {
	struct span left;
	size_t prefix, indent; /* of the left, as in struct line */
	struct span right;
	int seat;
	enum { PLAIN, NOTE, SAID_OUTPUT, WARNING } tint;
	bool across; /* left has the whole width */
};
void rows_start(bool trace); /* which needs more room at the left */
void row(struct row r);
void rows_question(struct span text);
void rows_flush(void);

#endif

/*
 * sidebyside.h: what the files of sidebyside know of each other.
 *
 * The way of a call: main starts strace, stream makes an event of its lines,
 * tasks finds out whose it is, judge waits for the line of the trace that
 * speaks of it, rows prints the two beside each other.
 */
#ifndef SIDEBYSIDE_H
#define SIDEBYSIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The trace's descriptors begin here; DESIGN.md, "The trace contract". */
#define FIRST_TRACE_FD 100

#define MOST_ARGS 10

/* Part of a text that someone else owns. */
struct span {
	const char *at;
	size_t length;
};

/* Text that grows; a zeroed one is empty. */
struct text {
	char *at;
	size_t length, room;
};

/* "name(arg, arg) = result", taken apart. */
struct call {
	struct span name, arg[MOST_ARGS], result;
	int count; /* of args; the last holds whatever was too many */
};

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
	enum { CALL, SIGNAL, END } kind;
	pid_t pid;
	struct span text;
	struct call call;  /* of a CALL */
	struct span bytes; /* what a write wrote, where strace was asked */
	size_t missing;    /* that is what was too much to keep of it */
};

/* Why a call needs no line; the table that says it is in allow.c. */
enum class {
	UNSAID,
	OF_TRACE,
	OF_LIBC,
	OUTPUT,
	OF_LOADER,
	OF_START,
	OF_OPTIONS, /* only before there is a trace */
	OF_BIRTH,
	OF_SAMPLE,
	OF_MEASURE,
	ENDING,
	CLASSES
};

/* What a descriptor leads to, as far as a class depends on it. */
struct known_fd {
	long fd;
	enum kind {
		NOTHING,
		TRACE_FILE,
		PROC_FILE,
		PROC_PIPE,
		LOADED_FILE,
		SAMPLE_FILE,
		UNNAMED_FILE,
		SIZED_FILE,
		OPTION_FILE,
		TTY_FILE
	} kind;
};
#define MOST_KNOWN_FDS 16

/* A call of a traced lane that waits for its line. */
struct candidate {
	struct text text, bytes;
	size_t missing;
	enum class class;
	int looks;         /* before it, since the last line */
	bool shown;        /* its output already is a row */
	bool after_signal; /* perhaps the program's end in good order */
};
#define MOST_CANDIDATES 48

/* A thread of the traced program. */
struct task {
	struct task *next;
	pid_t pid;
	struct text unfinished; /* the first part of a call that was cut */
	struct text partial;    /* of a line of the trace */
	struct text queue;      /* events that came before its parent's clone */
	bool known;             /* its parent is */

	bool loading, started; /* in the dynamic loader; past it */
	bool traced, stranger;
	pid_t parent;
	bool watches;        /* a demo that has a bug: its calls are folded */
	pid_t stranger_root; /* the lane that became a stranger */
	long calls;          /* of the stranger and its children */
	struct text program; /* that the stranger is */
	struct known_fd fds[MOST_KNOWN_FDS];
	struct text interrupted; /* a call that restart_syscall goes on with */

	struct text folder, unnamed, given; /* paths of the samples */
	bool inside;                        /* it went to the folder */

	int looks;        /* at /proc/.../io since its last line */
	bool look_failed; /* one of those */
	enum { STARTING, BORN, SPEAKING } phase; /* by its lines of calls */
	struct text signal; /* that came since its last line */
	bool own_fault;     /* the process raised it in itself */
	bool promised;      /* its line said "= ?", and the call was made */
	size_t indent;      /* of its lane */
	struct candidate *candidate;
	int candidates;
	long dropped; /* candidates that were too many to keep */
	struct text dropped_example;
	long reads, writes; /* counted by the kernel since the last line */

	struct text promise;       /* the "= ?" line that waits for its call */
	struct text promise_calls; /* what was seen for it: the right cell */
	struct text last_exec;
	unsigned long promise_row;
	struct text deferred; /* problems, unless no call line follows */
};

/* main.c */
extern struct options {
	bool check;
	int width; /* 0: the terminal's */
	const char *color;
} options;
void output_failed(int error);

/* run.c: strace, and the program under it */
int run(char *argv[]);
_Noreturn void run_quietly(char *argv[]);

/* stream.c: strace's output becomes events */
void take_stream(const char *bytes, size_t size);
void end_stream(void);
void idle_stream(void);

/* text.c */
_Noreturn void out_of_memory(void);
void add(struct text *t, const char *bytes, size_t size);
void add_text(struct text *t, const char *s);
void set(struct text *t, const char *bytes, size_t size);
bool is(struct span s, const char *word);
bool begins(struct span s, const char *word);
bool same(struct span a, struct span b);
bool contains(struct span s, const char *word);
long number(struct span s);
struct span span_of(const struct text *t);

/* call.c: texts taken apart */
bool parse_call(struct span text, struct call *c);
bool parse_line(struct span text, struct line *line);

/* names.c: what may stand for what */
void print_names(void);
bool may_be(const struct call *said, const struct call *made);
bool equal_calls(const struct call *said, const struct call *made);
struct span failure_name(struct span result);
bool is_system_call(struct span name);

/* allow.c: the calls that need no line */
enum class classify(struct task *task, const struct call *c);
enum kind kind_of(const struct task *task, struct span fd);
void forget_fd(struct task *task, long fd);
bool ends_cleanly(const struct call *c);
bool may_watch(const struct call *c);
bool holds_own(const struct task *task);
void count_io(struct task *task, const struct call *c, enum class class);

/* tasks.c */
void task_event(const struct event *e);
struct task *task_of(pid_t pid);
void end_tasks(void);
void for_each_task(void (*function)(struct task *task));

/* judge.c: what a call means, by whose it is */
void judge(struct task *task, const struct event *e);
void judge_idle(void);
bool ran_program(void);
void inherit(struct task *child, const struct task *parent);

/* report.c: what is shown, what is only counted, what is wrong */
struct span without_environment(struct span text);
void show_call(const struct task *task, struct span text);
void show_line(const struct line *line, struct span right);
void show_output(const struct task *task, const struct call *c,
    struct span text, struct span bytes, size_t missing);
void show_unsaid(const struct task *task, struct span text);
struct span cell(const struct task *task, struct span text);
void fold(enum class class);
void fold_stranger(long calls);
__attribute__((format(printf, 2, 3))) void problem(
    const struct task *task, const char *format, ...);
void only_problem(const char *text);
int report(void);

/* lines.c: the lines of the trace and the calls that they speak of */
void take_call(struct task *task, const struct event *e, enum class class);
void take_trace(struct task *task, const struct event *e);
void take_partial(struct task *task);
void take_before_trace(
    struct task *task, const struct event *e, enum class class);
void report_deferred(struct task *task);
void break_promise(struct task *task, bool killed);
bool keep_promise(struct task *task, const struct event *e);
void show_outputs(struct task *task);
enum when { BEFORE_NOTE, BEFORE_CALL, AT_END };
void settle(struct task *task, enum when when, int except, bool forgive);
extern bool said_anything;

/* rows.c: two columns. A row's left is the program's word, its right the
 * kernel's, where newlines part cells that follow each other. */
enum tint { PLAIN, NOTE, SAID_OUTPUT, WARNING, QUIET };
struct left {
	struct span text;
	size_t prefix, indent; /* as in struct line */
};
void rows_start(void);
void row(struct left left, struct span right, enum tint tint);
unsigned long row_waiting(struct left left);
void row_complete(unsigned long id, struct span right);
void row_across(struct span text);
void rows_end(void);
void rows_flush(void);

#endif

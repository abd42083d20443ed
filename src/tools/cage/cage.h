/*
 * cage.h: what the files of cage know of each other.
 *
 * Three processes: the one that was started only waits, and passes signals on
 * (guard.c). Its child keeps the program: it copies output, counts, ends it
 * and writes the report (keep.c). Of that the program is a child (launch.c).
 * strace, if it is asked for, is a fourth (trace.c).
 */
#ifndef CAGE_H
#define CAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { LIMIT_REACHED = 124, CAGE_FAILED = 125, NOT_RUN = 126, NOT_FOUND = 127 };

#define MOST_PROCESSES 4096 /* that --processes may allow */
#define MOST_NAMES     4096 /* in the scratch folder */
#define MEBI           1048576LL
#define GRACE          0.5 /* seconds for a slow reader, after the deadline */

/* Values of an option that can be given again. */
struct list {
	const char **at; /* ended by NULL; NULL: none */
	size_t count;
};

extern struct options {
	double time, cpu;                           /* seconds */
	long long memory, file_size, files, output; /* MiB */
	long long open_files, processes;
	const char *dir, *stdin_file, *stdout_file, *stderr_file, *report;
	const char *trace;  /* the file for strace; NULL: no strace */
	bool loopback;      /* sockets of the internet are allowed */
	bool closed;        /* no /etc, no /proc */
	struct list read;   /* paths */
	struct list strace; /* its options */
	struct list give, take;
	char **program; /* and its arguments, ended by NULL */
} options;

/* What prepare() opened; descriptors are close-on-exec, -1: there is none. */
struct place {
	int in, out, err;
	int dir; /* of the scratch folder */
	int report;
	char *path;   /* of the scratch folder, absolute */
	char *above;  /* that of the folder it is in */
	bool made;    /* by us: remove it */
	bool mounted; /* it is a tmpfs of the keeper's own */
	uid_t uid;    /* whose it was */
	gid_t gid;
	char *program;      /* path of the program's file, absolute */
	const char *search; /* PATH of the program */
};

/* Under whom the program runs. */
struct identity {
	bool own_user; /* uid and gid are its alone */
	uid_t uid;
	gid_t gid;
	long tasks_before; /* of the user, if it is not; else 0 */
	bool shielded;     /* the kernel keeps our signals inside, and its */
};

/* Why the cage ended the program. */
enum end {
	NOTHING,
	BY_TIME,
	BY_CPU,
	BY_OUTPUT,
	BY_PROCESSES,
	BY_MEMORY,
	BY_FILE_SIZE,
	BY_FILES,
	BY_SIGNAL,
	NEVER_RAN
};

/* What the report says. */
extern struct result {
	enum end ended_for;
	bool ran, ended; /* the program; ended: status is one of waitpid */
	int status;
	char state; /* of the program when the cage ended it, proc(5); 0: - */
	long left_running, unwaited, most;
	char left_names[512];
	double wall, cpu; /* seconds */
	long peak;        /* KiB */
	long long out_bytes, err_bytes;
	char protection[160]; /* each with a space between */
	char open[160];       /* what this machine cannot keep */
} result;

/* main.c */
_Noreturn void failed(const char *call, const char *object);
void protected_by(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
void stays_open(const char *what);
double now(void);

/* options.c */
void read_command_line(int argc, char *argv[]);

/* folders.c: files and folders, before anything starts */
void prepare(struct place *place);
bool everyone_may_search(const char *path);
char *absolute(const char *path);

/* scratch.c */
void make_scratch(struct place *place);
void furnish_scratch(struct place *place, const struct identity *who);
bool is_too_full(const struct place *place);
void clear_scratch(const struct place *place);

/* give_take.c: into the scratch folder and out of it */
void give_files(const struct place *place, const struct identity *who);
void take_files(const struct place *place);
struct text;
void print_taken(struct text *to);

/* guard.c */
void hold_signals(void);
/* Returns the exit status of cage. */
int guard(struct place *place);

/* keep.c: lifeline says a signal's number, or that the guard is gone */
_Noreturn void keep(struct place *place, struct identity *who, int lifeline);

/* trace.c: strace, outside */
void make_tracer(const struct identity *who);
bool is_tracer(pid_t pid);
void attach_tracer(pid_t program);

/* launch.c: the program, up to its execve; -1: it could not be run */
pid_t start_program(const struct place *place, const struct identity *who,
    int out, int err, int *exit_status);

/* identity.c */
void choose_identity(struct identity *who);
bool become_user(uid_t uid);

/* limits.c */
bool set_limits(const struct identity *who);

/* landlock.c */
bool has_landlock(void);
bool shield_signals(void);
int make_ruleset(const struct place *place);
bool restrict_to(int ruleset);

/* refuse.c */
bool refuse_calls(const struct identity *who);

/* tree.c: the processes below this one */
struct task {
	pid_t pid, parent, session;
	char state; /* proc(5) */
	bool alive; /* no zombie, and not about to be one */
	long threads;
	double cpu;    /* seconds, with that of the children it waited for */
	long resident; /* KiB */
	char name[16];
};
struct tree {
	int count;
	long tasks; /* threads of all */
	bool whole; /* false: there are more than most */
	struct task task[MOST_PROCESSES + 1];
};
void look_at_tree(struct tree *tree, int most);
typedef void child_function(pid_t pid, void *arg);
void for_each_child(
    pid_t parent, long threads, child_function *take, void *arg);
const struct task *find_task(const struct tree *tree, pid_t pid);
long proportional(const struct tree *tree);

/* finish.c: false if something would not end */
bool end_tree(pid_t program, const struct identity *who);

/* output.c: what the program writes, on its way to a file */
struct stream {
	int from, to; /* -1: closed */
	const char *name;
	bool plain; /* a regular file: a write never waits for a reader */
	bool cut;   /* there was more than the limit */
	int error;  /* errno of a write that failed; 0: none */
	long long bytes;
	size_t have, sent;
	char buffer[65536];
};
int own_description(int fd);
int open_stream(
    struct stream *s, const char *name, int to, const struct identity *who);
void move(struct stream *s);
void drain(struct stream *s, double until);

/* bounds.c: the limits that are looked at, and what is left at the end */
enum end watch_tree(pid_t program);
void count_left(pid_t program, bool by_itself);
bool is_anybody_left(pid_t program);

/* report.c */
void add_cleaned(char *to, size_t size, const char *text);
void write_report(const struct place *place);
int status_of_cage(void);

#endif

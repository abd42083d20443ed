/*
 * cage.h: what the files of cage know of each other.
 *
 * Three processes: the one that was started only waits, and passes signals on
 * (guard.c). Its child keeps the program: it copies output, counts, ends it
 * and writes the report (keep.c). Of that the program is a child (launch.c).
 */
#ifndef CAGE_H
#define CAGE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { LIMIT_REACHED = 124, CAGE_FAILED = 125, NOT_RUN = 126, NOT_FOUND = 127 };

#define MOST_PROCESSES 4096 /* that --processes may allow */
#define MEBI           1048576LL
#define GRACE          0.5 /* seconds for a slow reader, after the deadline */

extern struct options {
	double time, cpu;                    /* seconds; cpu 0: as time */
	long long memory, file_size, output; /* MiB */
	long open_files, processes;
	const char *dir, *stdin_file, *stdout_file, *stderr_file, *report;
	bool name_reads;   /* what it tried to read, too */
	const char **read; /* ended by NULL */
	char **program;    /* and its arguments, ended by NULL */
} options;

/* What prepare() opened; descriptors are close-on-exec, -1: there is none. */
struct place {
	int in, out, err;
	int dir;
	int report_dir; /* of a report that is a file */
	int report;     /* one that is none: a terminal, a FIFO, a device */
	char *path;     /* of the scratch folder, absolute */
	char *above;    /* that of the folder it is in */
	bool made;      /* by us: remove it */
	uid_t uid;      /* whose it was */
	gid_t gid;
	char *in_path;      /* of in, absolute */
	char *program;      /* path of the program's file, absolute */
	const char *search; /* PATH of the program */
};

/* Under whom the program runs. */
struct identity {
	bool own_user;      /* uid and gid are its alone */
	bool own_namespace; /* of users, so that its tasks are counted apart */
	uid_t uid;
	gid_t gid;
	long tasks_before; /* of the user, if it is neither; else 0 */
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
	char protection[160];
	bool hears;      /* the keeper: of all calls in tried */
	char tried[512]; /* each with a space before it */
} result;

/* main.c */
_Noreturn void failed(const char *call, const char *object);
void protected_by(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
double now(void);

/* options.c */
void read_command_line(int argc, char *argv[]);

/* folders.c: files and folders, before and after */
void prepare(struct place *place);
bool everyone_may_search(const char *path);
bool lies_below(const char *path, const char *folder);
void close_others(const struct place *place);

/* scratch.c */
void make_scratch(struct place *place);
void give_scratch(const struct place *place, uid_t uid, gid_t gid);
void take_scratch_back(const struct place *place, uid_t uid);

/* guard.c */
void hold_signals(void);
/* Returns the exit status of cage. */
int guard(const struct place *place);

/* keep.c: lifeline says a signal's number, or that the guard is gone */
_Noreturn void keep(
    const struct place *place, struct identity *who, int lifeline);

/* launch.c: the program, up to its execve; -1: it could not be run. listener:
 * for hear_calls, or -1 */
pid_t start_program(const struct place *place, const struct identity *who,
    int out, int err, int *listener, int *exit_status);

/* identity.c */
void choose_identity(struct identity *who, const char *scratch);
bool enter_namespace(const char *scratch, bool *mounts);
bool become_user(uid_t uid);

/* mounts.c */
bool write_only_below(const char *folder);

/* limits.c */
bool set_limits(const struct identity *who);

/* landlock.c */
bool shield_signals(void);
int make_ruleset(const struct place *place);
bool restrict_to(int ruleset);
bool is_allowed(const struct place *place, const char *path, bool writes);

/* tell.c */
extern const struct heard {
	int number;
	const char *name;
	bool is_file;
	int process;             /* which argument is it */
	int file, folder, flags; /* or these; -1: it has none */
} heard[];
extern const size_t heard_count;
#define FILE_AT(folder_, file_)                                                \
	.is_file = true, .folder = (folder_), .file = (file_)
#define FILE_OF(file_) FILE_AT(-1, file_)
#define WRITES         .flags = -1
int tell_calls(bool all);

/* refuse.c */
bool refuse_leaks(void);
bool refuse_others(void);
bool refuse_signals(void);

/* paths.c */
void paths_of(const struct identity *who);
bool full_name(pid_t task, int folder, uint64_t string, char full[PATH_MAX]);

/* tried.c */
void expect_calls(
    const struct place *its, const struct identity *who, bool refuses);
bool hear_calls(int listener);

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
bool is_below(pid_t pid, pid_t above);
int list_above(pid_t *above, int most);
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

/* report.c */
void add_cleaned(char *to, size_t size, const char *text);
void write_report(const struct place *place);
int status_of_cage(void);

#endif

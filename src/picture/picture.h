/*
 * picture.h: the lecture's picture of descriptor tables, from the live kernel.
 *
 * look() asks the kernel and changes nothing; draw(), draw_json() and why()
 * say what it found. picture() of a demo and bin/fdmap share them. They need
 * nothing else of the trace library. What the kernel would not tell is said
 * as `unknown`. Whoever runs out of memory here says so and exits with 1.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whom to look at, and what to call it; name NULL: the pid is enough. */
struct looked_at {
	pid_t pid;
	const char *name;
};

/* A thread that sleeps, or does not; only a deep look fills it in. */
struct task {
	int process; /* index in picture.process */
	pid_t tid;
	char state;            /* proc(5), /proc/[pid]/stat */
	long switches;         /* context switches: equal means it never ran */
	bool call_known;       /* false: the kernel hides call and argument */
	long call;             /* number; -1: in no call */
	unsigned long arg[6];  /* of the call */
	unsigned long blocked; /* signals, from bit 0 */
	char wchan[64];        /* the kernel's function it sleeps in, or "" */
};

struct process {
	pid_t pid;
	char name[32];    /* as looked_at says, or "" */
	char command[32]; /* its comm, without control characters */
	char state;       /* proc(5), /proc/[pid]/stat; 0: it is gone */
#define NO_PROC '?'       /* the state where there is no /proc */
	bool asked;       /* false: only found to hold a pipe of the picture */
	bool mine;        /* it is the one that looks */
	bool refused;     /* its descriptors may not be looked at */
	bool is_new;      /* it is not in the picture before */
	int own[2]; /* descriptors that a trace has marked as its own: they
		     * are not drawn; -1: none */
	int first, count; /* its descriptors in the picture */
	pid_t parent, group, foreground, tracer;
	pid_t table;          /* the thread whose descriptors they are */
	int terminal;         /* the number of its own; 0: it has none */
	double cpu;           /* seconds */
	bool followed;        /* nobody named it: the way led there */
	bool parted;          /* not all its threads share its descriptors */
	bool foreign;         /* its calls have other numbers than ours */
	bool times;           /* it has set a timer */
	unsigned long caught; /* its signals with a handler, from bit 0 */
};

/* A number in the table of one process. */
struct descriptor {
	int process, fd;
	bool own; /* a trace's: not drawn */
	bool close_on_exec;
	bool is_new;     /* it is not in the picture before */
	int description; /* index, -1: not drawn */
	int pipe;        /* index, -1: it leads to none */
	int next_of_pipe, next_of_description; /* index, -1: the last */
	int flags;        /* open flags, access mode included */
	long long offset; /* only a file has one */
	mode_t mode;      /* st_mode of what it leads to */
	uid_t owner;
	dev_t dev;
	ino_t ino;
	ino_t peer; /* of a UNIX socket, the other end's; only a deep look asks;
		     * 0: unknown, or none */
	char *path; /* as /proc/PID/fd has it */
};

enum kind {
	A_FILE,
	DIRECTORY,
	TERMINAL,
	DEVICE,
	PIPE,
	FIFO,
	SOCKET,
	ANONYMOUS
};

/* An open file description: what one open, pipe or socket call made. */
struct description {
	enum kind kind;
	int first; /* index of its first descriptor, which has the rest */
	int last;
	int number;    /* in the drawing, from 1; kept from picture before */
	int holders;   /* drawn descriptors that lead to it */
	bool unsure;   /* others may lead to it too: kcmp was refused */
	int pair;      /* of an unsure one: the next that may be the same */
	bool is_new;   /* it is not in the picture before */
	bool said;     /* why() spoke of it */
	long long was; /* its offset before; -1: no other than now */
	char *address; /* of a socket, as /proc/net has it; NULL: unknown */
};

/* A pipe or a FIFO: both ends of it. */
struct pipe {
	int letter; /* 0 is A; kept from the picture before */
	bool said;  /* why() spoke of it */
	dev_t dev;
	ino_t ino;
	char *path;
	int first, last;     /* indexes of its descriptors; -1: none */
	long fill, capacity; /* bytes; -1: unknown */
	long was;            /* its fill in the picture before; -1: not there */
};

struct picture {
	struct process *process;
	struct descriptor *descriptor; /* by process, then by number */
	struct description *description;
	struct pipe *pipe;
	struct task *task;
	int processes, descriptors, descriptions, pipes, tasks;
	char **closed; /* what was in the picture before, a text each */
	int closings;
	const char *folder; /* what drawn paths leave out; NULL: nothing. The
			     * caller's, to be set before draw() */
	bool deep;
	bool further; /* whoever is waited for is in the picture, too */
	pid_t me;
	struct census *census; /* of a deep look: census.c */
	struct net_table *net; /* sockets.c */
	int nets;
	int unseen; /* processes whose descriptors a deep look may not see */
};

/*
 * Looks at n processes. before: the last picture of them, or NULL; letters and
 * numbers are kept, and what changed is marked. deep: also at every thread, for
 * why(), and for holders of their pipes among all processes that one may look
 * at. A process that is gone has state 0. The caller's descriptors are what
 * they were: look() opens only files below /proc, one or two at a time.
 */
struct picture *look(const struct looked_at *who, int n,
    const struct picture *before, bool deep);

/* The same, deep, and also at all that descend from them; on_the_way: and at
 * whom they wait for, to the end of the chain. */
struct picture *look_further(
    const struct looked_at *who, int n, bool on_the_way);
void free_picture(struct picture *p);

struct how {
	bool utf8;  /* box-drawing characters, else ASCII */
	bool color; /* escape sequences of terminals */
	int width;  /* columns, 60 or more */
	bool said;  /* only what why() has spoken of */
};

/* Each calls line() for each line of text, which has no newline. */
typedef void line_function(const char *text, void *arg);
void draw(const struct picture *p, const struct how *how, line_function *line,
    void *arg);

/* The same for Graphviz, dot(1). */
void draw_dot(const struct picture *p, line_function *line, void *arg);

/* One line: an object; and_why: with the sentences of why(). "shared" is about
 * the processes of the picture. */
void draw_json(struct picture *p, bool and_why, line_function *line, void *arg);

/*
 * Why each sleeping thread of the deep picture sleeps: a sentence each, by one
 * call of line(), not wrapped. Returns true if every process that was asked
 * for sleeps for good: no other than a signal from outside can wake any. Who
 * has ended does not count; where nobody is left, it returns false.
 */
bool why(struct picture *p, line_function *line, void *arg);

/* Text in lines of width columns, the later ones indented. */
void draw_wrapped(const char *text, int width, line_function *line, void *arg);

#endif

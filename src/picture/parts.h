/*
 * parts.h: what the files of the picture know of each other. look()
 * fills it in, file by file; draw(), draw_json() and why() only read it.
 */
#ifndef PARTS_H
#define PARTS_H

#include "base/call_table.h"
#include "base/memory.h"
#include "base/proc.h"
#include "base/text.h"
#include "picture/picture.h"

/* look.c: processes and descriptors. add_process() asks the kernel for name
 * and state; add_descriptor() returns false if fd is gone, or does not lead to
 * the pipe (-1: any will do). read_link() puts where it leads to into the room
 * of path; false: it is gone. find_descriptor() returns NULL if the process
 * has none of that number. */
struct process *add_process(struct picture *p, pid_t pid, pid_t me);
bool add_descriptor(struct picture *p, int process, int fd, int pipe);
bool read_link(pid_t pid, int fd, char *path, size_t size);
const struct descriptor *find_descriptor(
    const struct picture *p, int process, int fd);

/* census.c: where the descriptors of all processes lead */
enum lead {
	TO_PIPE,
	TO_SOCKET,
	TO_MASTER, /* of the pseudo-terminal with that number */
	TO_SLAVE,
	TO_ELSE
};

struct link {
	enum lead lead;
	unsigned long number; /* of what it leads to; else a hash of the path */
	int who, fd;          /* who: in census.living */
	int mode;             /* open flags; -1: not asked yet */
};

struct living {
	pid_t pid, parent;
	pid_t table; /* the thread whose descriptors they are: the first, but
		      * where that one has ended before the others */
	char command[32];
	unsigned long began;
	pid_t tracer; /* once census.traced is true */
	bool refused; /* its descriptors may not be looked at */
};

struct census {
	struct living *living; /* in order of their pids */
	struct link *link;     /* in order of lead and number */
	int livings, links;
	bool blind;  /* others' processes are not even shown */
	bool traced; /* their tracers have been asked for */
};

struct census *take_census(pid_t me);
void free_census(struct census *c);
const struct living *find_living(const struct census *c, pid_t pid);
/* Does the process trace one that is no child of it? */
bool traces_another(struct census *c, pid_t pid);
unsigned long lead_of(const char *path, enum lead *lead);
bool is_master(const char *path);
long master_index(pid_t table, int fd); /* -1: unknown */
pid_t table_of(pid_t pid, const struct stat_file *stat);

/* The *n links that lead there; and may this one do there what mode says? */
struct link *links_to(
    const struct census *c, enum lead lead, unsigned long number, int *n);
bool link_open_for(const struct census *c, struct link *it, int mode);

/* activity.c: the threads of a process as they are now, added to p->task */
void look_at_tasks(struct picture *p, int process);

/* sharing.c: who shares */
enum kind kind_of(const struct descriptor *d);
void find_descriptions(struct picture *p);

/* pipes.c: pipes, how full they are, and who holds an end: the next after last
 * (NULL: the first) that may do there what mode says; NULL: no more */
void find_pipes(struct picture *p);
void chain_pipes(struct picture *p);
void ask_pipes(struct picture *p);
bool open_for(const struct descriptor *d, int mode);
const struct descriptor *next_holder(
    const struct picture *p, const struct descriptor *last, int pipe, int mode);

/* strangers.c: processes not asked for that hold an end of a pipe */
void look_at_strangers(struct picture *p);

/* sockets.c: addresses; the other ends */
void find_sockets(struct picture *p);
void find_peers(struct picture *p);
void free_sockets(struct picture *p);

/* What /proc/net has of a socket; NULL: nothing. */
struct net_row {
	ino_t number;
	const char *protocol;  /* "tcp", "unix" */
	char from[64], to[64]; /* as the kernel spells them */
	int state;
	bool listens;
	char *name; /* as we spell it */
};
const struct net_row *socket_row(struct picture *p, pid_t pid, ino_t number);
/* The other end of a connection within this machine; 0: it is not here. */
ino_t loopback_peer(struct picture *p, pid_t pid, const struct net_row *row);

/* peers.c: the number of the socket at the other end of this one of the UNIX
 * family; 0: it has none, or the kernel does not say */
ino_t peer_of(ino_t socket);

/* since.c: numbers and letters; what changed. before may be NULL */
void mark_changes(struct picture *p, const struct picture *before);

/* row.c: a text and the columns of the terminal that it fills so far */
struct row {
	struct text text;
	int columns;
};

/* Where a drawing goes, and how it is to look. */
struct drawing {
	const struct picture *p;
	const struct how *how;
	line_function *line;
	void *arg;
};

void add(struct row *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void fill_row(struct row *r, int to, const char *with);
void tint(struct row *r, int process, const struct how *how);
void clear_row(struct row *r);
void free_row(struct row *r);
void end_row(const struct drawing *g, struct row *r);
void end_wrapped(const struct drawing *g, struct row *r);

/* words.c: what a picture holds, in words */
const char *state_in_words(char state); /* "sleeps" for 'S' and its like */
bool has_ended(char state);
const char *pipe_name(const struct pipe *pipe, char name[8]); /* "A", "AA" */
const char *end_name(const struct descriptor *d);
void add_who(struct row *to, const struct process *it); /* "4712 child" */
bool has_offset(const struct descriptor *d, enum kind kind);
void spell_what(char *to, size_t size, const struct picture *p,
    const struct description *it, int width);
void spell_flags(
    char *to, size_t size, int value, const char *quote, const char *between);
void spell_offset(char *to, size_t size, const struct picture *p,
    const struct description *it);

/* columns.c: the descriptions, and which numbers lead to them */
void draw_descriptions(const struct drawing *g);

/* their_memory.c: what the pointers among the arguments of a call point to;
 * false: it may not be read */
bool read_memory(pid_t tid, unsigned long at, void *to, size_t size);
bool read_words(pid_t tid, unsigned long at, char *to, size_t size);

/* sleepers.c: what a sleeping thread waits for */

/* Who could wake it. */
struct waker {
	pid_t pid, tid; /* tid 0: any thread of it */
	int fd;         /* by which descriptor; -1: by none */
	int process;    /* in the picture, all of it; -1: it is not */
};

/* Why nobody can say that a way is closed. */
enum opening {
	CLOSED,     /* only the wakers can */
	AT_TIME,    /* time passes */
	AT_SIGNAL,  /* it is made to wait for a signal */
	AT_HANDLER, /* a signal that it catches may do it */
	AT_NAME,    /* the FIFO has a name, and anyone may come */
	AT_KEYS,    /* somebody types */
	AT_NETWORK, /* something comes in from outside */
	AT_EVENT,   /* the kernel, or anyone */
	AT_UNSEEN,  /* a process may hold the end that we may not look into */
	AT_ONCE,    /* it is about to wake */
	AT_UNKNOWN  /* the kernel does not tell us enough */
};

/* A way to be woken: what has to happen, and who could do it. */
struct way {
	enum cause cause;
	int fd;         /* -1: none, or hidden */
	int descriptor; /* index in picture.descriptor; -1: unknown */
	enum opening open;
	pid_t unseen;   /* of AT_UNSEEN: who; 0: nobody knows */
	long number;    /* of what else there is to say of it */
	double seconds; /* of AT_TIME; below 0: unknown */
	struct waker *waker;
	int wakers;
};

/* A thread, and what we made of it. */
struct sleeper {
	const struct task *task;
	bool awake;       /* it does not sleep, or has run since */
	bool restless;    /* it has run since, but sleeps again as before */
	bool hidden;      /* its call is: only where it sleeps is known */
	enum cause cause; /* what it waits for; base/call_table.h */
	const char *name; /* of the call */
	int fd;           /* the descriptor in its name; -1: none */
	long pid;       /* of CHILD: whom; -1: any; less: a group; 0: its own */
	bool for_stop;  /* of CHILD: not for its end */
	bool within;    /* of LOCK: only threads of its process can wake it */
	pid_t joins;    /* the thread whose end it waits for; 0: none */
	pid_t owner;    /* the thread that has its lock; 0: unknown */
	bool timed;     /* it has a time limit ... */
	double limit;   /* ... of seconds; below 0: unknown */
	bool from_now;  /* they count from now, not from when it began */
	bool again;     /* the kernel restarted it after a stop */
	char path[256]; /* of PARTNER */
	int flags;
	mode_t what; /* st_mode of what it opens; 0: unknown */
	ino_t ino;
	struct way *way;
	int ways;
	bool stuck; /* for good, unless there is something to what is in
		     * doubt: an end that may be held elsewhere, a name */
	bool for_good;
};

/* Fills in all but the ways, for_good and awake of one whose task is known. */
void find_cause(const struct picture *p, struct sleeper *s);
void free_sleeper(struct sleeper *s);

/* where.c: the call that sleeps in this function of the kernel; false: any */
bool call_sleeping_in(const char *wchan, struct sleeper *s);

/* ways.c: all ways to wake it; p->census is asked who holds what */
void find_ways(struct picture *p, struct sleeper *s);
struct way *add_way(struct sleeper *s, enum cause cause, int fd);
void add_waker(struct way *w, pid_t pid, pid_t tid, int fd);
void add_watched(
    struct picture *p, struct sleeper *s, int fd, enum cause cause);
int other_mode(
    enum cause cause); /* what those who could wake it have open for */

/* ends.c: the ways to wake who sleeps on a pipe, a socket, a terminal */
void wake_by_pipe(struct picture *p, const struct sleeper *s, struct way *w);
void wake_by_socket(struct picture *p, const struct sleeper *s, struct way *w);
void wake_by_terminal(
    struct picture *p, const struct sleeper *s, struct way *w);

/* The number of the pseudo-terminal that d is a side of; -1: of none, or of
 * which is unknown. */
long terminal_of(
    const struct picture *p, const struct descriptor *d, bool *master);

/* extras.c: the ways to wake who sleeps on an anonymous file: eventfd, ... */
void wake_by_extra(struct picture *p, const struct sleeper *s, struct way *w);

/* polled.c: the descriptors that poll, select or epoll watch */
void find_watched(struct picture *p, struct sleeper *s);

/* file_locks.c: who holds the lock on a file that it waits for */
void wake_by_lock(struct picture *p, const struct sleeper *s, struct way *w);
void wake_by_lease(struct picture *p, const struct sleeper *s, struct way *w);

/* opened.c: what kind of file it opens, into what and ino */
void find_kind_of_opened(struct sleeper *s);

/* unseen.c: a process that we may not look into and that may hold the other
 * end, too, of what its owner made, besides the sleeper and the way's wakers;
 * 0: there is none; -1: nobody knows who */
pid_t may_hold_too(const struct picture *p, uid_t owner,
    const struct sleeper *s, const struct way *w);

/* handlers.c: what a signal that it catches may do, as ways */
bool has_handler(const struct picture *p, const struct sleeper *s);
void add_handlers(struct picture *p, struct sleeper *s);

/* borrowed.c: what only a copy of the descriptor tells. false: refused */
bool time_limit(pid_t pid, int fd, bool of_input, double *seconds);
bool terminal_time(pid_t pid, int fd, bool *timed);

/* why.c: who sleeps for good */
struct reasoning {
	struct picture *p;
	struct sleeper *sleeper; /* by process, as its tasks */
	int sleepers;
	bool *asleep; /* by process: all its threads, for good */
	bool *stuck;  /* the same, with doubt */
	int *first;   /* by process: its first sleeper; -1: none */
};

int process_of(const struct picture *p, long pid); /* -1: not asked for */
bool is_over(const struct picture *p, int process);
/* The sleeper that is the thread; NULL: not in the picture. */
struct sleeper *sleeper_of(const struct reasoning *r, int process, pid_t tid);

/* circles.c: who waits for whom in the end: what ends the sentences */
void say_circles(const struct reasoning *r, line_function *line, void *arg);

/* chain.c: whom all of it waits for, where that is no circle */
void say_chain(const struct reasoning *r, line_function *line, void *arg);

/* pipe_sentences.c: why it sleeps on the pipe */
void say_pipe(struct row *to, const struct reasoning *r,
    const struct sleeper *s, const struct way *w);

/* way_sentences.c: why it sleeps on anything else; who can wake it, or why
 * not; "4711 cat" for any pid */
void say_way(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w);
void say_limit(struct row *to, const struct sleeper *s);
void say_wakers(struct row *to, const struct reasoning *r,
    const struct sleeper *s, const struct way *w, const char *can);
void say_doubt(struct row *to, const struct reasoning *r, const struct way *w);
void say_signals(struct row *to, long set); /* "SIGUSR1 SIGCHLD" */
void add_pid(struct row *to, const struct picture *p, pid_t pid);

/* sentences.c: what a process does, as its first thread that sleeps; what
 * why() found out, in sentences, each of which is one call of line() */
void say_sleep(struct row *to, const struct sleeper *s);
void say_state(struct row *to, const struct reasoning *r, int process);
void say_sleepers(const struct reasoning *r, line_function *line, void *arg);

#endif

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
 * the pipe (-1: any will do). The caller frees what read_link() returns. */
struct process *add_process(struct picture *p, pid_t pid, pid_t me);
bool add_descriptor(struct picture *p, int process, int fd, int pipe);
char *read_link(pid_t pid, int fd);

/* activity.c: the threads of a process as they are now, added to p->task */
void look_at_tasks(struct picture *p, int process);

/* sharing.c: who shares */
void find_descriptions(struct picture *p);

/* pipes.c: pipes, how full they are, and who holds an end: the next after last
 * (NULL: the first) that may do there what mode says; NULL: no more */
void find_pipes(struct picture *p);
void ask_pipes(struct picture *p);
bool open_for(const struct descriptor *d, int mode);
const struct descriptor *next_holder(
    const struct picture *p, const struct descriptor *last, int pipe, int mode);

/* strangers.c: processes not asked for that hold an end of a pipe */
void look_at_strangers(struct picture *p, pid_t me);

/* sockets.c: addresses; the other ends */
void find_sockets(struct picture *p);
void find_peers(struct picture *p);

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

/* sleepers.c: what a sleeping thread waits for */

/* A thread, and what we made of it. */
struct sleeper {
	const struct task *task;
	bool awake;       /* it does not sleep, or has run since */
	enum cause cause; /* what it waits for; base/call_table.h */
	const char *name; /* of the call */
	int fd;           /* of INPUT and ROOM; -1: hidden */
	long pid;         /* of CHILD: whom; -1: any */
	bool within;      /* of LOCK: only threads of its process can wake it */
	pid_t joins;      /* the thread whose end it waits for; 0: none */
	int *child;       /* of CHILD: those it has */
	int children;
	bool for_good;
};

/* Fills in all but for_good of a sleeper whose task is known. */
void find_cause(const struct picture *p, struct sleeper *s);

/* May it sleep on this pipe end: the one it named, or any it has? */
bool may_be_it(const struct sleeper *s, const struct descriptor *d);

/* Of INPUT and ROOM: what those who could wake it have open for. */
int other_mode(const struct sleeper *s);

/* why.c: who sleeps for good */
struct reasoning {
	const struct picture *p;
	struct sleeper *sleeper;
	int sleepers;
	bool *asleep; /* by process: all its threads, for good */
};

int process_of(const struct picture *p, long pid); /* -1: not asked for */

/* A process that this one, asleep for good, waits for: itself if no other. */
int waits_for(const struct reasoning *r, int process);

/* pipe_sentences.c: why it sleeps on the pipe */
void say_pipe(struct row *to, const struct reasoning *r,
    const struct sleeper *s, int pipe);

/* sentences.c: what a process does, as its first thread that sleeps; what
 * why() found out, in sentences, each of which is one call of line() */
void say_state(struct row *to, const struct reasoning *r, int process);
void say_sleeper(const struct reasoning *r, const struct sleeper *s,
    line_function *line, void *arg);
void say_deadlock(const struct reasoning *r, line_function *line, void *arg);

#endif

/*
 * call_table.h: the one table of calls. The trace asks it whether a call causes
 * or waits, --predict whether its result is worth a question, sidebyside what
 * the kernel calls it, and fdmap what a thread that sleeps in it waits for.
 */
#ifndef CALL_TABLE_H
#define CALL_TABLE_H

#include <stdbool.h>

/* What a call has to do with other lanes. */
enum effect {
	CAUSES, /* it may let another go on, and does not sleep */
	WAITS,  /* it may sleep until another goes on */
	COSTS   /* a library call: what counts is which calls it makes */
};

/* What --predict asks of it. */
enum question {
	NOTHING,  /* it can only be 0, or nobody can know */
	RESULT,   /* what it returns */
	IN_CHILD, /* what it returns in the child */
	WHO,      /* whose id it returns */
	READS,    /* how many reads it makes */
	WRITES    /* how many writes */
};

/* What a thread that sleeps in it waits for. */
enum cause {
	NO_SLEEP, /* it does not sleep */
	INPUT,    /* something to read from descriptor fd */
	ROOM,     /* to write to it */
	CHILD,    /* a child's end, or another change of it */
	TIME,     /* or a signal */
	SIGNAL,   /* nothing else */
	MANY,     /* one of several descriptors */
	LOCK,     /* a lock in memory, or another thread */
	LOCK_ON,  /* a lock on the file of descriptor fd */
	PARTNER,  /* what it opens: a FIFO's other end, or else */
	QUEUE,    /* a queue of messages, or a semaphore, that has a number */
	BIRTH,    /* its child's exec or end: vfork */
	EVENT,    /* what the kernel was asked for before */
	DISK,     /* the kernel's own work, on a disk or elsewhere */
	OTHER
};

/* An argument of the kernel's call that is libc's or the kernel's addition. */
struct dropped {
	int at; /* its place in the kernel's call, from 1; 0: none;
		 * EVERY: all of them */
#define EVERY (-1)
	const char *value; /* it has to be this; NULL: anything */
};

/* A call of the kernel that may stand for it. */
struct form {
	const char *name; /* NULL: there is no further form */
	long number;      /* syscall(2); -1: this machine has none */
	struct dropped dropped[3];
};

struct known_call {
	const char *name; /* POSIX's, as the program says it */
	enum effect effect;
	enum question question;
	enum cause cause;
	struct form form[4];
	bool other_result; /* the kernel's is another than libc's */
	bool may_be_none;  /* the kernel may not be asked at all */
};

/* Ended by a NULL name. */
extern const struct known_call known_calls[];

/* The row of that name, which need not end with a NUL after length bytes;
 * NULL: none. */
const struct known_call *call_named(const char *name, int length);

/* The row that has this kernel call as a form; NULL: none. */
const struct known_call *call_numbered(long number);

/* The name of a kernel call that has no row but may keep a thread; NULL: none.
 */
const char *name_of_call(long number);

#endif

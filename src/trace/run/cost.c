/*
 * cost.c: how many calls of the read and write families this thread made.
 * proc(5), /proc/[pid]/io: syscr and syscw.
 */
#include <errno.h>

#include "base/proc.h"
#include "trace/run/run.h"

/* Of our own: a look is one read, and two empty writes around it. */
static _Thread_local long looks, told;

/* So far, our own taken off; -1 where the kernel does not say. */
void
count_io(long *reads, long *writes)
{
	char text[512];

	*reads = *writes = -1;
	own_work_begins();
	told += trace.fd != -1;
	bool known = read_proc("/proc/thread-self/io", text, sizeof text);
	own_work_ends();
	long all_reads = known ? labelled(text, "\nsyscr:") : -1;
	long all_writes = known ? labelled(text, "\nsyscw:") : -1;
	if (all_reads != -1 && all_writes != -1) {
		*reads = all_reads - looks;
		*writes = all_writes - told;
	}
	looks += known; /* the look counts itself only afterwards */
	told += trace.fd != -1;
}

/* A new process or thread: the kernel counts its calls from 0. */
void
forget_counted(void)
{
	looks = told = 0;
}

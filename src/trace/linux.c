/*
 * linux.c: what only Linux can tell. Nothing here is POSIX; the rest of the
 * library and the demos are.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "inner.h"

static _Thread_local long looks; /* of count_io() */

/*
 * The calls of the read and write families that this thread made so far, the
 * looks of this function taken off; -1 where the kernel does not say.
 * proc(5), /proc/[pid]/io: syscr and syscw.
 */
void
count_io(long *reads, long *writes)
{
	char text[512];

	*reads = *writes = -1;
	if (!read_proc("/proc/thread-self/io", text, sizeof text))
		return;
	long all_reads = labelled(text, "\nsyscr:");
	long all_writes = labelled(text, "\nsyscw:");
	if (all_reads == -1 || all_writes == -1)
		return;
	*reads = all_reads - looks;
	*writes = all_writes;
	looks++; /* the look counts itself only afterwards */
}

/* size bytes of zeros that fork does not copy; NULL, errno set, on failure. */
void *
shared_memory(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* From here on the children of a child of ours that ends become ours. */
void
adopt_orphans(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1L);
}

/* From here on the end of our parent, even by SIGKILL, ends us. */
void
end_with_parent(void)
{
	prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM);
}

/* Our children, zombies too, at most so many; -1: the kernel does not say. */
int
list_children(pid_t *pids, int most)
{
	char text[4096];
	int n = 0;

	if (!read_proc("/proc/thread-self/children", text, sizeof text))
		return -1;
	for (char *at = text, *end; n < most; at = end) {
		long pid = strtol(at, &end, 10);
		if (end == at)
			break;
		pids[n++] = (pid_t)pid;
	}
	return n;
}

/* A new process drops the part of a line that its parent has not printed. The
 * kernel counts its calls from 0. */
void
forget_past(void)
{
	__fpurge(stdout);
	looks = 0;
}

static size_t
pipe_capacity(int fd)
{
	int size = fcntl(fd, F_GETPIPE_SZ);

	if (size == -1)
		die(errno, "fcntl", "F_GETPIPE_SZ");
	return (size_t)size;
}

void
must_fit(int pipe_fd, size_t size, size_t most)
{
	if (size <= PIPE_BUF) /* so much fits into any empty pipe */
		return;
	size_t room = pipe_capacity(pipe_fd);
	if (room > most)
		room = most;
	if (size > room)
		fail("write %d: %zu bytes, room for %zu: it would sleep for "
		     "ever",
		    pipe_fd, size, room);
}

/* The columns of the terminal that is stdout or stderr; 80 if neither is. */
int
terminal_width(void)
{
	struct winsize size;

	for (int fd = 1; fd <= 2; fd++)
		if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
			return size.ws_col;
	return 80;
}

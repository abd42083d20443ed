/*
 * linux.c: what only Linux can tell. Nothing here is POSIX; the rest of the
 * library and the demos are.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "inner.h"

/* Reads the file path, below /proc, as a string; returns false if it cannot. */
static bool
read_proc(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return false;
	ssize_t length = read(fd, text, size - 1);
	close(fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	return true;
}

/*
 * The calls of the read and write families that this thread made so far, the
 * looks of this function taken off; -1 where the kernel does not say.
 * proc(5), /proc/[pid]/io: syscr and syscw.
 */
void
count_io(long *reads, long *writes)
{
	static _Thread_local long looks;
	char text[512];

	*reads = *writes = -1;
	if (!read_proc("/proc/thread-self/io", text, sizeof text))
		return;
	const char *at_reads = strstr(text, "syscr: ");
	const char *at_writes = strstr(text, "syscw: ");
	if (at_reads == NULL || at_writes == NULL)
		return;
	*reads = strtol(at_reads + 7, NULL, 10) - looks;
	*writes = strtol(at_writes + 7, NULL, 10);
	looks++; /* the look counts itself only afterwards */
}

/* The state letter of a process: R, S, D, T, t, Z, X; 0: the kernel won't say.
 * proc(5), /proc/[pid]/stat: it follows the name, which may hold anything. */
char
process_state(pid_t pid)
{
	char path[40], text[512];

	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	if (!read_proc(path, text, sizeof text))
		return 0;
	const char *after_name = strrchr(text, ')');
	if (after_name == NULL || after_name[1] != ' ')
		return 0;
	return after_name[2];
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

/* A new process drops the part of a line that its parent has not printed. */
void
forget_stdout(void)
{
	__fpurge(stdout);
}

size_t
pipe_capacity(int fd)
{
	int size = fcntl(fd, F_GETPIPE_SZ);

	if (size == -1)
		die(errno, "fcntl", "F_GETPIPE_SZ");
	return (size_t)size;
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

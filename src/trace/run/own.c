/*
 * own.c: what the trace does for itself, told apart from what the demo does.
 *
 * Its descriptors are close-on-exec copies at the top of the limit, out of the
 * slide's way. Whoever looks at the process knows them by a mark: it maps a
 * page of memory whose name is "ipclab-trace-" and their numbers. Whoever
 * reads strace's output knows its work by an empty write to the trace at both
 * ends of it.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/run/run.h"

/* A table of descriptors is as long as its highest one, and copied by fork. */
#define HIGHEST 4095
#define LOWEST  16 /* the slides need some too */

static _Thread_local int depth; /* of own work within own work */

/* A copy of fd at the top; it and what is below stay for the next ones. */
int
own_descriptor(int fd)
{
	static int below = HIGHEST + 1;
	long limit = sysconf(_SC_OPEN_MAX);

	if (limit > 0 && limit < below)
		below = (int)limit;
	while (--below >= LOWEST) {
		int copy = fcntl(fd, F_DUPFD_CLOEXEC, below);
		if (copy != -1)
			return copy;
	}
	fail("descriptor limit: %ld are too few for a trace; -q needs none",
	    limit);
}

/* The mark. Where the kernel has no such memory, there is none. */
void
mark_own(int trace_fd, int terminal)
{
	int first = trace_fd != -1 ? trace_fd : terminal;
	char name[40];

	snprintf(name, sizeof name,
	    trace_fd == -1 || terminal == -1 ? "ipclab-trace-%d"
					     : "ipclab-trace-%d-%d",
	    first, terminal);
	int fd = memfd_create(name, MFD_CLOEXEC);
	if (fd == -1)
		return;
	(void)mmap(NULL, 1, PROT_NONE, MAP_PRIVATE, fd, 0);
	close(fd);
}

static void
tell_strace(void)
{
	int error = errno;

	if (trace.fd != -1 && write(trace.fd, "", 0) == -1)
		errno = error; /* the next line says why */
	errno = error;
}

void
own_work_begins(void)
{
	if (depth++ == 0)
		tell_strace();
}

void
own_work_ends(void)
{
	if (--depth == 0)
		tell_strace();
}

/* size bytes of zeros that fork does not copy. */
void *
shared_memory(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		die(errno, "mmap", "the trace's memory");
	return at;
}

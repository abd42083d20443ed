/*
 * borrowed.c: what only the descriptor itself tells: whether a socket has a
 * time limit, and whether a terminal has one. The kernel lends us a copy of it
 * for that moment, if we might look into the process's memory, too.
 */
#define _GNU_SOURCE

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

#include "picture/parts.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

static int
borrow(pid_t pid, int fd)
{
	int process = (int)syscall(SYS_pidfd_open, pid, 0);

	if (process == -1)
		return -1;
	int copy = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
	close(process);
	return copy;
}

bool
time_limit(pid_t pid, int fd, bool of_input, double *seconds)
{
	struct timeval limit;
	socklen_t size = sizeof limit;
	int copy = borrow(pid, fd);

	if (copy == -1)
		return false;
	int result = getsockopt(copy, SOL_SOCKET,
	    of_input ? SO_RCVTIMEO : SO_SNDTIMEO, &limit, &size);
	close(copy);
	*seconds = (double)limit.tv_sec + (double)limit.tv_usec / 1e6;
	return result == 0;
}

/* A read of it may end without a byte, when its time is over; termios(3). */
bool
terminal_time(pid_t pid, int fd, bool *timed)
{
	struct termios it;
	int copy = borrow(pid, fd);

	if (copy == -1)
		return false;
	int result = tcgetattr(copy, &it);
	close(copy);
	*timed = result == 0 && !(it.c_lflag & ICANON) && it.c_cc[VTIME] > 0 &&
		 it.c_cc[VMIN] == 0;
	return result == 0;
}

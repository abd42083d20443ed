/*
 * calls.c: the calls with a capital letter. make() says how the line is spelled
 * (spell.c has the %-words) and does what comes before the call; now_...() puts
 * what the call made of an argument in its place; returned() prints the line,
 * and hands the result on. What the call causes or waits for stands in
 * src/base/call_table.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace/inner.h"
#include "trace/run/run.h"

int
Open(const char *path, int flags, ...)
{
	struct call c;
	va_list more;

	va_start(more, flags);
	mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	make(&c, "open", flags & O_CREAT ? "%p, %f, %m" : "%p, %f", path, flags,
	    mode);
	return (int)returned(&c, open(path, flags, mode));
}

ssize_t
Read(int fd, void *buf, size_t size)
{
	struct call c;

	make(&c, "read", "%d, buf, %z", fd, size);
	ssize_t length = read(fd, buf, size);
	now_bytes(&c, 1, buf, length);
	return returned(&c, length);
}

ssize_t
Write(int fd, const void *buf, size_t size)
{
	struct call c;

	make(&c, "write", "%d, buf, %z", fd, size);
	ssize_t length = write(fd, buf, size);
	bool unseen = length == -1 && errno == EFAULT;
	now_bytes(&c, 1, buf, unseen ? -1 : (ssize_t)size);
	return returned(&c, length);
}

off_t
Lseek(int fd, off_t offset, int whence)
{
	struct call c;

	make(&c, "lseek", "%d, %l, %w", fd, (long)offset, whence);
	return returned(&c, lseek(fd, offset, whence));
}

int
Close(int fd)
{
	struct call c;

	make(&c, "close", "%d", fd);
	return (int)returned(&c, close(fd));
}

int
Dup(int fd)
{
	struct call c;

	make(&c, "dup", "%d", fd);
	return (int)returned(&c, dup(fd));
}

int
Dup2(int old_fd, int new_fd)
{
	struct call c;

	make(&c, "dup2", "%d, %d", old_fd, new_fd);
	return (int)returned(&c, dup2(old_fd, new_fd));
}

int
Pipe(int pipe_fd[2])
{
	struct call c;

	make(&c, "pipe", "pipe_fd");
	int result = pipe(pipe_fd);
	now_pair(&c, 0, pipe_fd, result == 0);
	return (int)returned(&c, result);
}

int
Fcntl(int fd, int command, int flags)
{
	struct call c;

	if (command != F_SETFL)
		fail("fcntl: only F_SETFL is known here");
	make(&c, "fcntl", "%d, F_SETFL, %f", fd, flags);
	return (int)returned(&c, fcntl(fd, command, flags));
}

pid_t
Fork(void)
{
	struct lane *lane = next_lane(false);
	struct call c;

	make(&c, "fork", "");
	hold();
	pid_t pid = fork();
	if (pid == 0) {
		forget_parent();
		enter_lane(lane);
		born(&c); /* the parent's line comes first */
	} else {
		child_born(pid);
		lane_born(lane, pid);
	}
	release();
	return (pid_t)returned(&c, pid);
}

pid_t
Wait(int *status)
{
	struct call c;

	make(&c, "wait", status == NULL ? "NULL" : "&status");
	pid_t pid = wait(status);
	child_gone(pid);
	lane_gone(pid);
	now_status(&c, 0, status, pid != -1);
	return (pid_t)returned(&c, pid);
}

void
Execvp(const char *file, char *const argv[])
{
	struct call c;

	make(&c, "execvp", "%p, %v", file, argv);
	will_not_return(&c);
	execvp(file, argv);
	int error = errno;
	expect(ANY_ERROR);
	returned(&c, -1);
	complain("execvp %s: %s", file, strerror(error));
	Exit(error == ENOENT ? 127 : 126);
}

void
Exit(int status)
{
	struct call c;

	make(&c, "_exit", "%d", status);
	will_not_return(&c);
	_exit(status);
}

int
Sched_yield(void)
{
	struct call c;

	make(&c, "sched_yield", "");
	return (int)returned(&c, sched_yield());
}

/*
 * calls.c: the calls with a capital letter. Each makes the call, tells its
 * arguments, and hands the result to returned(). What a call can let another
 * lane do is begun by causes(), what waits for another lane by waits().
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inner.h"

int
Open(const char *path, int flags, ...)
{
	struct call c;
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	waits(&c, "open"); /* a FIFO waits for its other end */
	int fd = open(path, flags, mode);
	arg_path(&c, path);
	arg_open_flags(&c, flags);
	if (flags & O_CREAT)
		arg_mode(&c, mode);
	returned(&c, fd);
	return fd;
}

ssize_t
Read(int fd, void *buf, size_t size)
{
	struct call c;

	waits(&c, "read");
	ssize_t length = read(fd, buf, size);
	arg_int(&c, fd);
	arg_bytes(&c, buf, length);
	arg_size(&c, size);
	returned(&c, length);
	return length;
}

ssize_t
Write(int fd, const void *buf, size_t size)
{
	struct call c;

	/* more than PIPE_BUF may sleep until a reader makes room; pipe(7) */
	if (size <= PIPE_BUF)
		causes(&c, "write");
	else
		waits(&c, "write");
	ssize_t length = write(fd, buf, size);
	arg_int(&c, fd);
	arg_bytes(
	    &c, buf, length == -1 && errno == EFAULT ? -1 : (ssize_t)size);
	arg_size(&c, size);
	returned(&c, length);
	return length;
}

off_t
Lseek(int fd, off_t offset, int whence)
{
	struct call c;

	causes(&c, "lseek");
	off_t position = lseek(fd, offset, whence);
	arg_int(&c, fd);
	arg_int(&c, offset);
	arg_whence(&c, whence);
	returned(&c, position);
	return position;
}

int
Close(int fd)
{
	struct call c;

	causes(&c, "close");
	int result = close(fd);
	arg_int(&c, fd);
	returned(&c, result);
	return result;
}

int
Dup(int fd)
{
	struct call c;

	causes(&c, "dup");
	int new_fd = dup(fd);
	arg_int(&c, fd);
	returned(&c, new_fd);
	return new_fd;
}

int
Dup2(int old_fd, int new_fd)
{
	struct call c;

	causes(&c, "dup2");
	int result = dup2(old_fd, new_fd);
	arg_int(&c, old_fd);
	arg_int(&c, new_fd);
	returned(&c, result);
	return result;
}

int
Pipe(int pipe_fd[2])
{
	struct call c;

	causes(&c, "pipe");
	int result = pipe(pipe_fd);
	arg_pair(&c, pipe_fd, result == 0);
	returned(&c, result);
	return result;
}

int
Fcntl(int fd, int command, int flags)
{
	struct call c;

	if (command != F_SETFL)
		fail("fcntl: only F_SETFL is known here");
	causes(&c, "fcntl");
	int result = fcntl(fd, command, flags);
	arg_int(&c, fd);
	arg_word(&c, "F_SETFL");
	arg_open_flags(&c, flags);
	returned(&c, result);
	return result;
}

pid_t
Fork(void)
{
	struct call c;

	causes(&c, "fork");
	int lane = next_lane();
	hold();
	pid_t pid = fork();
	if (pid == 0) {
		returns_too(&c, "fork"); /* the parent's line comes first */
		forget_parent();
		forget_past();
		enter_lane(lane);
	} else if (pid > 0) {
		child_born(pid);
		leave_prediction();
	}
	if (pid != 0)
		lane_born(pid);
	release();
	returned(&c, pid);
	return pid;
}

pid_t
Wait(int *status)
{
	struct call c;

	waits(&c, "wait");
	pid_t pid = wait(status);
	child_gone(pid);
	lane_gone(pid);
	arg_status(&c, status, pid != -1);
	returned(&c, pid);
	return pid;
}

int
Waitid(idtype_t type, id_t id, siginfo_t *info, int options)
{
	struct call c;

	waits(&c, "waitid");
	int result = waitid(type, id, info, options);
	arg_word(&c, type == P_ALL   ? "P_ALL"
		     : type == P_PID ? "P_PID"
				     : "P_PGID");
	arg_int(&c, (long)id);
	arg_word(&c, info == NULL ? "NULL" : "info");
	arg_wait_options(&c, options);
	returned(&c, result);
	return result;
}

void
Execvp(const char *file, char *const argv[])
{
	struct call c;

	waits(&c, "execvp");
	arg_path(&c, file);
	arg_strings(&c, argv);
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

	waits(&c, "_exit");
	arg_int(&c, status);
	will_not_return(&c);
	_exit(status);
}

/*
 * their_memory.c: what the pointers among the arguments of a call point to. It
 * is read through /proc/PID/mem, which the same rule guards that guards
 * /proc/PID/syscall; nothing stops for it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "picture/parts.h"

static ssize_t
read_some(pid_t tid, unsigned long at, void *to, size_t size)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/mem", (long)tid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	ssize_t length = pread(fd, to, size, (off_t)at);
	close(fd);
	return length;
}

bool
read_memory(pid_t tid, unsigned long at, void *to, size_t size)
{
	return at != 0 && read_some(tid, at, to, size) == (ssize_t)size;
}

/* A string may end right before a page that is not there. */
bool
read_words(pid_t tid, unsigned long at, char *to, size_t size)
{
	size_t length = 0;
	ssize_t more;

	while (at != 0 && length < size - 1) {
		unsigned long page = 4096 - (at + length) % 4096;
		size_t most = size - 1 - length;
		more = read_some(
		    tid, at + length, to + length, page < most ? page : most);
		if (more <= 0)
			return false;
		if (memchr(to + length, '\0', (size_t)more) != NULL)
			return true;
		length += (size_t)more;
	}
	to[length] = '\0';
	return length > 0;
}

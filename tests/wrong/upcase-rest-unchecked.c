/*
 * After a write that took less, one that fails ends the loop, and no more.
 *
 * fails: a failed write is told, with exit status 1
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
up(char *buf, ssize_t n)
{
	for (ssize_t i = 0; i < n; i++)
		if (buf[i] >= 'a' && buf[i] <= 'z')
			buf[i] -= 32;
}

static ssize_t
get(char *buf, size_t size)
{
	ssize_t n;

	do
		n = read(0, buf, size);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		fail("read");
	return n;
}

static void
put(const char *buf, size_t size)
{
	size_t done = 0;

	ssize_t n;

	do
		n = write(1, buf, size);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		fail("write");
	for (done = (size_t)n; done < size; done += (size_t)n) {
		n = write(1, buf + done, size - done);
		if (n == -1 && errno != EINTR)
			break;
		n = n == -1 ? 0 : n;
	}
}

int
main(int argc, char *argv[])
{
	static char buf[8192];
	ssize_t n;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: upcase <INPUT >OUTPUT\n");
		return 2;
	}
	while ((n = get(buf, sizeof buf)) > 0) {
		up(buf, n);
		put(buf, (size_t)n);
	}
	return 0;
}

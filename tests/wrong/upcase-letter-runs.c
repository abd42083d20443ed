/*
 * Letters and what is between them are written apart.
 *
 * fails: it reads and writes by blocks, with read and write alone
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
		for (ssize_t i = 0, j; i < n; i = j) {
			for (j = i + 1;
			     j < n && (buf[j] >= 'A') == (buf[i] >= 'A'); j++)
				;
			put(buf + i, (size_t)(j - i));
		}
	}
	return 0;
}

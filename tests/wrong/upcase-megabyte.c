/*
 * All of the input is gathered in an array of a megabyte.
 *
 * fails: input of any size is copied to its end
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
	static char all[1 << 20];
	size_t have = 0;

	while ((n = get(all + have, sizeof all - have)) > 0)
		have += (size_t)n;
	(void)buf;
	up(all, (ssize_t)have);
	put(all, have);
	return 0;
}

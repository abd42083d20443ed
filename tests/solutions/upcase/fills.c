/*
 * upcase that waits until its array is full, or the input at its end.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char all[65536];

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static size_t
fill(void)
{
	size_t have = 0;

	while (have < sizeof all) {
		ssize_t n = read(0, all + have, sizeof all - have);
		if (n == 0)
			break;
		if (n > 0)
			have += (size_t)n;
		else if (errno != EINTR)
			die("upcase: read");
	}
	return have;
}

static void
upper(size_t n)
{
	for (size_t i = 0; i < n; i++)
		all[i] = (char)toupper((unsigned char)all[i]);
}

static void
put(const char *from, const char *end)
{
	while (from < end) {
		ssize_t n = write(1, from, (size_t)(end - from));
		if (n > 0)
			from += n;
		else if (n == -1 && errno != EINTR)
			die("upcase: write");
	}
}

int
main(int argc, char *argv[])
{
	size_t n;

	if (argc > 1) {
		fprintf(stderr, "usage: %s <INPUT >OUTPUT\n", argv[0]);
		return 2;
	}
	do {
		n = fill();
		upper(n);
		put(all, all + n);
	} while (n == sizeof all);
	return 0;
}

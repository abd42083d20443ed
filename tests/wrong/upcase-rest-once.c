/*
 * After a short write the rest is written once, and that may be short again.
 *
 * fails: after a write that took less the rest is written
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char buf[4096];

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
upper(ssize_t n)
{
	for (ssize_t i = 0; i < n; i++)
		if (buf[i] >= 'a' && buf[i] <= 'z')
			buf[i] = buf[i] - 'a' + 'A';
}

static ssize_t
fill(void)
{
	ssize_t n;

	while ((n = read(0, buf, sizeof buf)) == -1)
		if (errno != EINTR)
			die("read");
	return n;
}

static ssize_t
put(const char *from, ssize_t n)
{
	ssize_t w;

	while ((w = write(1, from, n)) == -1)
		if (errno != EINTR)
			die("write");
	return w;
}

int
main(void)
{
	ssize_t n;

	while ((n = fill()) > 0) {
		upper(n);
		ssize_t w = put(buf, n);
		if (w < n)
			put(buf + w, n - w);
	}
	return 0;
}

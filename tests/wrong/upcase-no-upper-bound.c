/*
 * Everything from a upwards is moved down by 32, braces too.
 *
 * fails: every other byte stays as it is, NUL too
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
		if (buf[i] >= 'a')
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

static void
write_all(ssize_t n)
{
	ssize_t done = 0;

	while (done < n) {
		ssize_t w = write(1, buf + done, n - done);
		if (w >= 0)
			done += w;
		else if (errno != EINTR)
			die("write");
	}
}

int
main(void)
{
	ssize_t n;

	while ((n = fill()) > 0) {
		upper(n);
		write_all(n);
	}
	return 0;
}

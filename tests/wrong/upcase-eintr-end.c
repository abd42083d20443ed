/*
 * Every -1 of read is taken for the end, an interrupted call and a failure
 * alike.
 *
 * fails: an interrupted read is made again
 * fails: a failed read is told, with exit status 1
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

	/* 0 or -1: nothing more to read */
	while ((n = read(0, buf, sizeof buf)) > 0) {
		upper(n);
		write_all(n);
	}
	return 0;
}

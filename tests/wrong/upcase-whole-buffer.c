/*
 * The whole array is written each time, not the bytes that were read.
 *
 * fails: small letters become capital letters
 * fails: every other byte stays as it is, NUL too
 * fails: input of any size is copied to its end
 * fails: it reads and writes by blocks, with read and write alone
 * fails: a read that returns less than asked is not the end
 * fails: an interrupted read is made again
 * fails: an interrupted write is made again
 * fails: after a write that took less the rest is written
 * fails: a failed read is told, with exit status 1
 * fails: a failed write is told, with exit status 1
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
	while (fill() > 0) {
		upper(sizeof buf);
		write_all(sizeof buf);
	}
	return 0;
}

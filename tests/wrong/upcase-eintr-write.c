/*
 * An interrupted write ends the program as if the write had failed.
 *
 * fails: an interrupted write is made again
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

int
main(void)
{
	ssize_t n;

	while ((n = fill()) > 0) {
		upper(n);
		for (ssize_t done = 0; done < n;) {
			ssize_t w = write(1, buf + done, n - done);
			if (w == -1)
				die("write");
			done += w;
		}
	}
	return 0;
}

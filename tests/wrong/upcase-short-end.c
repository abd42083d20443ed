/*
 * A read that returns less than was asked is taken for the last one.
 *
 * fails: a read that returns less than asked is not the end
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
	ssize_t n;

	do {
		n = fill();
		upper(n);
		write_all(n);
	} while (n == sizeof buf);
	return 0;
}

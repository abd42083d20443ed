/*
 * upcase: copy standard input to standard output, a to z as A to Z.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static ssize_t
read_some(char *buf, size_t size)
{
	ssize_t length;

	do
		length = read(STDIN_FILENO, buf, size);
	while (length == -1 && errno == EINTR);
	if (length == -1)
		fail("upcase: read 0");
	return length;
}

static void
write_all(const char *buf, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t more = write(STDOUT_FILENO, buf + done, size - done);
		if (more >= 0)
			done += (size_t)more;
		else if (errno != EINTR)
			fail("upcase: write 1");
	}
}

int
main(int argc, char *argv[])
{
	char buf[8192];
	ssize_t length;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: upcase <INPUT >OUTPUT\n");
		return 2;
	}
	while ((length = read_some(buf, sizeof buf)) > 0) {
		for (ssize_t i = 0; i < length; i++)
			if (buf[i] >= 'a' && buf[i] <= 'z')
				buf[i] = (char)(buf[i] - 'a' + 'A');
		write_all(buf, (size_t)length);
	}
	return EXIT_SUCCESS;
}

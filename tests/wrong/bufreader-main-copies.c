/*
 * bufreader-main-copies: main does the work itself, a block at a time, and
 * never calls the three functions.
 *
 * fails: one read or write for 4096 bytes, by the three functions
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define END    -1 /* buf_getc: no byte is left */
#define FAILED -2 /* buf_getc: read failed, errno says why */

struct buf {
	int fd;
	unsigned char data[4096];
	size_t pos, len;
};

int buf_getc(struct buf *);
int buf_putc(int, struct buf *);
int buf_flush(struct buf *);

/* data[pos] to data[len - 1] are bytes that were read and not yet returned. */
int
buf_getc(struct buf *b)
{
	(void)b;
	return FAILED;
}

/* data[pos] to data[len - 1] are bytes that were put and not yet written. */
int
buf_putc(int c, struct buf *b)
{
	(void)c, (void)b;
	return -1;
}

int
buf_flush(struct buf *b)
{
	(void)b;
	return -1;
}

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	static struct buf in = {.fd = STDIN_FILENO};
	ssize_t n;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: bufreader <INPUT >OUTPUT\n");
		return 2;
	}
	while ((n = read(0, in.data, sizeof in.data)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			fail("bufreader: read");
		for (ssize_t sent = 0; sent < n;) {
			ssize_t more =
			    write(1, in.data + sent, (size_t)(n - sent));
			if (more == -1 && errno != EINTR)
				fail("bufreader: write");
			sent += more > 0 ? more : 0;
		}
	}
	return EXIT_SUCCESS;
}

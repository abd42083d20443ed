/*
 * The three functions are getc, putc and fflush under other names.
 *
 * fails: one read or write for 4096 bytes, by the three functions
 * fails: an interrupted read or write is made again
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

int
buf_getc(struct buf *b)
{
	int c = getc(stdin);

	(void)b;
	return c == EOF ? ferror(stdin) ? FAILED : END : c;
}

int
buf_putc(int c, struct buf *b)
{
	(void)b;
	return putc(c, stdout) == EOF ? -1 : 0;
}

int
buf_flush(struct buf *b)
{
	(void)b;
	return fflush(stdout) == EOF ? -1 : 0;
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
	static struct buf out = {.fd = STDOUT_FILENO};
	int c;

	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: bufreader <INPUT >OUTPUT\n");
		return 2;
	}
	while ((c = buf_getc(&in)) >= 0)
		if (buf_putc(c, &out) == -1)
			fail("bufreader: write");
	if (c == FAILED)
		fail("bufreader: read");
	if (buf_flush(&out) == -1)
		fail("bufreader: write");
	return EXIT_SUCCESS;
}

/*
 * buf_putc flushes as soon as data is full; then the last flush writes 0 bytes.
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

int
buf_getc(struct buf *b)
{
	if (b->pos == b->len) {
		ssize_t n;

		do
			n = read(b->fd, b->data, sizeof b->data);
		while (n == -1 && errno == EINTR);
		if (n == -1)
			return FAILED;
		if (n == 0)
			return END;
		b->pos = 0;
		b->len = (size_t)n;
	}
	return b->data[b->pos++];
}

int
buf_putc(int c, struct buf *b)
{
	b->data[b->len++] = (unsigned char)c;
	return b->len == sizeof b->data ? buf_flush(b) : 0;
}

int
buf_flush(struct buf *b)
{
	do {
		ssize_t n = write(b->fd, b->data + b->pos, b->len - b->pos);

		if (n >= 0)
			b->pos += (size_t)n;
		else if (errno != EINTR)
			return -1;
	} while (b->pos < b->len);
	b->pos = b->len = 0;
	return 0;
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

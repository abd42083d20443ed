/*
 * bufreader: copy standard input to standard output a byte at a time, through
 * buffers of our own.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define END    (-1) /* buf_getc: no byte is left */
#define FAILED (-2) /* buf_getc: read failed, errno says why */

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
	if (b->pos == b->len) {
		ssize_t length;

		do
			length = read(b->fd, b->data, sizeof b->data);
		while (length == -1 && errno == EINTR);
		if (length == -1)
			return FAILED;
		if (length == 0)
			return END;
		b->pos = 0;
		b->len = (size_t)length;
	}
	return b->data[b->pos++];
}

/* data[pos] to data[len - 1] are bytes that were put and not yet written. */
int
buf_putc(int c, struct buf *b)
{
	if (b->len == sizeof b->data && buf_flush(b) == -1)
		return -1;
	b->data[b->len++] = (unsigned char)c;
	return 0;
}

int
buf_flush(struct buf *b)
{
	while (b->pos < b->len) {
		ssize_t length =
		    write(b->fd, b->data + b->pos, b->len - b->pos);
		if (length >= 0)
			b->pos += (size_t)length;
		else if (errno != EINTR)
			return -1;
	}
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

/*
 * Reads until data is full or the end comes, and then asks for the end again.
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
		b->pos = b->len = 0;
		while (b->len < sizeof b->data) {
			ssize_t n = read(
			    b->fd, b->data + b->len, sizeof b->data - b->len);

			if (n == -1 && errno == EINTR)
				continue;
			if (n == -1)
				return FAILED;
			if (n == 0)
				break;
			b->len += (size_t)n;
		}
		if (b->len == 0)
			return END;
	}
	return b->data[b->pos++];
}

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
		ssize_t n = write(b->fd, b->data + b->pos, b->len - b->pos);

		if (n >= 0)
			b->pos += (size_t)n;
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

/*
 * scanf instead of read: stdio under a name that glibc changes.
 *
 * fails: one read or write for 4096 bytes, by the three functions
 * fails: an interrupted read or write is made again
 * fails: a failed read is told, with exit status 1
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
	char c;

	(void)b;
	return scanf("%c", &c) == 1 ? (unsigned char)c : END;
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

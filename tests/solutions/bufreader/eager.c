/*
 * bufreader that flushes as soon as its buffer is full, and keeps what is not
 * yet written at the front.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct buf {
	int fd;
	unsigned char data[4096];
	size_t pos, len;
};

int buf_getc(struct buf *);
int buf_putc(int, struct buf *);
int buf_flush(struct buf *);

/* Returns -1 at the end, and -2 where read failed. */
int
buf_getc(struct buf *b)
{
	while (b->pos == b->len) {
		ssize_t n = read(b->fd, b->data, sizeof b->data);
		if (n == 0)
			return -1;
		if (n == -1 && errno != EINTR)
			return -2;
		b->pos = 0;
		b->len = n == -1 ? 0 : (size_t)n;
	}
	return b->data[b->pos++];
}

int
buf_putc(int c, struct buf *b)
{
	b->data[b->len++] = (unsigned char)c;
	if (b->len < sizeof b->data)
		return 0;
	return buf_flush(b);
}

int
buf_flush(struct buf *b)
{
	while (b->len > 0) {
		ssize_t n = write(b->fd, b->data, b->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		b->len -= (size_t)n;
		memmove(b->data, b->data + n, b->len);
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	struct buf in = {.fd = 0}, out = {.fd = 1};
	int c, failed = 0;

	if (argc > 1) {
		fprintf(stderr, "usage: %s <INPUT >OUTPUT\n", argv[0]);
		return 2;
	}
	while (!failed && (c = buf_getc(&in)) >= 0)
		failed = buf_putc(c, &out);
	if (!failed && c == -2) {
		perror("bufreader: read");
		return 1;
	}
	if (failed || buf_flush(&out) == -1) {
		perror("bufreader: write");
		return 1;
	}
	return 0;
}

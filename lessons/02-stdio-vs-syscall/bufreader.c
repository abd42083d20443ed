/*
 * bufreader: copy standard input to standard output a byte at a time, through
 * buffers of your own. main and struct buf are given and stay as they are; the
 * three functions are yours.
 *
 * Use read and write alone, no stdio. For a regular file of n bytes make at
 * most ceil(n / 4096) + 1 reads and ceil(n / 4096) writes; data is the only
 * buffer. read may return less than you asked for, and write may take less. A
 * call that was interrupted (-1, errno EINTR) is made again.
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

/* The next byte, 0 to 255; END when there is none; FAILED if read failed. */
int
buf_getc(struct buf *b)
{
	/* TODO: if all of data is used up, fill it by one read */
	/* TODO: return the next byte of data */
	(void)b;
	errno = ENOSYS;
	return FAILED;
}

/* Puts a byte into data. Returns 0, or -1 if a write failed. */
int
buf_putc(int c, struct buf *b)
{
	/* TODO: if data is full, flush it; then store c */
	(void)c;
	(void)b;
	errno = ENOSYS;
	return -1;
}

/* Writes all that data holds. Returns 0, or -1 if a write failed. */
int
buf_flush(struct buf *b)
{
	/* TODO: write until nothing is left, then data is empty */
	(void)b;
	errno = ENOSYS;
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

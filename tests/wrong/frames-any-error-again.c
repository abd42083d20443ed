/*
 * A call that failed is made again, whatever it failed for.
 *
 * fails: a failed call is told, with exit status 1
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 4096

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

static void
write_all(int fd, const void *buf, size_t size)
{
	const char *from = buf;

	while (size > 0) {
		ssize_t length = write(fd, from, size);
		if (length == -1)
			continue;
		if (length == -1)
			fail("frames: write");
		from += length;
		size -= (size_t)length;
	}
}

static void
read_all(int fd, void *buf, size_t size)
{
	char *to = buf;

	while (size > 0) {
		ssize_t length = read(fd, to, size);
		if (length == -1)
			continue;
		if (length == -1)
			fail("frames: read");
		if (length == 0) {
			fprintf(stderr, "frames: the pipe ended in a frame\n");
			exit(EXIT_FAILURE);
		}
		to += length;
		size -= (size_t)length;
	}
}

static void
send_frame(int fd, const char *message)
{
	size_t length = strlen(message);
	unsigned char header[4];

	for (int i = 0; i < 4; i++)
		header[i] = (unsigned char)(length >> (24 - 8 * i));
	write_all(fd, header, sizeof header);
	write_all(fd, message, length);
}

/* Returns the length of the message. */
static size_t
receive_frame(int fd, char *message)
{
	unsigned char header[4];
	uint32_t length = 0;

	read_all(fd, header, sizeof header);
	for (int i = 0; i < 4; i++)
		length = length << 8 | header[i];
	if (length > LONGEST) {
		fprintf(stderr, "frames: a length of %u\n", (unsigned)length);
		exit(EXIT_FAILURE);
	}
	read_all(fd, message, length);
	return length;
}

int
main(int argc, char *argv[])
{
	char message[LONGEST];
	int pipe_fd[2];

	for (int i = 1; i < argc; i++)
		if (strlen(argv[i]) > LONGEST) {
			fprintf(stderr,
			    "usage: frames MESSAGE... (at most %d bytes each)\n",
			    LONGEST);
			return 2;
		}
	if (pipe(pipe_fd) == -1)
		fail("frames: pipe");
	for (int i = 1; i < argc; i++) {
		send_frame(pipe_fd[1], argv[i]);
		size_t length = receive_frame(pipe_fd[0], message);
		printf("%d: %.*s\n", i, (int)length, message);
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		fail("frames: write 1");
	return EXIT_SUCCESS;
}

/*
 * All messages go in first, and then one read is taken for one message: it
 * brings several.
 *
 * fails: each message is printed in a line with its number
 * fails: a message may be empty, and there may be none
 * fails: a message may have 4096 bytes
 * fails: more messages than the pipe holds do not put it to sleep
 * fails: each frame is four bytes of length, highest first, and the body
 * fails: what is printed is what came out of the pipe
 * fails: an interrupted read or write is made again
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
		if (length == -1 && errno == EINTR)
			continue;
		if (length == -1)
			fail("frames: write");
		from += length;
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
	for (int i = 1; i < argc; i++)
		send_frame(pipe_fd[1], argv[i]);
	for (int i = 1; i < argc; i++) {
		ssize_t length = read(pipe_fd[0], message, LONGEST);
		if (length == -1)
			fail("frames: read");
		printf("%d: %.*s\n", i, (int)length - 4, message + 4);
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		fail("frames: write 1");
	return EXIT_SUCCESS;
}

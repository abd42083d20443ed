/*
 * frames: send messages through a pipe and read them back, in one process.
 *
 * A pipe knows bytes, no messages. So each message goes into it as a frame: its
 * length in four bytes, the highest first, and then its bytes, without a NUL.
 * The reader learns from the length where the message ends, and prints it in a
 * line with its number: `1: MESSAGE`, `2: MESSAGE`.
 *
 * A message may be empty and has at most 4096 bytes. There may be thousands,
 * more than the pipe holds, or none. A call that was interrupted (-1, errno
 * EINTR) is made again. If a call fails, say so on standard error and exit with
 * status 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 4096

/* Writes the length of message in four bytes, and message. */
static void
send_frame(int fd, const char *message)
{
	/* TODO: length 258 is the bytes 0 0 1 2 */
	(void)fd;
	(void)message;
}

/* Reads a frame into message, LONGEST bytes long; returns its length. */
static size_t
receive_frame(int fd, char *message)
{
	/* TODO: four bytes first, then as many as they say */
	(void)fd;
	(void)message;
	return 0;
}

int
main(int argc, char *argv[])
{
	char message[LONGEST];

	for (int i = 1; i < argc; i++)
		if (strlen(argv[i]) > LONGEST) {
			fprintf(stderr,
			    "usage: frames MESSAGE... (at most %d bytes each)\n",
			    LONGEST);
			return 2;
		}
	/* TODO: make the pipe */
	/* TODO: send and receive each message; when is the pipe full? */
	send_frame(-1, "");
	size_t length = receive_frame(-1, message);
	/* TODO: print the message with its number */
	fprintf(stderr, "frames: not written yet, length %zu\n", length);
	return EXIT_FAILURE;
}

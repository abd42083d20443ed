/*
 * pipe-single: a pipe is a queue in the kernel with two descriptors.
 *
 * Notice: what is written to one end waits in the kernel until it is read from
 * the other, here by the same process. The count that read returns is all it
 * tells of them: a message and its end are for the two sides to agree on.
 *
 * Lecture 6, Fall 2024: "Single-Process Pipe Example (not that interesting
 * yet!)". The slide prints msg where it means buf; so it would print the
 * message whatever came out of the pipe.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace.h"

/* What a pipe usually holds on Linux, so that one read takes all of it. */
#define BUFSIZE 65536

static const struct about about = {.operands = "[MESSAGE]",
    .does = "Write MESSAGE into a pipe and read it back.",
    .example = "bin/pipe-single 'note to self'",
    .most_operands = 1};

/* A write that does not fit would sleep until somebody reads: only we could. */
static void
refuse_if_too_long(size_t msglen, int pipe_fd)
{
	if (msglen <= PIPE_BUF) /* so much fits into any empty pipe */
		return;
	size_t room = pipe_capacity(pipe_fd);
	if (room > BUFSIZE)
		room = BUFSIZE;
	if (msglen > room)
		fail("write %d: %zu bytes, room for %zu: it would sleep for "
		     "ever",
		    pipe_fd, msglen, room);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	const char *msg = operand[0] ? operand[0] : "Message in a pipe.\n";
	size_t msglen = strlen(msg) + 1;
	char buf[BUFSIZE];
	int pipe_fd[2];

	Pipe(pipe_fd);
	refuse_if_too_long(msglen, pipe_fd[1]);
	note("%zu bytes: the text and its NUL; to a pipe all bytes are alike",
	    msglen);
	ssize_t writelen = Write(pipe_fd[1], msg, msglen);
	printf("Sent: %s [%zu, %zd]\n", msg, msglen, writelen);
	note("the bytes are in the kernel now: msg could be gone");
	ssize_t readlen = Read(pipe_fd[0], buf, BUFSIZE);
	printf("Rcvd: %.*s [%zd]\n", (int)readlen, buf, readlen);
	note("it has no name: when its last descriptor is closed, it is gone");
	Close(pipe_fd[0]);
	Close(pipe_fd[1]);
	return EXIT_SUCCESS;
}

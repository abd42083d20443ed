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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

/* What a pipe usually holds on Linux, so that one read takes all of it. */
#define BUFSIZE 65536

static const struct about about = {.operands = "[MESSAGE]",
    .does = "Write MESSAGE into a pipe and read it back.",
    .example = "bin/pipe-single 'note to self'",
    .bugs = {{"read-first", "it reads before it writes: it sleeps for ever",
	"write first: nobody else fills a pipe that you alone hold"}}};

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	const char *msg = operand[0] ? operand[0] : "Message in a pipe.\n";
	size_t msglen = strlen(msg) + 1;
	char buf[BUFSIZE];
	int pipe_fd[2];

	if (msglen > BUFSIZE)
		wrong_usage("MESSAGE is longer than a pipe, and nobody reads");
	Pipe(pipe_fd);
	if (bug("read-first"))
		Read(pipe_fd[0], buf, BUFSIZE);
	note("%zu bytes: the text and the NUL that ends it", msglen);
	ssize_t writelen = Write(pipe_fd[1], msg, msglen);
	printf("Sent: %s [%zu, %zd]\n", msg, msglen, writelen);
	note("the bytes are in the kernel now: msg could be gone");
	picture();
	ssize_t readlen = Read(pipe_fd[0], buf, BUFSIZE);
	printf("Rcvd: %.*s [%zd]\n", (int)readlen, buf, readlen);
	note("it has no name: when its last descriptor is closed, it is gone");
	Close(pipe_fd[0]);
	Close(pipe_fd[1]);
	return EXIT_SUCCESS;
}

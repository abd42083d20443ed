/*
 * pipe-fork: a pipe carries bytes from a parent to its child.
 *
 * Notice: fork copies the descriptors, so each process holds both ends of one
 * pipe, and closes the one that it does not use. read returns 0, end of file,
 * when the pipe is empty and the last descriptor of its write end is closed.
 *
 * Lecture 6, Fall 2024: "Inter-Process Communication (IPC): Parent => Child".
 * The slide's child prints msg, its copy from before the fork, where it means
 * buf; so it would print the message whatever came through the pipe.
 */
#include <stdio.h>
#include <string.h>

#include "trace.h"

static const struct about about = {.operands = "[MESSAGE]",
    .does = "Send MESSAGE through a pipe from a parent to its child.",
    .example = "bin/pipe-fork 'hello, child'",
    .bugs = {{"keep-write-end", "the child keeps its 4 and waits for itself",
		 "close the end that you do not use before you read"},
	{"no-wait", "the parent waits for nobody: a zombie stays",
	    "wait for each child: its exit status is kept until then"}}};

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	const char *msg = operand[0] ? operand[0] : "Message in a pipe.\n";
	size_t msglen = strlen(msg) + 1;
	char buf[1024];
	int pipe_fd[2], status = 0;

	role("parent");
	Pipe(pipe_fd);
	note("what goes into %d comes out of %d; fork copies both ends",
	    pipe_fd[1], pipe_fd[0]);
	if (Fork() != 0) {
		Close(pipe_fd[0]); /* not using this descriptor! */
		note("%zu bytes: the text and the NUL that ends it", msglen);
		ssize_t writelen = Write(pipe_fd[1], msg, msglen);
		note("while I hold %d, the child never sees end of file",
		    pipe_fd[1]);
		Close(pipe_fd[1]);
		if (!bug("no-wait"))
			Wait(&status);
		printf("Parent: %s [%zu, %zd]\n", msg, msglen, writelen);
	} else {
		note("read is 0 only when no write end is left, mine included");
		if (!bug("keep-write-end"))
			Close(pipe_fd[1]); /* not using this descriptor! */
		ssize_t readlen;
		while ((readlen = Read(pipe_fd[0], buf, sizeof buf)) > 0)
			printf("Child Rcvd: %.*s [%zd]\n", (int)readlen, buf,
			    readlen);
		note("0 is end of file: empty, and nobody can write more");
		Close(pipe_fd[0]);
		Exit(0);
	}
	return exit_status(status);
}

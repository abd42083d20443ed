/*
 * pipe-fork: a pipe carries bytes from a parent to its child.
 *
 * Notice: fork copies the descriptors, so each process holds both ends of one
 * pipe. It closes the one that it does not use at once, and the other when it
 * is done: read returns 0, end of file, when the pipe is empty and the last
 * descriptor of its write end is closed, and not before.
 *
 * Lecture 6, Fall 2024: "Inter-Process Communication (IPC): Parent => Child".
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trace.h"

#define BUFSIZE 1024

static const struct about about = {.operands = "[MESSAGE]",
    .does = "Send MESSAGE through a pipe from a parent to its child.",
    .example = "bin/pipe-fork 'hello, child'",
    .most_operands = 1};

static void
child(int pipe_fd[2])
{
	char buf[BUFSIZE];
	ssize_t readlen;

	Close(pipe_fd[1]);
	note("I only read; if I kept my write end, read could never return 0");
	while ((readlen = Read(pipe_fd[0], buf, BUFSIZE)) > 0)
		printf("Child Rcvd: %.*s [%zd]\n", (int)readlen, buf, readlen);
	note("0 is end of file: nothing is left, and nobody can write more");
	Close(pipe_fd[0]);
	Exit(0);
}

static int
parent(int pipe_fd[2], const char *msg)
{
	size_t msglen = strlen(msg) + 1;
	int status;

	Close(pipe_fd[0]);
	note("%zu bytes: the text and its NUL; to a pipe all bytes are alike",
	    msglen);
	ssize_t writelen = Write(pipe_fd[1], msg, msglen);
	Close(pipe_fd[1]);
	note("had I kept %d, the child would sleep in read and I in wait",
	    pipe_fd[1]);
	Wait(&status);
	printf("Parent: %s [%zu, %zd]\n", msg, msglen, writelen);
	return exit_status(status);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	int pipe_fd[2];

	role("parent");
	Pipe(pipe_fd);
	note("one queue in the kernel: what goes into %d comes out of %d",
	    pipe_fd[1], pipe_fd[0]);
	if (Fork() == 0)
		child(pipe_fd);
	return parent(
	    pipe_fd, operand[0] ? operand[0] : "Message in a pipe.\n");
}

/*
 * pipe-fork: a pipe carries bytes from a parent to its child.
 *
 * Notice: fork copies the descriptors, so each process holds both ends of one
 * pipe, and closes the one that it does not use. read returns 0, end of file,
 * when the pipe is empty and the last descriptor of its write end is closed.
 *
 * Lecture 6, Fall 2024: "Inter-Process Communication (IPC): Parent => Child".
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "trace.h"

static const struct about about = {.operands = "[MESSAGE]",
    .does = "Send MESSAGE through a pipe from a parent to its child.",
    .example = "bin/pipe-fork 'hello, child'",
    .bugs = "keep-write-end  the child keeps its 4 and waits for itself\n"
	    "no-wait         the parent waits for nobody: a zombie stays"};

static void
child(int pipe_fd[2])
{
	char buf[1024];
	ssize_t readlen;

	note("read returns 0 only when no write end is left, mine included");
	if (!bug("keep-write-end"))
		Close(pipe_fd[1]);
	while (predict("How many bytes does this read return?"),
	    (readlen = Read(pipe_fd[0], buf, sizeof buf)) > 0)
		printf("Child Rcvd: %.*s [%zd]\n", (int)readlen, buf, readlen);
	note("0 is end of file: nothing is left, and nobody can write more");
	if (predict("The child reads once more: what does read return?"))
		Read(pipe_fd[0], buf, sizeof buf);
	Close(pipe_fd[0]);
	Exit(0);
}

static int
parent(int pipe_fd[2], const char *msg)
{
	size_t msglen = strlen(msg) + 1;
	int status = 0;

	Close(pipe_fd[0]);
	note("%zu bytes: the text and its NUL; to a pipe all bytes are alike",
	    msglen);
	ssize_t writelen = Write(pipe_fd[1], msg, msglen);
	Close(pipe_fd[1]);
	note("had I kept my %d, the child would never see end of file",
	    pipe_fd[1]);
	if (!bug("no-wait"))
		Wait(&status);
	else if (Waitid(P_ALL, 0, NULL, WEXITED | WNOWAIT) == 0)
		picture(); /* it has ended, and nobody took its status */
	if (predict("The parent waits once more: what does wait return?"))
		expect(ECHILD), Wait(NULL);
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
	predict("What does fork return in the child?");
	if (Fork() == 0)
		child(pipe_fd);
	return parent(
	    pipe_fd, operand[0] ? operand[0] : "Message in a pipe.\n");
}

/*
 * lowio-std: read and write on descriptors that were open before main began.
 *
 * Notice: read and write are the same whether a descriptor leads to a terminal,
 * a pipe, a file or /dev/null. read takes what is there, up to what was asked
 * for; when it returns 0, that is end of file. No stdio, so no buffer of stdio:
 * each call enters the kernel at once.
 *
 * Lecture 4, Spring 2015: "Another example: lowio-std.c".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "trace.h"

#define BUFSIZE 1024

static const struct about about = {
    .does = "Do all input and output by the system calls read and write.",
    .operands = "",
    .example = "echo hello | bin/lowio-std",
    .bugs = "short-write  a full pipe cuts a write, and nobody looks"};

/* The bug: write says how much it took, and what is over is lost. */
static void
write_once(void)
{
	static char text[100000];
	int pipe_fd[2];

	Pipe(pipe_fd);
	note("a pipe that is full may cut a write, if nobody wants to sleep");
	Fcntl(pipe_fd[1], F_SETFL, O_WRONLY | O_NONBLOCK);
	predict("100000 bytes for an empty pipe: how many does write take?");
	Write(pipe_fd[1], text, sizeof text);
	picture();
	note("the result was the only sign; right: a loop for the rest");
}

/* Calls that the slide does not make, for --predict alone. */
static void
ask_more(void)
{
	char buf[BUFSIZE];

	predict("The same input: what does a second read return?");
	Read(STDIN_FILENO, buf, BUFSIZE);
	Close(STDIN_FILENO);
	predict("I have closed 0: what does read return now?");
	expect(EBADF);
	Read(STDIN_FILENO, buf, BUFSIZE);
}

int
main(int argc, char *argv[])
{
	char buf[BUFSIZE];

	start(argc, argv, &about);
	if (bug("short-write"))
		write_once();
	predict("The string has 16 bytes and a NUL: how many are written?");
	note("16 bytes, as told: the NUL of the string stays behind");
	Write(STDOUT_FILENO, "I am a process.\n", 16);
	predict("read asks for 1024 bytes: how many does it return?");
	note("up to 1024 of what is there; sleeps for it; 0 at end of file");
	ssize_t readlen = Read(STDIN_FILENO, buf, BUFSIZE);
	note("snprintf only fills memory; the kernel sees it when we write");
	int length = snprintf(buf, BUFSIZE, "Got %zd chars\n", readlen);
	predict("And how many bytes does this write take?");
	Write(STDOUT_FILENO, buf, (size_t)length);
	if (predict(NULL))
		ask_more();
	return EXIT_SUCCESS;
}

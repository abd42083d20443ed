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
    .bugs = {{"short-write", "a full pipe cuts a write, and nobody looks",
	"write the rest until all of it is taken"}}};

int
main(int argc, char *argv[])
{
	static char text[100000];
	char buf[BUFSIZE];
	int pipe_fd[2];

	start(argc, argv, &about);
	if (bug("short-write")) {
		Pipe(pipe_fd);
		Fcntl(pipe_fd[1], F_SETFL, O_WRONLY | O_NONBLOCK);
		Write(pipe_fd[1], text, sizeof text);
		picture();
	}
	note("16 bytes, as told: the NUL of the string stays behind");
	Write(STDOUT_FILENO, "I am a process.\n", 16);
	note("up to 1024 of what is there; sleeps for it; 0 at end of file");
	ssize_t readlen = Read(STDIN_FILENO, buf, BUFSIZE);
	note("snprintf only fills memory; the kernel sees it when we write");
	int length = snprintf(buf, BUFSIZE, "Got %zd chars\n", readlen);
	Write(STDOUT_FILENO, buf, (size_t)length);
	return EXIT_SUCCESS;
}

/*
 * lowio-std: read and write on descriptors that were open before main began.
 *
 * Notice: 0 and 1 work alike whether they lead to a terminal, a pipe, a file
 * or /dev/null; read returns what is there, up to what was asked for; 0 is end
 * of file. No stream, no buffer: each call enters the kernel at once.
 *
 * Lecture 4, Spring 2015: "Another example: lowio-std.c".
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "trace.h"

#define BUFSIZE 1024

static const struct about about = {
    .does = "Write to stdout and read from stdin with system calls alone.",
    .operands = "",
    .example = "echo hello | bin/lowio-std"};

int
main(int argc, char *argv[])
{
	char buf[BUFSIZE];

	start(argc, argv, &about);
	note("16 bytes: write is told how many, it looks for no NUL");
	Write(STDOUT_FILENO, "I am a process.\n", 16);
	note("takes what is there, up to 1024; sleeps while there is nothing");
	ssize_t readlen = Read(STDIN_FILENO, buf, BUFSIZE);
	note("snprintf only fills memory; the kernel hears of it by write");
	int length = snprintf(buf, BUFSIZE, "Got %zd chars\n", readlen);
	Write(STDOUT_FILENO, buf, (size_t)length);
	return EXIT_SUCCESS;
}

/*
 * stdio-vs-syscall: four bytes at a time, by read and by fread.
 *
 * Notice: every read enters the kernel, however little it brings. The first
 * fread makes one read that fills a buffer in our own memory; the freads after
 * it only copy from there. Then the whole file is read, and as many bytes are
 * written, by each method and chunk, and the kernel counts the reads and
 * writes: by_fread(64) is the loop of that name in src/trace/measure.c.
 *
 * Lecture 5, Spring 2022: "Recall: Low-Level vs High-Level file API". The
 * slide's buffer is "say 1024"; here it is set to 4096, which is what glibc
 * would take on most file systems. Lecture 4, Spring 2015: "File System: from
 * syscall to driver", whose inc_syscr(current) is the counter read here.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "trace.h"

#define FIRST_CALLS 3

static const char *csv;

static const struct about about = {.operands = "[FILE]",
    .does = "Count the system calls of read, fread, getc, fgets and so on.",
    .example = "bin/stdio-vs-syscall LICENSE",
    .most_operands = 1,
    .options = (const struct own_option[]){
	{"csv", NULL, "the table as comma-separated values", &csv}, {0}}};

static void
four_bytes_by_read(const char *path)
{
	char buf[4];
	int fd = Open(path, O_RDONLY);

	for (int i = 0; i < FIRST_CALLS; i++)
		Read(fd, buf, 4);
	note("and so it would go on: a system call for every 4 bytes");
	Close(fd);
}

static void
four_bytes_by_fread(const char *path)
{
	char buf[4], buffer[4096];
	FILE *f = Fopen(path, "r");

	Setvbuf(f, buffer, _IOFBF, sizeof buffer);
	for (int i = 0; i < FIRST_CALLS; i++)
		Fread(buf, 4, 1, f);
	note("the first fread fetched what the next ones will take");
	Fclose(f);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	const char *path =
	    operand[0] ? given(operand[0], 0)
		       : sample("sample.txt",
			     "All work and no play makes jack.\n", 1 << 20);

	four_bytes_by_read(path);
	four_bytes_by_fread(path);
	note("now all of it, by every chunk; the kernel counts");
	measure(path, csv != NULL);
	return EXIT_SUCCESS;
}

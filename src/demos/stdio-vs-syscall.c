/*
 * stdio-vs-syscall: four bytes at a time, by read and by fread.
 *
 * Notice: every read enters the kernel. The first fread makes one read, which
 * fills a buffer in our own memory; the freads after it only copy from there.
 *
 * Lecture 5, Spring 2022: "Recall: Low-Level vs High-Level file API"; Lecture
 * 4, Spring 2015: "File System: from syscall to driver" (inc_syscr).
 */
#include <fcntl.h>
#include <stdio.h>

#include "trace.h"

static const struct about about = {.operands = "[FILE]",
    .does = "Count the system calls of read, fread, getc, fgets and so on.",
    .example = "bin/stdio-vs-syscall LICENSE",
    .options = measure_options,
    .bugs = "fork-unflushed  fork copies the buffer: its text comes twice\n"
	    "mix-levels      write overtakes the text that fputs keeps\n"
	    "exit-unflushed  _exit leaves the buffer and its text behind"};

static void
four_bytes_at_a_time(const char *path)
{
	char buf[4], buffer[4096];

	predict("Which number does open get?");
	int fd = Open(path, O_RDONLY);
	for (int i = 0; i < 3; i++)
		Read(fd, buf, 4);
	note("and so it would go on: a system call for every 4 bytes");
	Close(fd);
	FILE *f = Fopen(path, "r");
	Setvbuf(f, buffer, _IOFBF, sizeof buffer);
	for (int i = 0; i < 3; i++) {
		predict_reads("How many reads does this fread make?");
		Fread(buf, 4, 1, f);
	}
	note("the first fread fetched what the next ones will take");
	Fclose(f);
}

static int
show_bug(const char *path)
{
	int status;

	if (Fork() == 0) {
		FILE *f = Fopen(path, "w");
		Fputs("by fputs\n", f);
		note("9 bytes in memory of our own: the kernel has none yet");
		if (bug("mix-levels"))
			Write(fileno(f), "by write\n", 9);
		if (bug("fork-unflushed") && Fork() != 0)
			Wait(&status);
		if (!bug("exit-unflushed"))
			Fclose(f);
		Exit(0);
	}
	Wait(&status);
	print_file("What is in the file:", path);
	return exit_status(status);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);

	if (bug(NULL))
		return show_bug(scratch("out"));
	const char *path = file_to_measure(operand[0]);
	four_bytes_at_a_time(path);
	note("all of it, by src/trace/measure.c; the kernel counts");
	predict_reads("All of it by fread, 4 bytes at a time: how many reads?");
	measure(path);
	return 0;
}

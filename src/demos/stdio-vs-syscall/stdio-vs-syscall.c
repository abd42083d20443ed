/*
 * stdio-vs-syscall: four bytes at a time, by read and by fread.
 *
 * Notice: every read enters the kernel. The first fread makes one read, which
 * fills a buffer in our own memory; the freads after it only copy from there.
 * fputs copies into such a buffer, and the kernel knows nothing of it yet.
 *
 * Lecture 5, Spring 2022: "Recall: Low-Level vs High-Level file API"; Lecture
 * 4, Spring 2015: "File System: from syscall to driver" (inc_syscr).
 */
#include <fcntl.h>
#include <stdio.h>

#include "counts.h"
#include "trace.h"

static const struct about about = {.operands = "[FILE]",
    .does = "Count the system calls of read and fread; of FILE, a table.",
    .example = "bin/stdio-vs-syscall LICENSE",
    .options = table_options,
    .bugs = {{"fork-unflushed", "fork copies the buffer: its text comes twice",
		 "fflush before fork"},
	{"mix-levels", "write overtakes the text that fputs keeps",
	    "fflush before you use the descriptor itself"},
	{"exit-unflushed", "_exit leaves the buffer and its text behind",
	    "fclose or fflush before _exit"}}};

static void
read_4_bytes_at_a_time(const char *path)
{
	char buf[4], buffer[4096];

	int fd = Open(path, O_RDONLY);
	note("a system call for every 4 bytes, and so it would go on");
	for (int i = 0; i < 3; i++)
		Read(fd, buf, 4);
	Close(fd);
	FILE *f = Fopen(path, "r");
	Setvbuf(f, buffer, _IOFBF, sizeof buffer);
	note("the first fread fetches what the next ones will take");
	for (int i = 0; i < 3; i++)
		Fread(buf, 4, 1, f);
	Fclose(f);
}

static int
write_a_line(const char *path)
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
	print_file(path);
	return exit_status(status);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	const char *path = file_to_read(operand[0]);

	read_4_bytes_at_a_time(path);
	if (table_is_wanted(operand[0]))
		return print_table(path);
	note("all of it, 4 bytes at a time; the kernel counts");
	compare(path);
	return write_a_line(scratch("out"));
}

/*
 * fd-alias: fork copies the descriptor and shares what it leads to.
 *
 * Notice: both processes have a 3 of their own and one open file description,
 * with one position, behind it. Two opens make two; there the order is free.
 *
 * Lecture 5, Spring 2022: "Instead of Closing, let's fork()!" and on.
 */
#include <fcntl.h>
#include <stdio.h>

#include "trace.h"

static const struct about about = {.operands = "[FILE]",
    .does = "Read FILE in two processes: through one open, then through two.",
    .example = "bin/fd-alias README.md",
    .bugs = "open-after-fork  the child opens FILE itself: two positions"};

static void
read_100(const char *process, int fd)
{
	char buf[100];

	predict("Where do I stand?");
	long long from = Lseek(fd, 0, SEEK_CUR);
	Read(fd, buf, 100);
	printf("%s: Position: %lld, then %lld\n", process, from,
	    (long long)Lseek(fd, 0, SEEK_CUR));
}

static int
open_then_fork(const char *path)
{
	predict("Which number does open get?");
	int status, fd = Open(path, O_RDONLY);

	read_100("Process 1", fd);
	picture();
	if (Fork() == 0) {
		note("my %d is a copy: it leads to the same description", fd);
		fd = bug("open-after-fork") ? Open(path, O_RDONLY) : fd;
		read_100("Process 2", fd);
		picture();
		Close(fd);
		Exit(0);
	}
	Wait(&status);
	read_100("Process 1", fd);
	note("the description ends with its last descriptor: my %d", fd);
	Close(fd);
	return exit_status(status);
}

static int
fork_then_open(const char *path)
{
	pid_t pid = Fork();
	int status, fd = Open(path, O_RDONLY);

	note("opened after the fork: a description of my own");
	read_100(pid == 0 ? "Process 3" : "Process 1", fd);
	if (pid == 0)
		Exit(0);
	Wait(&status);
	read_100("Process 1", fd);
	note("the child has read 100 bytes too: that did not move me");
	Close(fd);
	return exit_status(status);
}

int
main(int argc, char *argv[])
{
	const char *path, *file = start(argc, argv, &about)[0];

	role("parent");
	path = file ? given(file, 300) : sample("foo.txt", NULL, 1000);
	return open_then_fork(path) || fork_then_open(path);
}

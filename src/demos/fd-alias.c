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
    .bugs = {{"open-after-fork", "the child opens FILE too: two positions",
	"open before fork what the two are to share"}}};

static void
read_100(const char *process, int fd)
{
	char buf[100];

	Read(fd, buf, 100);
	off_t position = Lseek(fd, 0, SEEK_CUR);
	printf("%s: Position: %lld\n", process, (long long)position);
}

int
main(int argc, char *argv[])
{
	char **given = start(argc, argv, &about);

	role("parent");
	const char *path = given[0] ? given[0] : sample("foo.txt", NULL, 1000);
	int fd = Open(path, O_RDONLY);
	read_100("Process 1", fd);
	picture();
	note("the child's 3 is a copy: it leads to the same description");
	if (Fork() == 0) {
		if (bug("open-after-fork"))
			fd = Open(path, O_RDONLY);
		read_100("Process 2", fd);
		picture();
		Close(fd);
		Exit(0);
	}
	Wait(NULL);
	note("the child closed its own: mine leads there still");
	read_100("Process 1", fd);
	Close(fd);
	bool child = Fork() == 0;
	note("opened after the fork: a description of my own");
	read_100(child ? "Process 3" : "Process 1", Open(path, O_RDONLY));
	if (child)
		Exit(0);
	Wait(NULL);
	return 0;
}

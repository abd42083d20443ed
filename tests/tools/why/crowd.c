/*
 * crowd [PROCESSES DESCRIPTORS]: 300 processes with 17 descriptors each, or so
 * many. The pipes are made by the first and inherited by all; each process has
 * some of its own; each but the first sleeps in a read from its own.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int processes = argc == 3 ? (int)strtol(argv[1], NULL, 10) : 300;
	int descriptors = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 17;
	int common = argc == 3 ? descriptors : 8;
	int ready[2], fd[2];
	char byte;

	if (pipe(ready) != 0)
		return 2;
	for (int i = 0; i < common; i += 2)
		if (pipe(fd) != 0)
			return 2;
	for (int i = 1; i < processes; i++)
		if (fork() == 0) {
			for (int k = common + 2; k < descriptors; k++)
				open("/dev/null", O_RDONLY);
			if (pipe(fd) != 0 || write(ready[1], "x", 1) != 1)
				return 2;
			return (int)read(fd[0], &byte, 1);
		}
	for (int i = 1; i < processes; i++)
		if (read(ready[0], &byte, 1) != 1)
			return 2;
	puts("ready");
	fflush(stdout);
	return (int)read(ready[0], &byte, 1);
}

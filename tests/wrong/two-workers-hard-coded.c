/*
 * two-workers-hard-coded: prints the six records of the example in the
 * lesson, whatever is in FILE.
 *
 * fails: every record comes exactly once
 * fails: a record may hold any byte, also NUL
 * fails: a short last record comes too, and no more than it
 * fails: both workers take records through one open file description
 * fails: each line is one write
 * fails: the parent waits for both workers
 * fails: a FILE that is missing is said, exit status 1
 * fails: a worker that fails or is killed makes the whole fail
 * fails: a call that was interrupted is made again
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: two-workers FILE\n");
		return 2;
	}
	if (open(argv[1], O_RDONLY) < 0) {
		perror(argv[1]);
		return 1;
	}
	for (int i = 1; i <= 2; i++)
		if (fork() == 0) {
			dprintf(1, "worker %d: record 0000 .....\n", i);
			dprintf(1, "worker %d: record 0001 .....\n", i);
			dprintf(1, "worker %d: record 0002 .....\n", i);
			_exit(0);
		}
	wait(NULL);
	wait(NULL);
	return 0;
}

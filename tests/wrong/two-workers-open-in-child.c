/*
 * two-workers-open-in-child: each worker opens FILE itself, so that each has
 * a position of its own and reads all of it.
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
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
worker(const char *file, int number)
{
	char line[64];
	ssize_t n;
	int p = sprintf(line, "worker %d: ", number);

	int fd = open(file, O_RDONLY);
	if (fd < 0) {
		perror(file);
		exit(1);
	}
	for (;;) {
		n = read(fd, line + p, 16);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			perror("read");
			exit(1);
		}
		if (n == 0)
			break;
		line[p + n] = '\n';
		while (write(1, line, p + n + 1) == -1) {
			if (errno != EINTR) {
				perror("write");
				exit(1);
			}
		}
	}
	exit(0);
}

static int
reap(void)
{
	int status, bad = 0, left = 2;

	while (left > 0) {
		if (wait(&status) == -1) {
			if (errno == EINTR)
				continue;
			perror("wait");
			return 1;
		}
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			bad = 1;
		left--;
	}
	return bad;
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: two-workers FILE\n");
		return 2;
	}
	for (int i = 1; i <= 2; i++) {
		pid_t pid = fork();
		if (pid < 0) {
			perror("fork");
			return 1;
		}
		if (pid == 0)
			worker(argv[1], i);
	}
	return reap();
}

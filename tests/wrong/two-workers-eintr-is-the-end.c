/*
 * two-workers-eintr-is-the-end: every read below 1 is the end: that was
 * interrupted, too, and one that failed.
 *
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
worker(int fd, int number)
{
	char line[64];
	ssize_t n;
	int p = sprintf(line, "worker %d: ", number);

	while ((n = read(fd, line + p, 16)) > 0) {
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
	int fd = open(argv[1], O_RDONLY);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	for (int i = 1; i <= 2; i++) {
		pid_t pid = fork();
		if (pid < 0) {
			perror("fork");
			return 1;
		}
		if (pid == 0)
			worker(fd, i);
	}
	return reap();
}

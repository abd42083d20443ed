/*
 * two-workers-wait-once: the parent waits for one of its two children only.
 *
 * fails: the parent waits for both workers
 * fails: a worker that fails or is killed makes the whole fail
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
	int status;
	while (wait(&status) == -1) {
		if (errno != EINTR)
			return 1;
	}
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/*
 * two-workers-stream: reads FILE as a stream: the first worker that reads
 * takes 4096 bytes for itself, the other gets nothing.
 *
 * fails: both workers take records through one open file description
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
worker(FILE *f, int number)
{
	char line[64];
	size_t n;
	int p = sprintf(line, "worker %d: ", number);

	while ((n = fread(line + p, 1, 16, f)) > 0) {
		line[p + n] = '\n';
		while (write(1, line, p + n + 1) == -1) {
			if (errno != EINTR) {
				perror("write");
				exit(1);
			}
		}
	}
	if (ferror(f)) {
		perror("read");
		exit(1);
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
	FILE *f = fopen(argv[1], "r");
	if (f == NULL) {
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
			worker(f, i);
	}
	return reap();
}

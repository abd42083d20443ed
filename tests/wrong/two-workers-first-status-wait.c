/*
 * two-workers-first-status-wait: of the two waits only the first one's status
 * is looked at.
 *
 * fails: a worker that fails or is killed makes the whole fail
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int
worker(int fd, int number)
{
	char line[64];
	size_t name = (size_t)sprintf(line, "worker %d: ", number);

	for (;;) {
		ssize_t n = read(fd, line + name, 16);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			perror("read");
			return 1;
		}
		if (n == 0)
			return 0;
		size_t length = name + (size_t)n, done = 0;
		line[length++] = '\n';
		while (done < length) {
			ssize_t w = write(1, line + done, length - done);

			if (w == -1 && errno != EINTR) {
				perror("write");
				return 1;
			}
			done += w > 0 ? (size_t)w : 0;
		}
	}
}

int
main(int argc, char *argv[])
{
	pid_t pid[2];
	int status[2], failed = 0, i;

	if (argc != 2) {
		fprintf(stderr, "usage: two-workers FILE\n");
		return 2;
	}
	int fd = open(argv[1], O_RDONLY);
	if (fd == -1) {
		perror(argv[1]);
		return 1;
	}
	for (i = 0; i < 2; i++) {
		pid[i] = fork();
		if (pid[i] == -1) {
			perror("fork");
			failed = 1;
			break;
		}
		if (pid[i] == 0)
			exit(worker(fd, i + 1));
	}
	int how = 0, n = 0;
	for (; i-- > 0; n++)
		while (wait(n == 0 ? &how : NULL) == -1)
			if (errno != EINTR)
				return 1;
	(void)status;
	failed |= how != 0;
	return failed;
}

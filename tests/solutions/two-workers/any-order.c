/*
 * two-workers whose parent takes the statuses as they come.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static void
put(const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t w = write(1, bytes, n);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1)
			die("write");
		bytes += w;
		n -= (size_t)w;
	}
}

static void
worker(int fd, int number)
{
	char line[64];
	int p = sprintf(line, "worker %d: ", number);
	ssize_t n;

	while ((n = read(fd, line + p, 16)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			die("read");
		line[p + n] = '\n';
		put(line, (size_t)(p + n + 1));
	}
	exit(0);
}

/* Returns 1 if one of so many children failed. */
static int
reap(int left)
{
	int status, bad = 0;

	while (left > 0) {
		if (wait(&status) == -1) {
			if (errno == EINTR)
				continue;
			die("wait");
		}
		if (status != 0)
			bad = 1;
		left--;
	}
	return bad;
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	int fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		die(argv[1]);
	for (int i = 1; i <= 2; i++) {
		pid_t pid = fork();
		if (pid < 0) {
			perror("fork");
			reap(i - 1);
			return 1;
		}
		if (pid == 0)
			worker(fd, i);
	}
	return reap(2);
}

/*
 * two-workers FILE: two children share the records of FILE, through the one
 * open file description that both got from their parent.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define RECORD 16

static void
work(int fd, int number)
{
	char line[RECORD + 32];
	int prefix = snprintf(line, sizeof line, "worker %d: ", number);
	ssize_t length;

	for (;;) {
		length = read(fd, line + prefix, RECORD);
		if (length == -1 && errno == EINTR)
			continue;
		if (length == -1) {
			perror("two-workers: read");
			_exit(1);
		}
		if (length == 0)
			_exit(0);
		char *end = line + prefix + length;
		*end++ = '\n';
		/* one write for the line, unless the kernel took only a part */
		for (char *from = line; from < end;) {
			ssize_t written =
			    write(STDOUT_FILENO, from, (size_t)(end - from));
			if (written == -1 && errno != EINTR) {
				perror("two-workers: write");
				_exit(1);
			}
			from += written > 0 ? written : 0;
		}
	}
}

static int
wait_for(pid_t pid)
{
	int status;
	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1) {
		perror("two-workers: waitpid");
		return 1;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	fprintf(stderr, "two-workers: worker %ld failed\n", (long)pid);
	return 1;
}

int
main(int argc, char *argv[])
{
	pid_t worker[2];
	int failed = 0, started = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: two-workers FILE\n");
		return 2;
	}
	int fd = open(argv[1], O_RDONLY);
	if (fd == -1) {
		fprintf(stderr, "two-workers: open %s: %s\n", argv[1],
		    strerror(errno));
		return 1;
	}
	while (started < 2 && !failed) {
		worker[started] = fork();
		if (worker[started] == 0)
			work(fd, started + 1);
		if (worker[started] == -1) {
			perror("two-workers: fork");
			failed = 1;
		} else
			started++;
	}
	for (int i = 0; i < started; i++)
		failed |= wait_for(worker[i]);
	return failed;
}

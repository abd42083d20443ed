/*
 * redirect-stderr-first: copies 1 to 2 before 1 is moved, as CMD 2>&1 >OUT
 * does: stderr stays where it was.
 *
 * fails: stdout and stderr of CMD share one open file description
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
child(char **argv)
{
	int in = open(argv[1], O_RDONLY);
	if (in < 0) {
		perror(argv[1]);
		exit(1);
	}
	int out = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (out < 0) {
		perror(argv[2]);
		exit(1);
	}
	dup2(1, 2);
	dup2(in, 0);
	dup2(out, 1);
	for (int fd = 3; fd < sysconf(_SC_OPEN_MAX); fd++)
		close(fd);
	execvp(argv[3], &argv[3]);
	int error = errno;
	perror(argv[3]);
	exit(error == ENOENT ? 127 : 126);
}

int
main(int argc, char **argv)
{
	int status;

	if (argc < 4) {
		fprintf(stderr, "usage: redirect IN OUT CMD [ARG...]\n");
		return 2;
	}
	pid_t pid = fork();
	if (pid < 0) {
		perror("fork");
		return 1;
	}
	if (pid == 0)
		child(argv);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR) {
			perror("waitpid");
			return 1;
		}
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

/*
 * redirect whose parent opens IN and OUT, before there is a child; exec itself
 * closes all descriptors but 0, 1 and 2.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int
opened(const char *file, int flags)
{
	int fd = open(file, flags | O_CLOEXEC, 0644);

	if (fd < 0) {
		perror(file);
		exit(1);
	}
	return fd;
}

static void
close_on_exec(void)
{
	long most = sysconf(_SC_OPEN_MAX);

	for (int fd = 3; fd < most; fd++)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int
main(int argc, char **argv)
{
	int status;

	if (argc < 4) {
		fprintf(stderr, "usage: %s IN OUT CMD [ARG...]\n", argv[0]);
		return 2;
	}
	close_on_exec();
	int in = opened(argv[1], O_RDONLY);
	int out = opened(argv[2], O_WRONLY | O_CREAT | O_TRUNC);
	pid_t pid = fork();
	if (pid < 0) {
		perror("fork");
		return 1;
	}
	if (pid == 0) {
		dup2(in, 0);
		dup2(out, 1);
		dup2(out, 2);
		execvp(argv[3], &argv[3]);
		int code = errno == ENOENT ? 127 : 126;
		perror(argv[3]);
		_exit(code);
	}
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR) {
			perror("waitpid");
			return 1;
		}
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

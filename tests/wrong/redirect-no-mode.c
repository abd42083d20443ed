/*
 * redirect-no-mode: OUT is made with mode 0: nobody may read it.
 *
 * fails: CMD gets IN as stdin, OUT as stdout, and its arguments
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int
open_or_exit(const char *path, int flags)
{
	int fd = open(path, flags, 0);

	if (fd == -1) {
		fprintf(
		    stderr, "redirect: open %s: %s\n", path, strerror(errno));
		_exit(1);
	}
	return fd;
}

static void
move_fd(int from, int to)
{
	if (dup2(from, to) == -1) {
		perror("redirect: dup2");
		_exit(1);
	}
}

static void
child(char *argv[])
{
	long most = sysconf(_SC_OPEN_MAX);

	/* IN first: where it is missing, OUT must stay as it is */
	int in = open_or_exit(argv[1], O_RDONLY);
	int out = open_or_exit(argv[2], O_WRONLY | O_CREAT | O_TRUNC);
	move_fd(in, 0);
	move_fd(out, 1);
	move_fd(1, 2);
	/* in and out, and whatever redirect was started with */
	for (int fd = 3; fd < (most == -1 ? 1024 : most); fd++)
		close(fd);
	execvp(argv[3], argv + 3);
	int error = errno;
	fprintf(stderr, "redirect: %s: %s\n", argv[3], strerror(error));
	_exit(error == ENOENT ? 127 : 126);
}

int
main(int argc, char *argv[])
{
	int status;
	pid_t got;

	if (argc < 4) {
		fprintf(stderr, "usage: redirect IN OUT CMD [ARG...]\n");
		return 2;
	}
	pid_t pid = fork();
	if (pid == -1) {
		perror("redirect: fork");
		return 1;
	}
	if (pid == 0)
		child(argv);
	do
		got = waitpid(pid, &status, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1) {
		perror("redirect: waitpid");
		return 1;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/*
 * redirect-through-a-pipe: copies what CMD writes through a pipe to OUT.
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

static int
open_or_exit(const char *path, int flags)
{
	int fd = open(path, flags, 0666);

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
	int ends[2];
	char buffer[4096];
	ssize_t length;
	if (pipe(ends) == -1)
		_exit(1);
	pid_t cat = fork();
	if (cat > 0) {
		int status;
		close(ends[1]);
		while ((length = read(ends[0], buffer, sizeof buffer)) > 0)
			if (write(out, buffer, (size_t)length) == -1)
				_exit(1);
		while (waitpid(cat, &status, 0) == -1)
			;
		_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status)
					  : WEXITSTATUS(status));
	}
	move_fd(ends[1], 1);
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

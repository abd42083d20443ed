/*
 * strace.c: strace, and the program under it. strace writes into a pipe which
 * it opens by the name that it has below /proc, so no file is left behind; and
 * the program inherits no descriptor of ours.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

#define MOST_HEADS 32

_Noreturn void
die(const char *what)
{
	fprintf(stderr, "sidebyside: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* strace and the program take turns: waking another processor for each call
 * costs ten times as much as the call. */
static void
stay_on_one_processor(void)
{
	cpu_set_t one;
	int processor = sched_getcpu();

	if (processor < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET((size_t)processor, &one);
	sched_setaffinity(0, sizeof one, &one);
}

/*
 * What strace starts: the program, with the screens as its stdout and stderr,
 * while strace keeps the user's stderr. Returns only by exit.
 */
_Noreturn void
run_program(char *fds, char *argv[])
{
	int given[3]; /* strace's output, stdout, stderr; -1: its own */
	char *at = fds;
	int user = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	for (int fd = 0; fd <= 2; fd++) {
		given[fd] = (int)strtol(at, &at, 10);
		at += *at == ',';
		if (given[fd] != -1 &&
		    ((fd > 0 && dup2(given[fd], fd) == -1) ||
			fcntl(given[fd], F_SETFD, FD_CLOEXEC) == -1))
			_exit(EXIT_FAILURE);
	}
	/* the same addresses in every run, where the kernel allows it */
	personality(ADDR_NO_RANDOMIZE);
	execvp(argv[0], argv);
	dprintf(user, "sidebyside: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_FAILURE);
}

/* In the child: becomes strace. The names of --calls are looked at by strace,
 * which then is told something else. */
static _Noreturn void
become_strace(char *argv[], int output)
{
	static char path[64], fds[32], pid[16], self[PATH_MAX], calls[4096];
	const char *head[MOST_HEADS] = {"strace", "-f", "-y", "-a1", "-s32",
	    "-ewrite=all", "--quiet=attach,personality", "-o", path};
	size_t heads = 9, count = 0;

	fcntl(output, F_SETFD, 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", output);
	snprintf(pid, sizeof pid, "%ld", (long)options.pid);
	if (readlink("/proc/self/exe", self, sizeof self - 1) == -1)
		die("/proc/self/exe");
	if (options.calls != NULL) {
		snprintf(calls, sizeof calls, "-eabbrev=%s", options.calls);
		head[heads++] = calls;
		head[heads++] = "-eabbrev=all";
	}
	if (options.pid > 0) {
		head[heads++] = "-p";
		head[heads++] = pid;
	} else {
		snprintf(fds, sizeof fds, "%d,", output);
		give_screens(fds + strlen(fds), 24);
		head[heads++] = "--";
		head[heads++] = self;
		head[heads++] = "--run";
		head[heads++] = fds;
	}
	while (argv[count] != NULL)
		count++;
	char **all = checked(calloc(heads + count + 1, sizeof *all));
	memcpy(all, head, heads * sizeof *head);
	memcpy(all + heads, argv, count * sizeof *argv);
	stay_on_one_processor();
	execvp(all[0], all);
	fprintf(stderr,
	    "sidebyside: strace: %s\n"
	    "sidebyside: install it with: apt-get install strace (Debian, "
	    "Ubuntu), dnf install strace (Fedora), apk add strace (Alpine)\n",
	    strerror(errno));
	_exit(EXIT_FAILURE);
}

/* argv: the program, or empty with --pid. output: where strace writes. */
pid_t
start_strace(char *argv[], int output)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0)
		become_strace(argv, output);
	return pid;
}

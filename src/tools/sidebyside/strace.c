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
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <unistd.h>

#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

static const char *const first_args[] = {"strace", "-f", "-y", "-a1", "-s32",
    "-ewrite=all", "--quiet=attach,personality", NULL};

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
 * What strace starts: the program. fds is "5,6": 5 is strace's output, and 6
 * the program's stderr, while strace keeps the user's. Returns only by exit.
 */
_Noreturn void
run_program(char *fds, char *argv[])
{
	char *end;
	int output = (int)strtol(fds, &end, 10);
	int screen = (int)strtol(end + 1, NULL, 10);
	int user = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	if (fcntl(output, F_SETFD, FD_CLOEXEC) == -1 ||
	    (screen != -1 && (dup2(screen, STDERR_FILENO) == -1 ||
				 fcntl(screen, F_SETFD, FD_CLOEXEC) == -1)))
		_exit(EXIT_FAILURE);
	/* the same addresses in every run, where the kernel allows it */
	personality(ADDR_NO_RANDOMIZE);
	execvp(argv[0], argv);
	dprintf(user, "sidebyside: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_FAILURE);
}

static char **args; /* strace's */
static int arg_count;

__attribute__((format(printf, 1, 2))) static void
add(const char *format, ...)
{
	struct text arg = {.at = NULL};
	va_list values;
	char **last = one_more(&args, &arg_count, sizeof *last);

	va_start(values, format);
	vput(&arg, format, values);
	va_end(values);
	*last = arg.at;
}

/* In the child: becomes strace. The names of --calls are looked at by strace,
 * which then is told something else. */
static _Noreturn void
become_strace(char *argv[], int output)
{
	static char self[PATH_MAX];

	if (readlink("/proc/self/exe", self, sizeof self - 1) == -1)
		die("/proc/self/exe");
	fcntl(output, F_SETFD, 0);
	for (const char *const *arg = first_args; *arg != NULL; arg++)
		add("%s", *arg);
	add("-o/proc/self/fd/%d", output);
	if (options.calls != NULL) {
		add("-eabbrev=%s", options.calls);
		add("-eabbrev=all");
	}
	if (options.pid > 0)
		add("-p%ld", (long)options.pid);
	else {
		add("%s", self);
		add("--run=%d,%d", output, give_screens());
	}
	while (*argv != NULL)
		add("%s", *argv++);
	one_more(&args, &arg_count, sizeof *args); /* NULL */
	stay_on_one_processor();
	execvp(args[0], args);
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
	fflush(stdout);
	pid_t pid = fork();
	if (pid == -1)
		die("fork");
	if (pid == 0)
		become_strace(argv, output);
	return pid;
}

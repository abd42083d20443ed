/*
 * launch.c: the program, from fork to execve: its session, its descriptors,
 * its limits, its user, its environment. A step that fails is told through a
 * pipe that execve closes.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

struct failure {
	int error;
	char call[24];
};

static int keeper_fd;

static _Noreturn void
fail_start(const char *call)
{
	struct failure f = {.error = errno};

	snprintf(f.call, sizeof f.call, "%s", call);
	_exit(write(keeper_fd, &f, sizeof f) == sizeof f ? 0 : 1);
}

static void
reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/*
 * A user of its own may have no way to the folder by its full name. glibc
 * would take 64 MiB of addresses for every thread that calls malloc, which are
 * none of memory but count against RLIMIT_AS.
 */
static char **
environment(const struct place *place, const struct identity *who)
{
	static char *all[6], path[8192], home[4200], temporary[4200];
	static char locale[] = "LC_ALL=C", arenas[] = "MALLOC_ARENA_MAX=1";
	const char *scratch = place->path;

	if (who->own_user && !everyone_may_search(place->above))
		scratch = ".";
	snprintf(path, sizeof path, "PATH=%s", place->search);
	snprintf(home, sizeof home, "HOME=%s", scratch);
	snprintf(temporary, sizeof temporary, "TMPDIR=%s", scratch);
	all[0] = path;
	all[1] = home;
	all[2] = temporary;
	all[3] = locale;
	all[4] = arenas;
	return all;
}

/* By its name; by its descriptor where a folder above it is closed to us. */
static void
execute(const char *path, int file, char **envp)
{
	execve(path, options.program, envp);
	if (errno == EACCES && file != -1)
		syscall(SYS_execveat, file, "", options.program, envp,
		    AT_EMPTY_PATH);
	fail_start("execve");
}

static _Noreturn void
become_program(const struct place *place, const struct identity *who, int out,
    int err, int ruleset)
{
	char **envp = environment(place, who);
	int file = open(place->program, O_PATH | O_CLOEXEC);
	pid_t keeper = getppid();

	if (setsid() == -1)
		fail_start("setsid");
	if (fchdir(place->dir) == -1)
		fail_start("chdir");
	if (dup2(place->in, 0) == -1 || dup2(out, 1) == -1 ||
	    dup2(err, 2) == -1)
		fail_start("dup2");
	reset_signals();
	if (who->own_user && !become_user(who->uid))
		fail_start("setresuid");
	if (!set_limits(who))
		fail_start("setrlimit");
	prctl(PR_SET_DUMPABLE, 1L);
	prctl(PR_SET_PDEATHSIG, (long)SIGKILL);
	if (getppid() != keeper)
		_exit(1);
	if (ruleset != -1 && !restrict_to(ruleset))
		fail_start("landlock_restrict_self");
	if (options.trace != NULL)
		prctl(PR_SET_PTRACER, -1L);
	refuse_calls(who); /* where the kernel knows how */
	if (options.trace != NULL)
		raise(SIGSTOP); /* until strace is there */
	execute(place->program, file, envp);
	_exit(1);
}

/* Waits for execve, or for what failed before. */
static bool
is_started(int fd, pid_t pid, int *exit_status)
{
	struct failure f = {0};
	ssize_t length;

	do
		length = read(fd, &f, sizeof f);
	while (length == -1 && errno == EINTR);
	close(fd);
	if (length <= 0)
		return true;
	waitpid(pid, NULL, 0);
	fprintf(stderr, "cage: %.24s %s: %s\n", f.call, options.program[0],
	    strerror(f.error));
	*exit_status = CAGE_FAILED;
	if (strcmp(f.call, "execve") == 0)
		*exit_status = f.error == ENOENT || f.error == ENOTDIR
				   ? NOT_FOUND
				   : NOT_RUN;
	return false;
}

pid_t
start_program(const struct place *place, const struct identity *who, int out,
    int err, int *exit_status)
{
	int ends[2], ruleset = make_ruleset(place);

	if (pipe2(ends, O_CLOEXEC) == -1)
		failed("pipe2", "start");
	pid_t pid = fork();
	if (pid == -1)
		failed("fork", options.program[0]);
	if (pid == 0) {
		keeper_fd = ends[1];
		become_program(place, who, out, err, ruleset);
	}
	close(ends[1]);
	if (ruleset != -1)
		close(ruleset);
	attach_tracer(pid);
	return is_started(ends[0], pid, exit_status) ? pid : -1;
}

/*
 * launch.c: the program, from fork to execve: its session, its descriptors,
 * its limits, its user, its environment. A step that fails is told through a
 * socket that execve closes; the listener of tell.c comes that way, too.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

struct failure {
	int error;
	char call[24];
};

static int keeper_fd;

/* Room for a message with one descriptor: cmsg(3). */
struct parcel {
	struct failure f;
	struct iovec data;
	_Alignas(size_t) char control[CMSG_SPACE(sizeof(int))];
	struct msghdr head;
};

static struct msghdr *
wrap(struct parcel *p)
{
	p->data = (struct iovec){&p->f, sizeof p->f};
	p->head = (struct msghdr){.msg_iov = &p->data,
	    .msg_iovlen = 1,
	    .msg_control = p->control,
	    .msg_controllen = sizeof p->control};
	return &p->head;
}

static _Noreturn void
fail_start(const char *call)
{
	struct failure f = {.error = errno};

	snprintf(f.call, sizeof f.call, "%s", call);
	_exit(write(keeper_fd, &f, sizeof f) == sizeof f ? 0 : 1);
}

/* From here on the keeper hears what is called; where it may not, no harm. */
static void
hand_over_calls(const struct identity *who)
{
	struct parcel p = {.f = {0}};
	struct msghdr *head = wrap(&p);
	struct cmsghdr *c = CMSG_FIRSTHDR(head);
	int listener = tell_calls(!who->own_user && !who->shielded);

	if (listener == -1)
		return;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof listener);
	memcpy(CMSG_DATA(c), &listener, sizeof listener);
	if (sendmsg(keeper_fd, head, 0) == -1)
		fail_start("sendmsg");
	close(listener);
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
 * A descriptor goes by the mount that it was opened on, which was not
 * read-only: fchmod would work. No other way to the file: it stays.
 */
static void
reopen_input(const struct place *place)
{
	struct stat was, is;

	if (fstat(0, &was) == -1 || !S_ISREG(was.st_mode))
		return;
	int fd = open(place->in_path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd != -1 && fstat(fd, &is) == 0 && is.st_dev == was.st_dev &&
	    is.st_ino == was.st_ino)
		dup2(fd, 0);
}

static void
change_user(const struct place *place, const struct identity *who)
{
	bool mounts = false;

	if (who->own_namespace && !enter_namespace(place->path, &mounts))
		fail_start("unshare");
	if (mounts)
		reopen_input(place);
	if (!who->own_user)
		return;
	unshare(CLONE_NEWIPC); /* as in enter_namespace, where it may be */
	if (!become_user(who->uid))
		fail_start("setresuid");
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
	change_user(place, who);
	hand_over_calls(
	    who); /* no call that is heard from here on: nobody hears
		   */
	if (!set_limits(who))
		fail_start("setrlimit");
	prctl(PR_SET_DUMPABLE, 1L);
	prctl(PR_SET_PDEATHSIG, (long)SIGKILL);
	if (getppid() != keeper)
		_exit(1);
	if (ruleset != -1 && !restrict_to(ruleset))
		fail_start("landlock_restrict_self");
	refuse_leaks(); /* where the kernel knows how */
	if (!who->own_user)
		refuse_others();
	if (!who->own_user && !who->shielded)
		refuse_signals();
	execute(place->program, file, envp);
	_exit(1);
}

/* Returns false at the end; *listener is the descriptor that came, if any. */
static bool
receive(int fd, struct failure *f, int *listener)
{
	struct parcel p = {.f = {0}};
	struct msghdr *head = wrap(&p);
	ssize_t length;

	do
		length = recvmsg(fd, head, MSG_CMSG_CLOEXEC);
	while (length == -1 && errno == EINTR);
	if (length <= 0)
		return false;
	struct cmsghdr *c = CMSG_FIRSTHDR(head);
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(listener, CMSG_DATA(c), sizeof *listener);
	*f = p.f;
	return true;
}

/* Waits for execve, or for what failed before. */
static bool
is_started(int fd, pid_t pid, int *listener, int *exit_status)
{
	struct failure f = {0};

	while (receive(fd, &f, listener) && f.call[0] == '\0')
		continue;
	close(fd);
	if (f.call[0] == '\0')
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
    int err, int *listener, int *exit_status)
{
	int ends[2], ruleset = make_ruleset(place);

	*listener = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		failed("socketpair", "start");
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
	return is_started(ends[0], pid, listener, exit_status) ? pid : -1;
}

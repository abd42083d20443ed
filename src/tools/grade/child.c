/*
 * child.c: a program that grade starts, with all that comes of it: what it
 * says is read to its end, and nothing of it lives on.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "grade.h"

#define MOST_SAID 8388608 /* bytes */
#define GRACE     2.0     /* seconds for what ends by itself, or by SIGTERM */
#define PATIENCE  15.0    /* for what was killed */

static volatile sig_atomic_t signalled;

static void
on_signal(int number)
{
	signalled = number;
}

void
catch_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction end = {.sa_handler = on_signal}, was;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		sigaction(ends[i], NULL, &was);
		if (was.sa_handler != SIG_IGN)
			sigaction(ends[i], &end, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a write fails, and is told */
	signal(SIGCHLD, SIG_DFL); /* an ignored one would reap for us */
}

void
die_if_signalled(void)
{
	if (signalled == 0)
		return;
	remove_place();
	signal(signalled, SIG_DFL);
	raise(signalled);
	_exit(128 + signalled);
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

static _Noreturn void
become(const struct child *c, int out, int failure)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int err = open(
	    c->stderr_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	setsid();
	prctl(PR_SET_PDEATHSIG, (long)SIGTERM);
	reset_signals();
	umask(c->umask);
	if (chdir(c->folder) != -1 && dup2(null, 0) != -1 &&
	    dup2(out, 1) != -1 && dup2(err, 2) != -1)
		execvpe(c->program[0], c->program, c->environment);
	_exit(write(failure, &errno, sizeof errno) == sizeof errno ? 126 : 125);
}

/* Reaps what has ended; false: there is no child any more. */
static bool
reap(pid_t child, int *status, bool *ended)
{
	int how;
	pid_t pid;

	while ((pid = waitpid(-1, &how, WNOHANG)) > 0)
		if (pid == child) {
			*status = how;
			*ended = true;
		}
	return pid == 0 || errno != ECHILD;
}

static bool
reap_all(pid_t child, int *status, bool *ended, double patience)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	double until = now() + patience;

	while (reap(child, status, ended)) {
		if (now() > until)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

/* Our children, among them those that lost their parents. */
static void
kill_children(void)
{
	char path[64];
	long pid;

	snprintf(
	    path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
	FILE *list = fopen(path, "re");
	/* NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers */
	while (list != NULL && fscanf(list, "%ld", &pid) == 1)
		kill((pid_t)pid, SIGKILL);
	if (list != NULL)
		fclose(list);
}

/*
 * Asks, then kills: bats and the cages are one group, and a cage that hears
 * SIGTERM, or is gone, ends its program. Returns true if nothing was left.
 */
static bool
end_all(pid_t child, int *status, bool *ended)
{
	bool left = !reap_all(child, status, ended, *ended ? GRACE : 0);

	if (left) {
		kill(-child, SIGTERM);
		if (reap_all(child, status, ended, GRACE))
			return false;
		kill(-child, SIGKILL);
	}
	for (double until = now() + PATIENCE;
	     !reap_all(child, status, ended, 0.1) && now() < until;)
		kill_children();
	return !left;
}

/* Returns false at the end. */
static bool
take(int fd, struct text *out)
{
	char buffer[65536];
	ssize_t length = read(fd, buffer, sizeof buffer);

	if (length > 0)
		put_bytes(out, buffer, (size_t)length);
	return length > 0 || (length == -1 && errno == EINTR);
}

static double room = HUGE_VAL;

static void
look_at_room(void)
{
	struct statvfs fs;

	if (statvfs(course.place, &fs) == 0 &&
	    (double)fs.f_bavail * (double)fs.f_frsize < room)
		room = (double)fs.f_bavail * (double)fs.f_frsize;
}

double
least_room(void)
{
	double least = room;

	room = HUGE_VAL;
	return least;
}

/* Until the child has ended and all that it said is here. */
static enum ending
listen_to(const struct child *c, pid_t pid, int fd, int *status, bool *ended)
{
	double until = now() + c->patience;
	struct pollfd p = {.fd = fd, .events = POLLIN};

	for (;;) {
		look_at_room();
		bool more = p.fd != -1 && poll(&p, 1, *ended ? 0 : 20) > 0;
		if (more && !take(fd, c->out))
			p.fd = -1;
		if (p.fd == -1)
			poll(NULL, 0, 1);
		if (*ended && !more)
			return ENDED;
		if (c->out->length > MOST_SAID)
			return TALKS;
		if (now() > until || signalled != 0)
			return HANGS;
		reap(pid, status, ended);
	}
}

static bool
has_started(int fd)
{
	int error = 0;
	ssize_t length;

	do
		length = read(fd, &error, sizeof error);
	while (length == -1 && errno == EINTR);
	close(fd);
	errno = error;
	return length <= 0;
}

/* left: something lived on after the program had ended. */
enum ending
run_child(const struct child *c, int *status, bool *left)
{
	int out[2], start[2];
	bool ended = false;

	if (pipe2(out, O_CLOEXEC) == -1 || pipe2(start, O_CLOEXEC) == -1)
		failed("pipe2", c->program[0]);
	pid_t pid = fork();
	if (pid == -1)
		failed("fork", c->program[0]);
	if (pid == 0)
		become(c, out[1], start[1]);
	close(out[1]);
	close(start[1]);
	bool started = has_started(start[0]);
	int error = errno;
	enum ending ending = listen_to(c, pid, out[0], status, &ended);
	close(out[0]);
	*left = !end_all(pid, status, &ended) && ending == ENDED;
	die_if_signalled();
	errno = error;
	return started ? ending : CANNOT_RUN;
}

/*
 * keep.c: the keeper: the program's parent, and of all that loses its parent.
 * It copies output, looks at the limits, ends what is to be ended and says
 * what happened. It never waits for anything that the program could withhold.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

#define LOOK  0.005 /* seconds from one look at the tree to the next */
#define ABOVE (-10) /* the keeper's niceness, where it may choose */

static struct stream out, err;
static int child_signals; /* readable when a child has ended */
static int listener;      /* of tell.c; -1: there is none, or no more */
static double deadline, began;

static void
shield(struct identity *who)
{
	if (setsid() == -1)
		failed("setsid", "keeper");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) == 0)
		protected_by("no-new-privs");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1L) == -1)
		failed("prctl", "PR_SET_CHILD_SUBREAPER");
	who->shielded = shield_signals();
}

/* The keeper hears of nothing but its children; what it writes may fail. */
static void
listen_to_children(void)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (int i = 1; i < NSIG; i++)
		if (i != SIGCHLD)
			signal(i, SIG_IGN);
	sigprocmask(SIG_SETMASK, &child, NULL);
	child_signals = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (child_signals == -1)
		failed("signalfd", "SIGCHLD");
}

/* True if the program has ended; it stays a zombie. */
static bool
has_ended(pid_t program)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)program, &info,
		   WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == program;
}

static int
interest(struct pollfd *fds, int lifeline)
{
	int n = 0;

	fds[n++] = (struct pollfd){.fd = lifeline, .events = POLLIN};
	fds[n++] = (struct pollfd){.fd = child_signals, .events = POLLIN};
	fds[n++] = (struct pollfd){.fd = listener, .events = POLLIN};
	for (struct stream *s = &out; s != NULL; s = s == &out ? &err : NULL)
		if (s->have > 0)
			fds[n++] =
			    (struct pollfd){.fd = s->to, .events = POLLOUT};
		else if (s->from != -1)
			fds[n++] =
			    (struct pollfd){.fd = s->from, .events = POLLIN};
	return n;
}

/* Sleeps until there is something to do, or the time has come. */
static enum end
wait_until(double when, int lifeline)
{
	struct signalfd_siginfo info;
	struct pollfd fds[5];
	int n = interest(fds, lifeline);
	double left = (when - now()) * 1000;

	poll(fds, (nfds_t)n, left <= 0 ? 0 : (int)left + 1);
	while (read(child_signals, &info, sizeof info) > 0)
		continue;
	if (fds[2].revents != 0 && !hear_calls(listener))
		listener = -1;
	move(&out);
	move(&err);
	if (out.cut || err.cut)
		return BY_OUTPUT;
	return fds[0].revents != 0 ? BY_SIGNAL : NOTHING;
}

/* Until it ends, or is to be ended; returns true if it ended by itself. */
static bool
attend(pid_t program, int lifeline)
{
	double look = now();

	for (;;) {
		enum end why =
		    wait_until(look < deadline ? look : deadline, lifeline);
		if (has_ended(program))
			return true;
		if (why == NOTHING && now() >= look) {
			why = watch_tree(program);
			look = now() + LOOK;
		}
		if (why == NOTHING && now() >= deadline)
			why = BY_TIME;
		if (why == NOTHING && (out.error != 0 || err.error != 0))
			return false;
		if (why != NOTHING) {
			result.ended_for = why;
			return false;
		}
	}
}

/* The kernel ended it, for a limit of ours. */
static void
name_kernel_limit(void)
{
	if (result.ended_for != NOTHING || !WIFSIGNALED(result.status))
		return;
	if (WTERMSIG(result.status) == SIGXCPU)
		result.ended_for = BY_CPU;
	if (WTERMSIG(result.status) == SIGXFSZ)
		result.ended_for = BY_FILE_SIZE;
}

static void
run(pid_t program, const struct identity *who, int lifeline)
{
	began = now();
	deadline = began + options.time;
	result.ran = true;
	if (setpriority(PRIO_PROCESS, 0, ABOVE) == -1)
		errno = 0; /* it can do without */
	bool by_itself = attend(program, lifeline);
	result.wall = now() - began;
	count_left(program, by_itself);
	if (!end_tree(program, who)) {
		fprintf(stderr, "cage: kill: a process would not end\n");
		exit(CAGE_FAILED);
	}
	name_kernel_limit();
	watch_tree(program); /* of what ended: time and memory */
	double until = now() > deadline ? now() : deadline;
	drain(&out, until + GRACE);
	drain(&err, until + GRACE);
	if (result.ended_for == NOTHING && (out.cut || err.cut))
		result.ended_for = BY_OUTPUT;
	result.out_bytes = out.bytes;
	result.err_bytes = err.bytes;
}

static void
check_output(const struct stream *s)
{
	if (s->error == 0)
		return;
	errno = s->error;
	failed("write", s->name);
}

/* Does not return; the exit status is that of cage. */
void
keep(const struct place *place, struct identity *who, int lifeline)
{
	int status;

	shield(who);
	listen_to_children();
	int out_end = open_stream(&out, "stdout", place->out, who);
	int err_end = open_stream(&err, "stderr", place->err, who);
	if (who->own_user)
		give_scratch(place, who->uid, who->gid);
	bool refuses = !who->own_user && !who->shielded;
	expect_calls(place, who, refuses);
	pid_t program =
	    start_program(place, who, out_end, err_end, &listener, &status);
	result.hears = listener != -1;
	if (refuses && result.hears)
		protected_by("refused-signals");
	protected_by("rlimits");
	protected_by("subreaper");
	close(out_end);
	close(err_end);
	if (program == -1)
		result.ended_for = NEVER_RAN;
	else
		run(program, who, lifeline);
	take_scratch_back(place, who->uid);
	check_output(&out);
	check_output(&err);
	write_report(place);
	exit(program == -1 ? status : status_of_cage());
}

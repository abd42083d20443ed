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

#define LOOK    0.005 /* seconds from one look at the tree to the next */
#define LOOK_IN 0.1   /* at the scratch folder */
#define ABOVE   (-10) /* the keeper's niceness, where it may choose */

static struct stream out, err;
static int child_signals; /* readable when a child has ended */
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
	if (!who->shielded && !who->own_user)
		stays_open("signals");
	if (options.loopback)
		stays_open("loopback kernel-memory");
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
	struct pollfd fds[4];
	int n = interest(fds, lifeline);
	double left = (when - now()) * 1000;

	poll(fds, (nfds_t)n, left <= 0 ? 0 : (int)left + 1);
	while (read(child_signals, &info, sizeof info) > 0)
		continue;
	move(&out);
	move(&err);
	if (out.cut || err.cut)
		return BY_OUTPUT;
	return fds[0].revents != 0 ? BY_SIGNAL : NOTHING;
}

/* All that is looked at, each in its time. */
static enum end
look_around(const struct place *place, pid_t program)
{
	static double look_in;
	enum end why = watch_tree(program);

	if (look_in == 0)
		look_in = now() + LOOK_IN;
	if (why != NOTHING || now() < look_in)
		return why;
	if (is_too_full(place))
		return BY_FILES;
	look_in = now() + LOOK_IN;
	return NOTHING;
}

/* Until it ends, or is to be ended; returns true if it ended by itself. */
static bool
attend(const struct place *place, pid_t program, int lifeline)
{
	double look = now();

	for (;;) {
		enum end why =
		    wait_until(look < deadline ? look : deadline, lifeline);
		if (has_ended(program))
			return true;
		if (why == NOTHING && now() >= look) {
			why = look_around(place, program);
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

/* A trace goes on to the end of the last process that was followed, as strace
 * -f does; what was left is counted by then. */
static void
linger(const struct place *place, pid_t program, int lifeline)
{
	enum end why = NOTHING;

	while (why == NOTHING && is_anybody_left(program) && now() < deadline) {
		why = wait_until(now() + LOOK, lifeline);
		if (why == NOTHING)
			why = look_around(place, program);
	}
	result.ended_for = why;
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
run(const struct place *place, pid_t program, const struct identity *who,
    int lifeline)
{
	began = now();
	deadline = began + options.time;
	result.ran = true;
	if (setpriority(PRIO_PROCESS, 0, ABOVE) == -1)
		errno = 0; /* it can do without */
	bool by_itself = attend(place, program, lifeline);
	result.wall = now() - began;
	count_left(program, by_itself);
	if (by_itself && options.trace != NULL)
		linger(place, program, lifeline);
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
keep(struct place *place, struct identity *who, int lifeline)
{
	int status;

	make_tracer(who); /* before anything confines us */
	furnish_scratch(place, who);
	give_files(place, who);
	shield(who);
	listen_to_children();
	int out_end = open_stream(&out, "stdout", place->out, who);
	int err_end = open_stream(&err, "stderr", place->err, who);
	pid_t program = start_program(place, who, out_end, err_end, &status);
	protected_by("rlimits");
	protected_by("subreaper");
	close(out_end);
	close(err_end);
	if (program == -1)
		result.ended_for = NEVER_RAN;
	else
		run(place, program, who, lifeline);
	take_files(place);
	clear_scratch(place);
	check_output(&out);
	check_output(&err);
	write_report(place);
	exit(program == -1 ? status : status_of_cage());
}

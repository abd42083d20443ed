/*
 * guard.c: the process that was started. It hears the signals, and waits for
 * its child, the keeper. The keeper is in a session of its own, so what ends
 * this one, SIGKILL too, leaves the keeper to end the program: it reads from a
 * pipe whose only writer is here. Should the keeper be killed, we end the
 * program ourselves.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

static int lifeline;
static volatile sig_atomic_t ended_by;

static void
on_signal(int number)
{
	int error = errno;
	char byte = (char)number;

	ended_by = number;
	if (write(lifeline, &byte, 1) == -1)
		_exit(128 + number); /* the keeper sees that as well */
	errno = error;
}

static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
#define ENDS (sizeof ends / sizeof *ends)

/* They wait, or come now: how is SIG_BLOCK or SIG_UNBLOCK. */
static void
mask_signals(int how)
{
	sigset_t all;

	sigemptyset(&all);
	for (size_t i = 0; i < ENDS; i++)
		sigaddset(&all, ends[i]);
	sigprocmask(how, &all, NULL);
}

void
hold_signals(void)
{
	mask_signals(SIG_BLOCK);
}

static void
watch_signals(void)
{
	struct sigaction end = {.sa_handler = on_signal}, was;

	sigfillset(&end.sa_mask);
	for (size_t i = 0; i < ENDS; i++) {
		sigaction(ends[i], NULL, &was);
		if (was.sa_handler != SIG_IGN)
			sigaction(ends[i], &end, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
}

/* Sleeps until the keeper has ended. Who stopped it did not mean well. */
static int
wait_for(pid_t keeper)
{
	int status;

	for (;;) {
		if (waitpid(keeper, &status, WUNTRACED) == -1) {
			if (errno != EINTR)
				failed("waitpid", "keeper");
		} else if (WIFSTOPPED(status))
			kill(keeper, SIGCONT);
		else
			return status;
	}
}

/* The keeper failed, or was killed: nothing of the program may stay. */
static void
clean_up(struct place *place, const struct identity *who)
{
	end_tree(-1, who);
	place->mounted = false;
	clear_scratch(place);
}

/* As if the signal had not been caught. */
static void
die_of(int number)
{
	sigset_t just;

	sigemptyset(&just);
	sigaddset(&just, number);
	signal(number, SIG_DFL);
	raise(number);
	sigprocmask(SIG_UNBLOCK, &just, NULL);
}

/* There is nobody but us to remove the scratch folder. */
static _Noreturn void
not_started(const struct place *place, const char *call, const char *object)
{
	int error = errno;

	if (place->made)
		rmdir(place->path);
	errno = error;
	failed(call, object);
}

static pid_t
start_keeper(struct place *place, struct identity *who)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) == -1)
		not_started(place, "pipe2", "lifeline");
	lifeline = fds[1];
	watch_signals();
	pid_t keeper = fork();
	if (keeper == -1)
		not_started(place, "fork", "keeper");
	if (keeper == 0) {
		close(fds[1]);
		keep(place, who, fds[0]);
	}
	close(fds[0]);
	mask_signals(SIG_UNBLOCK);
	return keeper;
}

int
guard(struct place *place)
{
	struct identity who;

	signal(SIGCHLD, SIG_DFL); /* an ignored one would reap for us */
	choose_identity(&who);
	prctl(PR_SET_DUMPABLE, 0L);
	prctl(PR_SET_CHILD_SUBREAPER, 1L);
	int status = wait_for(start_keeper(place, &who));
	if (WIFSIGNALED(status))
		fprintf(stderr, "cage: keeper: killed by signal %d\n",
		    WTERMSIG(status));
	if (WIFSIGNALED(status) || WEXITSTATUS(status) == CAGE_FAILED)
		clean_up(place, &who);
	if (ended_by != 0)
		die_of(ended_by);
	return WIFSIGNALED(status) ? CAGE_FAILED : WEXITSTATUS(status);
}

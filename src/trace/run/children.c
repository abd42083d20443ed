/*
 * children.c: the processes that were forked, and how they end: nothing is left
 * behind, no lane and no zombie. All of it may run in a signal handler, so only
 * async-signal-safe functions are used; signal-safety(7).
 */
#define _GNU_SOURCE /* __fpurge */

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/names.h"
#include "base/proc.h"
#include "trace/run/run.h"

#define MOST_CHILDREN 1024 /* where the kernel does not list them */
#define ASK_EVERY_MS  50

int patience_ms = 500;

/* A zero is a free place. Lanes change it, the handler reads it. */
static _Atomic pid_t children[MOST_CHILDREN];
static _Atomic int left; /* forked, and not waited for */

static void
signal_child(pid_t pid, int number)
{
	if (pid > 0) {
		kill(pid, number);
		kill(pid, SIGCONT);
	}
}

/* The children of one of our threads, also those that it adopted; false: the
 * kernel does not say. */
static bool
signal_children_of(pid_t tid, int number)
{
	char text[8192];

	if (!read_procf(
		text, sizeof text, "/proc/self/task/%ld/children", (long)tid))
		return false;
	for (char *at = text, *end;; at = end) {
		long pid = strtol(at, &end, 10);
		if (end == at)
			return true;
		signal_child((pid_t)pid, number);
	}
}

static void
signal_children(int number)
{
	pid_t mine = getpid();
	bool known = signal_children_of(mine, number);

	if (me.tid != mine && me.tid != 0)
		known |= signal_children_of(me.tid, number);
	for (int i = 0; i < MOST_CHILDREN; i++)
		if (!known || me.tid != mine)
			signal_child(children[i], number);
}

/* From here on the children of a child of ours that ends become ours. */
static void
adopt_orphans(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1L);
}

/* Ends and reaps all children, and what those leave behind. */
void
end_children(void)
{
	const struct timespec tick = {.tv_nsec = 1000000};

	adopt_orphans();
	for (int ms = 0;; ms++) {
		pid_t pid;
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			child_gone(pid);
		if (pid == -1)
			return; /* ECHILD: there is none left */
		if (ms % ASK_EVERY_MS == 0)
			signal_children(ms < patience_ms ? SIGTERM : SIGKILL);
		nanosleep(&tick, NULL);
	}
}

/* The same for the lanes that we forked, if there are any. */
void
end_lanes(void)
{
	if (left <= 0)
		return;
	own_work_begins();
	end_children();
	own_work_ends();
}

/* pid -1: it was not born. */
void
child_born(pid_t pid)
{
	left += pid > 0;
	for (int i = 0; pid > 0 && i < MOST_CHILDREN; i++) {
		pid_t nobody = 0;
		if (atomic_compare_exchange_strong(&children[i], &nobody, pid))
			return;
	}
}

void
child_gone(pid_t pid)
{
	left -= pid > 0;
	for (int i = 0; pid > 0 && i < MOST_CHILDREN; i++)
		if (children[i] == pid)
			children[i] = 0;
}

/*
 * In a new process: the parent's children and files are not ours to end, nor
 * is the part of a line that it has not printed ours to print.
 */
void
forget_parent(void)
{
	for (int i = 0; left > 0 && i < MOST_CHILDREN; i++)
		children[i] = 0;
	left = 0;
	hold_alone();
	forget_folder();
	__fpurge(stdout);
	forget_counted();
	forget_bug();
}

int
exit_status(int wait_status)
{
	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status) == 0 ? EXIT_SUCCESS
						     : EXIT_FAILURE;
	if (WTERMSIG(wait_status) == SIGPIPE) {
		own_work_begins();
		raise(SIGPIPE);
	}
	complain("wait: the child was killed by %s",
	    signal_name(WTERMSIG(wait_status)));
	return EXIT_FAILURE;
}

/*
 * finish.c: the end of all processes below this one, however many they are,
 * however fast they fork, whatever they ignore.
 *
 * kill(-1, SIGKILL) takes them all in one step that no fork can slip through.
 * It is ours where Landlock keeps our signals inside (landlock.c), and a
 * helper's where the program has a user of its own. Elsewhere, and after it,
 * each is stopped until none is left that runs, and then killed: a stopped
 * one makes no others and gives no place free to others.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cage.h"

#define PATIENCE  10.0    /* seconds; a process may sleep deep in the kernel */
#define MOST_PIDS 4194304 /* the kernel's own limit */

#define MOST_KNOWN (8 * MOST_PROCESSES)

static struct tree tree;
static unsigned char is_known[MOST_PIDS / 8]; /* a bit for each pid */
static pid_t known[MOST_KNOWN];
static int known_count;

/* As the program's user, whose only processes are these. */
static void
strike_as_user(const struct identity *who)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (become_user(who->uid) && getuid() == who->uid &&
		    kill(getppid(), 0) == -1 && errno == EPERM)
			kill(-1, SIGKILL);
		_exit(0);
	}
	if (pid != -1)
		waitpid(pid, NULL, 0);
}

/* Stops a process at first sight: before it is looked at, for by then it may
 * have forked and gone. */
static void
stop_new(pid_t pid, void *unused)
{
	unsigned at = (unsigned)pid % MOST_PIDS;

	(void)unused;
	if (known_count == MOST_KNOWN || is_tracer(pid) ||
	    (is_known[at / 8] & 1U << at % 8))
		return;
	is_known[at / 8] |= (unsigned char)(1U << at % 8);
	known[known_count++] = pid;
	kill(pid, SIGSTOP);
}

/* All that are not known yet, until there are none; our own first, as there
 * are those that ran away from their parents. */
static void
stop_all_new(double until)
{
	int before, next = 0;

	do {
		before = known_count;
		for_each_child(getpid(), 1, stop_new, NULL);
		if (known_count == before && next < known_count)
			for_each_child(known[next++], 1, stop_new, NULL);
	} while ((known_count > before || next < known_count) && now() < until);
}

/* Looks whether all have stopped. One that goes on does so by another's
 * SIGCONT, or had a fork on its way. */
static bool
have_stopped(void)
{
	bool all = true;

	look_at_tree(&tree, MOST_PROCESSES);
	for (int i = 0; i < tree.count; i++)
		if (tree.task[i].alive &&
		    strchr("Tt", tree.task[i].state) == NULL) {
			all = false;
			kill(tree.task[i].pid, SIGSTOP);
		}
	return all;
}

static void
stop_all(double until)
{
	memset(is_known, 0, sizeof is_known);
	known_count = 0;
	do
		stop_all_new(until);
	while (!have_stopped() && now() < until);
}

static void
kill_each(void)
{
	look_at_tree(&tree, MOST_PROCESSES);
	for (int i = 0; i < tree.count; i++)
		kill(tree.task[i].pid, SIGKILL);
}

/* Returns false if there is no child any more. */
static bool
reap_all(pid_t program)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == program) {
			result.ended = true;
			result.status = status;
		}
	return pid == 0 || errno != ECHILD;
}

/*
 * Ends all below this process and reaps it; the status of program goes to the
 * result. Returns false if something would not end.
 */
bool
end_tree(pid_t program, const struct identity *who)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	double until = now() + PATIENCE;

	while (reap_all(program)) {
		if (now() > until)
			return false;
		if (who->shielded)
			kill(-1, SIGKILL);
		else if (who->own_user)
			strike_as_user(who);
		else
			stop_all(until);
		kill_each();
		if (reap_all(program))
			nanosleep(&pause, NULL);
	}
	return true;
}

/*
 * ends.c: how the program ends. Nothing is left behind: no lane, no zombie,
 * no file, whatever signal comes. All of it may run in a signal handler, so
 * only async-signal-safe functions are used; signal-safety(7).
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inner.h"

#define MOST_CHILDREN 64
#define MOST_FILES    4
#define ASK_EVERY_MS  50

int patience_ms = 500;

/* A zero is a free place. Lanes change it, the handler reads it. */
static volatile pid_t children[MOST_CHILDREN];

static char folder[4096]; /* the temporary one, "": none */
static volatile sig_atomic_t folder_is_ours;
static const char *files[MOST_FILES];

/* While held, a signal only leaves its number here: see hold(). */
static volatile sig_atomic_t held, pending;

static void
signal_children(int number)
{
	pid_t pids[MOST_CHILDREN];
	int n = list_children(pids, MOST_CHILDREN);

	for (int i = 0; i < MOST_CHILDREN; i++) {
		pid_t pid = n == -1 ? children[i] : i < n ? pids[i] : 0;
		if (pid != 0) {
			kill(pid, number);
			kill(pid, SIGCONT);
		}
	}
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
	for (int i = 0; i < MOST_CHILDREN; i++)
		if (children[i] != 0) {
			end_children();
			return;
		}
}

/* Removes the files and the folder that the first lane made. */
void
clean_up(void)
{
	if (!folder_is_ours)
		return;
	for (int i = 0; i < MOST_FILES && files[i] != NULL; i++)
		unlink(files[i]);
	rmdir(folder);
	folder_is_ours = false;
}

static void
end_by(int signal_number)
{
	int error = errno;
	sigset_t it;

	if (held) {
		pending = signal_number;
		return;
	}
	end_lanes();
	clean_up();
	if (quit_was_asked())
		_exit(EXIT_SUCCESS);
	signal(signal_number, SIG_DFL);
	raise(signal_number); /* blocked until we return, then we die of it */
	sigemptyset(&it);
	sigaddset(&it, signal_number);
	sigprocmask(SIG_UNBLOCK, &it, NULL);
	errno = error;
}

/* Signals that end a process and can be caught; signal(7). */
static const int ending_signals[] = {
    SIGHUP,
    SIGINT,
    SIGQUIT,
    SIGILL,
    SIGTRAP,
    SIGABRT,
    SIGBUS,
    SIGFPE,
    SIGUSR1,
    SIGSEGV,
    SIGUSR2,
    SIGPIPE,
    SIGALRM,
    SIGTERM,
    SIGXCPU,
    SIGXFSZ,
    SIGVTALRM,
    SIGPROF,
    SIGPOLL,
    SIGSYS,
#ifdef SIGSTKFLT
    SIGSTKFLT,
#endif
#ifdef SIGPWR
    SIGPWR,
#endif
};

/*
 * SIGPIPE and SIGCHLD may have been inherited as ignored: a write to a closed
 * pipe must still end us, and a child still leave its status. All other
 * signals that end a process, and can be caught, clean up first. nohup's wish
 * is respected.
 */
void
watch_signals(void)
{
	struct sigaction action = {.sa_handler = end_by}, hangup;

	sigfillset(&action.sa_mask);
	sigaction(SIGHUP, NULL, &hangup);
	for (size_t i = 0; i < sizeof ending_signals / sizeof *ending_signals;
	     i++)
		if (ending_signals[i] != SIGHUP || hangup.sa_handler != SIG_IGN)
			sigaction(ending_signals[i], &action, NULL);
	signal(SIGCHLD, SIG_DFL);
}

/*
 * Between hold() and release() a signal waits: a lane or a folder that was
 * just made and is not yet remembered would be left behind. No system call,
 * so --quiet stays silent.
 */
void
hold(void)
{
	held = 1;
}

void
release(void)
{
	held = 0;
	if (pending != 0)
		raise(pending);
}

void
child_born(pid_t pid)
{
	for (int i = 0; i < MOST_CHILDREN; i++)
		if (children[i] == 0) {
			children[i] = pid;
			return;
		}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	release();
	fail("fork: more than %d lanes at once", MOST_CHILDREN);
}

void
child_gone(pid_t pid)
{
	for (int i = 0; i < MOST_CHILDREN; i++)
		if (children[i] == pid)
			children[i] = 0;
}

/* In a new lane: the parent's children and files are not ours to end. */
void
forget_parent(void)
{
	for (int i = 0; i < MOST_CHILDREN; i++)
		children[i] = 0;
	folder_is_ours = false;
}

/* The temporary folder, "" if there is none. */
const char *
sample_folder(void)
{
	return folder;
}

void
remember_folder(const char *path)
{
	snprintf(folder, sizeof folder, "%s", path);
	folder_is_ours = true;
}

void
remember_file(const char *name)
{
	for (int i = 0; i < MOST_FILES; i++)
		if (files[i] == NULL) {
			files[i] = name;
			return;
		}
	fail("sample: more than %d files", MOST_FILES);
}

int
exit_status(int wait_status)
{
	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status) == 0 ? EXIT_SUCCESS
						     : EXIT_FAILURE;
	if (WTERMSIG(wait_status) == SIGPIPE)
		raise(SIGPIPE);
	complain("wait: the child was killed by %s",
	    signal_name(WTERMSIG(wait_status)));
	return EXIT_FAILURE;
}

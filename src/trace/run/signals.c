/*
 * signals.c: Ctrl-C and every other signal that ends a process: all lanes end,
 * all files go, and then the program dies of it.
 */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "trace/run/run.h"

/* While held, a signal only leaves its number here: see hold(). */
static _Atomic int held, pending;

static void
end_by(int signal_number)
{
	int error = errno;
	sigset_t it;

	if (held) {
		pending = signal_number;
		return;
	}
	own_work_begins(); /* to the end of the process */
	restore_terminal();
	end_lanes();
	clean_up();
	if (quit_was_asked()) {
		own_work_ends();
		_exit(EXIT_SUCCESS);
	}
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
	held++;
}

void
release(void)
{
	if (--held == 0 && pending != 0)
		raise(pending);
}

/* In a new process: of all threads that may have held, there is one. */
void
hold_alone(void)
{
	held = 1;
}

/*
 * signal_names.c: the names of the signals, as signal(7) and strace give them.
 */
#include <signal.h>
#include <stdio.h>

#include "base/names.h"

const char *
signal_name(int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
	    {SIGHUP, "SIGHUP"},
	    {SIGINT, "SIGINT"},
	    {SIGQUIT, "SIGQUIT"},
	    {SIGILL, "SIGILL"},
	    {SIGTRAP, "SIGTRAP"},
	    {SIGABRT, "SIGABRT"},
	    {SIGBUS, "SIGBUS"},
	    {SIGFPE, "SIGFPE"},
	    {SIGKILL, "SIGKILL"},
	    {SIGUSR1, "SIGUSR1"},
	    {SIGSEGV, "SIGSEGV"},
	    {SIGUSR2, "SIGUSR2"},
	    {SIGPIPE, "SIGPIPE"},
	    {SIGALRM, "SIGALRM"},
	    {SIGTERM, "SIGTERM"},
	    {SIGCHLD, "SIGCHLD"},
	    {SIGCONT, "SIGCONT"},
	    {SIGSTOP, "SIGSTOP"},
	    {SIGTSTP, "SIGTSTP"},
	    {SIGTTIN, "SIGTTIN"},
	    {SIGTTOU, "SIGTTOU"},
	    {SIGURG, "SIGURG"},
	    {SIGXCPU, "SIGXCPU"},
	    {SIGXFSZ, "SIGXFSZ"},
	    {SIGVTALRM, "SIGVTALRM"},
	    {SIGPROF, "SIGPROF"},
	    {SIGPOLL, "SIGIO"},
	    {SIGSYS, "SIGSYS"},
#ifdef SIGSTKFLT
	    {SIGSTKFLT, "SIGSTKFLT"},
#endif
#ifdef SIGPWR
	    {SIGPWR, "SIGPWR"},
#endif
	};
	static _Thread_local char other[24];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].number == number)
			return names[i].name;
	snprintf(other, sizeof other, "SIGRT_%d", number - 32);
	return other;
}

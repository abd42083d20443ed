/*
 * start.c: the beginning of every demo: its options, its three descriptors,
 * its stdout, its trace; and its end in good order.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/color.h"
#include "base/proc.h"
#include "trace/run/run.h"

#define SLOW_US           1000
#define SLOW_BELOW_STRACE 20000 /* which takes its time at every call */

struct trace trace = {.fd = -1, .slow_us = SLOW_US};

/* "program: ..." on stderr, in one write. */
static void
say(const char *what, const char *object, const char *why)
{
	const char *part[] = {trace.program, ": ", what,
	    object == NULL ? "" : " ", object == NULL ? "" : object,
	    why == NULL ? "" : ": ", why == NULL ? "" : why, "\n"};
	enum { PARTS = sizeof part / sizeof *part };
	struct iovec v[PARTS];

	for (size_t i = 0; i < PARTS; i++)
		v[i] = (struct iovec){(void *)part[i], strlen(part[i])};
	if (writev(STDERR_FILENO, v, PARTS) == -1)
		return; /* there is no other place to say it */
}

void
complain(const char *format, ...)
{
	char why[1024];
	va_list values;

	va_start(values, format);
	vsnprintf(why, sizeof why, format, values);
	va_end(values);
	say(why, NULL, NULL);
}

static _Noreturn void
give_up(void)
{
	end_lanes();
	clean_up();
	_exit(EXIT_FAILURE);
}

void
fail(const char *format, ...)
{
	char why[1024];
	va_list values;

	va_start(values, format);
	fflush(stdout);
	vsnprintf(why, sizeof why, format, values);
	va_end(values);
	say(why, NULL, NULL);
	give_up();
}

/* "program: call object: reason"; object NULL: the call has none. */
void
die(int error, const char *call, const char *object)
{
	fflush(stdout);
	say(call, object, strerror(error));
	give_up();
}

/* A printf that could not print sets only a flag: ask again for the reason. */
void
check_stdout(void)
{
	if (!ferror(stdout))
		return;
	if (write(STDOUT_FILENO, "", 0) == -1)
		die(errno, "write", "1");
	fail("write 1: the output could not be written");
}

/* At the end of the first process; the others end by _exit. */
static void
finish(void)
{
	print_notes();
	if (trace.bug != NULL)
		show_left_children();
	print_score();
	fflush(stdout);
	check_stdout();
	end_lanes();
	clean_up();
	if (trace.bug != NULL)
		show_cure();
}

/*
 * A closed 0, 1 or 2 would be the number of the slide's first open or pipe.
 * It is filled with /dev/null opened the wrong way round, so that using it
 * still fails with EBADF.
 */
static void
fill_closed_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) == -1)
			die(errno, "open", "/dev/null");
}

/* Does a tracer stop us at every call? proc(5), /proc/[pid]/status */
static bool
is_traced(void)
{
	char text[1024];

	return read_proc("/proc/self/status", text, sizeof text) &&
	       labelled(text, "\nTracerPid:") > 0;
}

/* The trace's own descriptors, and what all lanes share. */
static void
open_trace(void)
{
	const char *option = trace.step ? "--step"
			     : trace.predicts && trace.answers == NULL
				 ? "--predict"
				 : NULL;
	int terminal = option == NULL ? -1 : open_terminal(option);

	if (trace.format != TRACE_NONE)
		trace.fd = own_descriptor(STDERR_FILENO);
	if (trace.fd != -1 || terminal != -1)
		mark_own(trace.fd, terminal);
	own_work_begins();
	if (trace.format != TRACE_NONE && is_traced())
		trace.slow_us = SLOW_BELOW_STRACE;
	if (terminal != -1)
		trace.slow_us =
		    LONG_MAX; /* the user's time is not the call's */
	if (trace.format != TRACE_NONE || trace.bug != NULL || trace.step ||
	    trace.predicts) {
		turns_start();
		lanes_start();
		pictures_start();
		asking_starts();
	}
	if (trace.bug != NULL)
		watch_lanes();
	enter_lane(first_lane());
	own_work_ends();
}

char **
start(int argc, char *argv[], const struct about *about)
{
	static char stdout_buffer[BUFSIZ];

	trace.program = argc > 0 ? argv[0] : "demo";
	if (strrchr(trace.program, '/') != NULL)
		trace.program = strrchr(trace.program, '/') + 1;
	watch_signals();
	fill_closed_descriptors();
	setvbuf(stdout, stdout_buffer, _IOLBF, sizeof stdout_buffer);
	atexit(finish);
	const char *color = read_options(argc, argv, about);
	trace.color =
	    trace.format == TRACE_TEXT && color_wanted(color, STDERR_FILENO);
	open_trace();
	return argv + optind;
}

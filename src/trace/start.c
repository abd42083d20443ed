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
#include <sys/stat.h>
#include <unistd.h>

#include "color.h"
#include "inner.h"

struct trace trace = {.fd = -1};

/* "program: ..." on stderr, in one write. */
static void
say(const char *format, va_list values)
{
	char why[PATH_MAX + 512];
	struct text line;

	vsnprintf(why, sizeof why, format, values);
	line.length = 0;
	put(&line, "%s: %s\n", trace.program, why);
	if (write(STDERR_FILENO, line.at, line.length) == -1)
		return; /* there is no other place to say it */
}

void
complain(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	say(format, values);
	va_end(values);
}

void
fail(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	fflush(stdout);
	say(format, values);
	va_end(values);
	end_lanes();
	clean_up();
	_exit(EXIT_FAILURE);
}

/* "program: call object: reason"; object NULL: the call has none. */
void
die(int error, const char *call, const char *object)
{
	const char *space = object == NULL ? "" : " ";

	fail("%s%s%s: %s", call, space, object == NULL ? "" : object,
	    strerror(error));
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

/* At the end of the first lane; the others end by _exit. */
static void
finish(void)
{
	print_score();
	fflush(stdout);
	check_stdout();
	end_lanes();
	clean_up();
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

/* The trace's own descriptor: a copy of stderr that exec closes. */
static void
open_trace(void)
{
	if (trace.format == TRACE_NONE)
		return;
	trace.fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, FIRST_OWN_FD);
	if (trace.fd == -1)
		die(errno, "descriptor", "100");
}

char **
start(int argc, char *argv[], const struct about *about)
{
	static char stdout_buffer[BUFSIZ];
	char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;

	if (name != NULL)
		argv[0] = name + 1;
	trace.program = argc > 0 && argv[0][0] != '\0' ? argv[0] : "demo";
	watch_signals();
	fill_closed_descriptors();
	setvbuf(stdout, stdout_buffer, _IOLBF, sizeof stdout_buffer);
	atexit(finish);
	const char *color = read_options(argc, argv, about);
	trace.color =
	    trace.format == TRACE_TEXT && color_wanted(color, STDERR_FILENO);
	lanes_start();
	pictures_start();
	predictions_start();
	steps_start();
	if (trace.bug != NULL)
		watch();
	open_trace();
	enter_lane(0);
	return argv + optind;
}

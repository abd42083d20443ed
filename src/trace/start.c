/*
 * start.c: the beginning of every demo: its options, its three descriptors,
 * its stdout, its trace; and its end in good order.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inner.h"

struct trace trace = {.fd = -1};

static const struct about *about;

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

void
wrong_usage(const char *why)
{
	fprintf(stderr, "%s: %s; usage: %s [OPTION]...%s%s\n", trace.program,
	    why, trace.program, about->operands[0] ? " " : "", about->operands);
	_exit(2);
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

static bool
want_color(const char *when)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (when != NULL && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return trace.format == TRACE_TEXT &&
	       (no_color == NULL || no_color[0] == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0 && isatty(STDERR_FILENO);
}

/* The trace's own descriptor: a copy of stderr that exec closes. */
static void
open_trace(const char *color)
{
	if (trace.format == TRACE_NONE)
		return;
	trace.fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, FIRST_OWN_FD);
	if (trace.fd == -1)
		die(errno, "descriptor", "100");
	trace.color = want_color(color);
}

static void
help(void)
{
	printf("usage: %s [OPTION]...%s%s\n%s\n\n", trace.program,
	    about->operands[0] ? " " : "", about->operands, about->does);
	for (const struct own_option *o = about->options; o && o->name; o++) {
		char spelled[40];
		snprintf(spelled, sizeof spelled, "--%s%s%s", o->name,
		    o->value ? "=" : "", o->value ? o->value : "");
		printf("      %-19s %s\n", spelled, o->does);
	}
	printf("  -q, --quiet             no trace, only the slide's output\n"
	       "      --trace=FORMAT      text (the default), json or none\n"
	       "      --color=WHEN        auto (the default), always or never\n"
	       "  -h, --help              print this and exit\n"
	       "  -V, --version           print the version and exit\n"
	       "\nExample:\n  %s\n",
	    about->example);
	exit(EXIT_SUCCESS);
}

static void
set_format(const char *name)
{
	static const char *const names[] = {"text", "json", "none"};

	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0) {
			trace.format = i == 0   ? TRACE_TEXT
				       : i == 1 ? TRACE_JSON
						: TRACE_NONE;
			return;
		}
	wrong_usage("--trace is text, json or none");
}

/* An option of the demo's own was given. */
static void
set_own(const char *name, const char *value)
{
	for (const struct own_option *o = about->options; o->name; o++)
		if (strcmp(o->name, name) == 0)
			*o->set = value == NULL ? "" : value;
}

enum { MOST_OWN = 4, COMMON = 5, OWN = 1000, TRACE, COLOR };

/* Fills the table with the common options and the demo's own. */
static void
make_table(struct option *table)
{
	static const struct option common[COMMON] = {
	    {"quiet", no_argument, NULL, 'q'}, {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {"trace", required_argument, NULL, TRACE},
	    {"color", required_argument, NULL, COLOR}};
	const struct own_option *own = about->options;

	memcpy(table, common, sizeof common);
	table += COMMON;
	for (int i = 0; i < MOST_OWN && own && own->name; i++, own++)
		*table++ = (struct option){own->name,
		    own->value ? required_argument : no_argument, NULL, OWN};
	*table = (struct option){NULL, 0, NULL, 0};
}

/* Reads the options; returns what --color said, NULL: nothing. */
static const char *
read_options(int argc, char *argv[])
{
	struct option table[COMMON + MOST_OWN + 1];
	const char *color = NULL;
	int letter, which = 0;

	make_table(table);
	while ((letter = getopt_long(argc, argv, "+qhV", table, &which)) != -1)
		if (letter == 'h')
			help();
		else if (letter == 'V') {
			printf("%s (ipclab) %s\n", trace.program, VERSION);
			exit(EXIT_SUCCESS);
		} else if (letter == 'q')
			set_format("none");
		else if (letter == TRACE)
			set_format(optarg);
		else if (letter == COLOR)
			color = optarg;
		else if (letter == OWN)
			set_own(table[which].name, optarg);
		else
			wrong_usage("see --help");
	if (color != NULL && strcmp(color, "auto") != 0 &&
	    strcmp(color, "always") != 0 && strcmp(color, "never") != 0)
		wrong_usage("--color is auto, always or never");
	if (about->most_operands >= 0 && argc - optind > about->most_operands)
		wrong_usage("too many operands");
	return color;
}

char **
start(int argc, char *argv[], const struct about *the_demo)
{
	static char stdout_buffer[BUFSIZ];
	char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;

	about = the_demo;
	if (name != NULL)
		argv[0] = name + 1;
	trace.program = argc > 0 && argv[0][0] != '\0' ? argv[0] : "demo";
	watch_signals();
	fill_closed_descriptors();
	setvbuf(stdout, stdout_buffer, _IOLBF, sizeof stdout_buffer);
	atexit(finish);
	open_trace(read_options(argc, argv));
	lanes_start();
	return argv + optind;
}

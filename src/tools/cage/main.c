/*
 * cage: runs a stranger's program for a grader.
 *
 * The program may write only below a scratch folder, sees and signals no
 * process outside, and is ended, with all that it started, at its deadline or
 * when it takes too much. What happened stands in a report.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cage.h"

struct result result;

/* "cage: call object: reason", where that can be written without waiting for a
 * reader, and exit status 125. */
_Noreturn void
failed(const char *call, const char *object)
{
	struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
	int error = errno;
	char name[4096];

	snprintf(name, sizeof name, "%s", object);
	for (char *c = name; *c != '\0'; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?'; /* it may go to a terminal */
	if (poll(&out, 1, (int)(GRACE * 1000)) > 0)
		fprintf(
		    stderr, "cage: %s %s: %s\n", call, name, strerror(error));
	exit(CAGE_FAILED);
}

/* Another word for the report: a protection that holds. */
void
protected_by(const char *format, ...)
{
	size_t length = strlen(result.protection);
	va_list values;

	if (length > 0 && length + 1 < sizeof result.protection)
		result.protection[length++] = ' ';
	va_start(values, format);
	vsnprintf(result.protection + length, sizeof result.protection - length,
	    format, values);
	va_end(values);
}

/* And what nothing here keeps from others. */
void
stays_open(const char *what)
{
	size_t length = strlen(result.open);

	snprintf(result.open + length, sizeof result.open - length, "%s%s",
	    length == 0 ? "" : " ", what);
}

/* Everybody may read a command line in /proc: ours says where the grader's
 * files are, and what is injected. */
static void
hide_arguments(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++) {
		char *copy = strdup(argv[i]);
		if (copy == NULL)
			failed("malloc", "arguments");
		memset(argv[i], 0, strlen(argv[i]));
		argv[i] = copy;
	}
}

/* Seconds of a clock that nobody sets. */
double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* 0 or 1, for --help and --version, is a full disk. */
static void
check_stdout(void)
{
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "cage: write 1: %s\n", strerror(errno));
		_exit(CAGE_FAILED);
	}
}

int
main(int argc, char *argv[])
{
	static char name[] = "cage";
	static struct place place;

	hide_arguments(argc, argv);
	argv[0] = name;
	atexit(check_stdout);
	read_command_line(argc, argv);
	prepare(&place);
	return guard(&place);
}

/*
 * cage: runs a stranger's program for a grader.
 *
 * The program may write only below a scratch folder, sees and signals no
 * process outside, and is ended, with all that it started, at its deadline or
 * when it takes too much. What happened stands in a report.
 */
#define _GNU_SOURCE

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

	if (poll(&out, 1, (int)(GRACE * 1000)) > 0)
		fprintf(
		    stderr, "cage: %s %s: %s\n", call, object, strerror(error));
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

	argv[0] = name;
	atexit(check_stdout);
	read_command_line(argc, argv);
	prepare(&place);
	return guard(&place);
}

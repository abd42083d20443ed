/*
 * line.c: a call becomes a line, of text or of JSON, and one write.
 *
 * make(), the call itself, returned(). A call that can let another lane go on
 * is made and printed within the turn; of one that waits for others, only the
 * line is.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/names.h"
#include "trace/inner.h"
#include "trace/run/run.h"

static const struct known_call library_call = {.effect = COSTS};

static _Thread_local int expected; /* by the next call; 0: nothing */

void
expect(int error)
{
	expected = error;
}

/* Writes all of it; in one call unless a signal or a full pipe cuts it. */
void
write_trace(const char *at, size_t left)
{
	while (left > 0) {
		ssize_t n = write(trace.fd, at, left);
		if (n >= 0) {
			at += n;
			left -= (size_t)n;
		} else if (errno == EAGAIN) {
			struct pollfd full = {trace.fd, POLLOUT, 0};
			poll(&full, 1, -1);
		} else if (errno != EINTR) {
			die(errno, "write", "the trace");
		}
	}
}

static void
put_lane_text(struct text *t, const struct lane *lane)
{
	static const int colors[] = {36, 33, 35, 32, 34, 31};
	const int n = sizeof colors / sizeof *colors;

	if (trace.color)
		put(t, "\033[%dm", colors[lane->seat % n]);
	put(t, "%-7s | ", lane->role);
	if (trace.color)
		put_string(t, "\033[0m");
	put(t, "%*s", 4 * lane->seat, "");
}

/* The beginning of a line: whose it is. */
void
put_lane(struct text *t, const struct lane *lane)
{
	(trace.format == TRACE_JSON ? json_lane : put_lane_text)(t, lane);
}

/* The line of a note; color: an escape sequence's, where there are colours. */
void
print_note(const char *said, const char *color)
{
	struct text *line = &me.line;

	clear(line);
	put_lane(line, me.lane);
	if (trace.format == TRACE_JSON)
		json_note(line, said);
	else
		put(line, trace.color ? "\033[%sm# %s\033[0m\n" : "%.0s# %s\n",
		    color, said);
	bool turn = take_turn_to_print();
	write_trace(line->at, line->length);
	if (turn)
		give_turn();
}

void
note(const char *format, ...)
{
	va_list values;

	if (trace.format == TRACE_NONE)
		return;
	clear(&me.args);
	va_start(values, format);
	vsnprintf(me.args.at, ARGS_ROOM, format, values);
	va_end(values);
	if (!keep_note(me.args.at))
		print_note(me.args.at, "2");
}

void
put_call(struct text *t, const struct call *c)
{
	put(t, "%s(", c->name);
	for (int i = 0; i < c->count; i++) {
		put_string(t, i > 0 ? ", " : "");
		put_bytes(t, me.args.at + c->arg[i].at, c->arg[i].length);
	}
	put_string(t, ")");
}

/* What an error message will name: the path or number that comes first. */
static void
find_object(struct call *c, const char *pattern, va_list *values)
{
	c->number = -1;
	if (strncmp(pattern, "%p", 2) == 0)
		c->object = va_arg(*values, const char *);
	else if (strncmp(pattern, "%d", 2) == 0)
		c->number = va_arg(*values, int);
}

/* Which library calls' reads and writes are counted. */
bool
is_counted(const struct call *c)
{
	return c->known != NULL && c->known->effect == COSTS;
}

/* What stands before the call: its line is asked about, its turn is taken, and
 * its time runs. */
static void
come_first(struct call *c)
{
	/* more than PIPE_BUF may sleep until a reader makes room; pipe(7) */
	c->waits = c->known->effect != CAUSES || c->size > PIPE_BUF;
	ask_before(c);
	if (trace.format != TRACE_NONE && trace.bug != NULL && c->waits)
		keep_sleeps(c);
	if (trace.format != TRACE_NONE && !c->waits)
		c->locked = take_turn();
	if (is_counted(c))
		count_io(&c->reads, &c->writes);
	clock_gettime(CLOCK_MONOTONIC, &c->began);
}

/*
 * The call of that name is made next. The pattern says how its arguments are
 * spelled; spell.c. What is not in the table is a library call of the demo's
 * own.
 */
void
make(struct call *c, const char *name, const char *pattern, ...)
{
	va_list values;

	check_stdout();
	memset(c, 0, sizeof *c);
	c->name = name;
	c->place = where_it_stands();
	va_start(values, pattern);
	find_object(c, pattern, &values);
	va_end(values);
	c->known = call_named(name, (int)strlen(name));
	if (c->known == NULL)
		c->known = &library_call; /* the demo wants its cost */
	else if (trace.format == TRACE_NONE && !trace.predicts && !trace.step)
		c->known = NULL;
	if (c->known == NULL)
		return;
	clear(&me.args);
	va_start(values, pattern);
	spell(c, pattern, &values);
	va_end(values);
	come_first(c);
}

/* In the child of a fork, which returns there, too: it holds no turn. */
void
born(struct call *c)
{
	c->locked = false;
	c->number = -1;
	ask_born(c);
	if (trace.format != TRACE_NONE)
		clock_gettime(CLOCK_MONOTONIC, &c->began);
}

/* Right after a library call: what it cost since make(); -1: unknown. */
void
count_cost(struct call *c)
{
	long reads, writes;
	bool known = c->reads >= 0;
	int error = errno;

	if (!is_counted(c))
		return;
	count_io(&reads, &writes);
	c->reads = known && reads >= 0 ? reads - c->reads : -1;
	c->writes = known && writes >= 0 ? writes - c->writes : -1;
	errno = error;
}

/* The label and the count; unknown in its place if it is -1. */
static void
put_count(struct text *t, const char *label, long count, const char *unknown)
{
	put_string(t, label);
	if (count < 0)
		put_string(t, unknown);
	else
		put(t, "%ld", count);
}

static void
put_text(struct text *t, const struct call *c, const char *result, int error,
    long after_us)
{
	put_call(t, c);
	put(t, " = %s", c->result_is != NULL ? c->result_is : result);
	if (error != 0 && errno_name(error) != NULL)
		put(t, " %s (%s)", errno_name(error), strerror(error));
	if (is_counted(c)) {
		put_count(t, "  (", c->reads, "unknown");
		put_count(t, " reads, ", c->writes, "unknown");
		put_string(t, " writes)");
	}
	/* a library call may take its time without any sleep */
	if (c->waits && !is_counted(c) && after_us >= trace.slow_us)
		put(t, "  (after %ld ms)", after_us / 1000);
	put_string(t, "\n");
}

/* Prints the line and gives the turn back if it was taken. */
static void
print_call(struct call *c, const char *result, int error, long after_us)
{
	struct text *line = &me.line;

	clear(line);
	put_lane(line, me.lane);
	(trace.format == TRACE_JSON ? json_call : put_text)(
	    line, c, result, error, after_us);
	struct text sleeps = sleeping_call(me.lane);
	clear(&sleeps);
	c->locked = renew_turn(c->locked);
	write_trace(line->at, line->length);
	if (c->locked)
		give_turn();
	c->locked = false;
}

static long
us_since(const struct timespec *then)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)(now.tv_sec - then->tv_sec) * 1000000L +
	       (now.tv_nsec - then->tv_nsec) / 1000L;
}

/* The call came back, with an error number or 0. */
static void
came_back(struct call *c, long result, int error)
{
	int may_be = expected;
	char number[24];

	expected = 0;
	if (trace.format != TRACE_NONE) {
		long after_us = us_since(&c->began);
		snprintf(number, sizeof number, "%ld", result);
		print_call(c, number, error, after_us);
	}
	mark_answer(c, result, error);
	if (error != 0 && may_be != error && may_be != ANY_ERROR) {
		if (c->object == NULL && c->number >= 0) {
			snprintf(number, sizeof number, "%ld", c->number);
			c->object = number;
		}
		die(error, c->name, c->object);
	}
}

/*
 * The call came back: prints its line, and ends the program if it failed and
 * nothing like it was expected. errno is the call's own before and after.
 * Returns the result.
 */
long
returned(struct call *c, long result)
{
	int error = result == -1 ? errno : 0;

	came_back(c, result, error);
	if (error != 0)
		errno = error;
	return result;
}

/* The same of a call that returns its error number. */
int
returned_error(struct call *c, int error)
{
	came_back(c, error, error);
	return error;
}

/* Printed before the call is made, for the call will not come back. */
void
will_not_return(struct call *c)
{
	print_notes();
	if (trace.format != TRACE_NONE)
		print_call(c, "?", 0, 0);
}

/*
 * line.c: a call becomes a line, of text or of JSON, and one write.
 *
 * A call that can let another lane go on is begun by causes(): it is made and
 * printed within the turn. One that waits for others is begun by waits(): only
 * its line is printed within the turn.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inner.h"

static int expected; /* the errno that the next call may have, 0: none */

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
put_json_string(struct text *t, const char *s, size_t size)
{
	put(t, "\"");
	for (size_t i = 0; i < size; i++)
		if (s[i] == '"' || s[i] == '\\')
			put(t, "\\%c", s[i]);
		else if ((unsigned char)s[i] < ' ')
			put(t, "\\u%04x", (unsigned)s[i]);
		else
			put(t, "%c", s[i]);
	put(t, "\"");
}

static void
put_who_json(struct text *t)
{
	put(t, "{\"lane\":%d,\"role\":", my_lane());
	put_json_string(t, my_role(), strlen(my_role()));
	put(t, ",\"pid\":%ld,", (long)my_pid());
}

void
put_who_text(struct text *t)
{
	static const int colors[] = {36, 33, 35, 32, 34, 31};
	const size_t lanes = sizeof colors / sizeof *colors;
	int indent = 4 * my_lane();

	if (trace.color)
		put(t, "\033[%dm", colors[(size_t)my_lane() % lanes]);
	put(t, "%-7s | ", my_role());
	if (trace.color)
		put(t, "\033[0m");
	put(t, "%*s", indent, "");
}

/* The beginning of a line: whose it is. */
void
put_who(struct text *t)
{
	(trace.format == TRACE_JSON ? put_who_json : put_who_text)(t);
}

void
note(const char *format, ...)
{
	struct text line;
	char said[1024];
	va_list values;

	if (trace.format == TRACE_NONE)
		return;
	line.length = 0;
	va_start(values, format);
	vsnprintf(said, sizeof said, format, values);
	va_end(values);
	put_who(&line);
	if (trace.format == TRACE_JSON) {
		put(&line, "\"note\":");
		put_json_string(&line, said, strlen(said));
		put(&line, "}\n");
	} else {
		put(&line, trace.color ? "\033[2m# %s\033[0m\n" : "# %s\n",
		    said);
	}
	bool turn = take_turn_to_print();
	write_trace(line.at, line.length);
	if (turn)
		give_turn();
}

static void
begin(struct call *c, const char *name)
{
	memset(c, 0, offsetof(struct call, args.at));
	c->name = name;
}

void
causes(struct call *c, const char *name)
{
	check_stdout();
	step();
	begin(c, name);
	if (trace.format == TRACE_NONE)
		return;
	c->locked = take_turn();
	clock_gettime(CLOCK_MONOTONIC, &c->began);
}

void
waits(struct call *c, const char *name)
{
	check_stdout();
	step();
	returns_too(c, name);
}

/* In the child of a fork, for which nobody waits again. */
void
returns_too(struct call *c, const char *name)
{
	begin(c, name);
	if (trace.format != TRACE_NONE)
		clock_gettime(CLOCK_MONOTONIC, &c->began);
}

/* As waits(), for a library call: count_cost() comes after it. */
void
costs(struct call *c, const char *name)
{
	waits(c, name);
	c->library = true;
	if (trace.format != TRACE_NONE || trace.predicts)
		count_io(&c->reads, &c->writes);
}

/* Right after a library call: what it cost since costs(); -1: unknown. */
void
count_cost(struct call *c)
{
	long reads, writes;
	bool known = c->reads >= 0;
	int error = errno;

	if (trace.format == TRACE_NONE && !trace.predicts)
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
	put(t, "%s", label);
	if (count < 0)
		put(t, "%s", unknown);
	else
		put(t, "%ld", count);
}

static void
put_text(struct text *t, const struct call *c, const char *result, int error,
    long after_us)
{
	put_who(t);
	put(t, "%s(", c->name);
	for (int i = 0; i < c->count; i++)
		put(t, "%s%.*s", i > 0 ? ", " : "",
		    (int)(c->arg[i + 1] - c->arg[i]), c->args.at + c->arg[i]);
	put(t, ") = %s", c->result_is != NULL ? c->result_is : result);
	if (error != 0 && errno_name(error) != NULL)
		put(t, " %s (%s)", errno_name(error), strerror(error));
	if (c->library) {
		put_count(t, "  (", c->reads, "unknown");
		put_count(t, " reads, ", c->writes, "unknown");
		put(t, " writes)");
	}
	if (after_us >= 1000)
		put(t, "  (after %ld ms)", after_us / 1000);
	put(t, "\n");
}

static void
put_json(struct text *t, const struct call *c, const char *result, int error,
    long after_us)
{
	bool number = result[0] != '?' && c->result_is == NULL;

	put_who(t);
	put(t, "\"call\":\"%s\",\"args\":[", c->name);
	for (int i = 0; i < c->count; i++) {
		put(t, "%s", i > 0 ? "," : "");
		put_json_string(
		    t, c->args.at + c->arg[i], c->arg[i + 1] - c->arg[i]);
	}
	put(t, "],\"result\":%s,\"errno\":", number ? result : "null");
	if (error != 0 && errno_name(error) != NULL)
		put(t, "\"%s\"", errno_name(error));
	else
		put(t, "null");
	if (c->library) {
		put_count(t, ",\"reads\":", c->reads, "null");
		put_count(t, ",\"writes\":", c->writes, "null");
	}
	if (result[0] == '?')
		put(t, ",\"after_us\":null}\n");
	else
		put(t, ",\"after_us\":%ld}\n", after_us);
}

/* Prints the line and gives the turn back if it was taken. */
static void
print_call(struct call *c, const char *result, int error, long after_us)
{
	struct text line;

	line.length = 0;
	(trace.format == TRACE_JSON ? put_json : put_text)(
	    &line, c, result, error, after_us);
	c->locked = renew_turn(c->locked);
	write_trace(line.at, line.length);
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

/*
 * The call came back: prints its line, and ends the program if it failed and
 * nothing like it was expected. errno is the call's own before and after.
 */
void
returned(struct call *c, long result)
{
	int error = result == -1 ? errno : 0;
	int may_be = expected;
	char number[24];

	expected = 0;
	if (trace.format != TRACE_NONE) {
		long after_us = us_since(&c->began);
		snprintf(number, sizeof number, "%ld", result);
		print_call(c, number, error, after_us);
	}
	mark_prediction(c, result, error);
	if (error != 0 && may_be != error && may_be != ANY_ERROR) {
		if (c->object == NULL && c->number[0] != '\0')
			c->object = c->number;
		die(error, c->name, c->object);
	}
	if (error != 0)
		errno = error;
}

/* Printed before the call is made, for the call will not come back. */
void
will_not_return(struct call *c)
{
	if (trace.format != TRACE_NONE)
		print_call(c, "?", 0, 0);
}

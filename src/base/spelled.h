/*
 * spelled.h: calls as strace and the trace spell them, "name(arg, arg) =
 * result", and whether two of them are the same.
 */
#ifndef SPELLED_H
#define SPELLED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define MOST_ARGS 10

struct call {
	struct span name, arg[MOST_ARGS], result;
	int count; /* of args; the last holds whatever was too many */
};

/* False if the text is no such thing. It keeps pointing into the text. */
bool parse_call(struct span text, struct call *c);

/* "EPIPE" of "-1 EPIPE (Broken pipe)"; empty where nothing failed. */
struct span failure_name(struct span result);

/* strace -y says where a descriptor leads, 1<pipe:[7]>: takes that off each in
 * the text. *first: the first one's, unless NULL. */
void take_leads(struct text *t, struct text *first);

/* Is it one of the names, each of which stands between two spaces? */
bool listed(const char *names, struct span name);

/* Prints which kernel's calls may stand for which, from base/call_table.h. */
void print_names(void);

/* Whether the kernel's call may be the one that was said, by its name alone; by
 * its arguments and result, too. */
bool may_be(const struct call *said, const struct call *made);
bool equal_calls(const struct call *said, const struct call *made);

/* Whether the kernel may not have been asked at all. */
bool may_be_none(const struct call *said);

/* Is it the name of a system call, and not of a library call? */
bool is_system_call(struct span name);

#endif

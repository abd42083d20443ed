/*
 * bugs.c: --bug: the mistake shows where it strikes.
 */
#include <stdio.h>
#include <string.h>

#include "trace/run/run.h"

static bool told; /* by this process */

bool
bug(const char *name)
{
	char text[200];

	if (trace.bug == NULL || strcmp(trace.bug->name, name) != 0)
		return false;
	if (!told && trace.format != TRACE_NONE) {
		snprintf(
		    text, sizeof text, "bug %s: %s", name, trace.bug->does);
		print_notes();
		print_note(text, "31");
	}
	told = true;
	return true;
}

/* In a new process, where it may strike once more. */
void
forget_bug(void)
{
	told = false;
}

/* Before a call that may sleep: the line that the watcher prints if it does so
 * for good. */
void
keep_sleeps(const struct call *c)
{
	struct text t = sleeping_call(me.lane);

	if (trace.format == TRACE_JSON)
		json_sleeps(&t, c);
	else {
		put_call(&t, c);
		put_string(&t, " = ... sleeps");
	}
	if (t.length + 1 >= t.room)
		clear(&t);
}

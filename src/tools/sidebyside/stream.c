/*
 * stream.c: strace's output, as it comes, becomes events: the two halves of a
 * call that another process cut in are put together, and the bytes that were
 * written are read out of the dump that follows the call.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/sidebyside/sidebyside.h"

static struct text buffer;  /* the beginning of a line */
static struct event event;  /* held until its dump is complete */
static struct task *holder; /* whose it is; NULL: there is none */

void
free_event(struct event *e)
{
	for (int i = 0; i < PARTS; i++)
		free(e->parts[i].at);
}

/* The event is complete: nothing more of it will come. */
static void
flush_event(void)
{
	struct event e = event;

	if (holder == NULL)
		return;
	event = (struct event){.kind = A_CALL};
	e.text = span_of(&e.parts[TEXT]);
	e.leads = span_of(&e.parts[LEADS]);
	e.bytes = span_of(&e.parts[BYTES]);
	long result = number(e.call.result);
	if (result < 0 || (size_t)result < e.bytes.length)
		e.bytes.length = result < 0 ? 0 : (size_t)result;
	struct task *task = holder;
	holder = NULL;
	task_event(task, &e);
	free_event(&e);
}

/* " | 00010  70 61 ...  pa... |": up to sixteen bytes in 51 columns. */
static void
take_dump(struct span line)
{
	char *at, *end;

	strtol(line.at + 3, &at, 16);
	for (const char *limit = at + 51;; at = end) {
		char byte = (char)strtol(at, &end, 16);
		if (end == at || end > limit)
			return;
		put_bytes(&event.parts[BYTES], &byte, 1);
	}
}

/* The task of "2953  close(3) = 0"; *rest is what follows. NULL: no line. */
static struct task *
whose(struct span line, struct span *rest)
{
	long pid = number(line);

	*rest = rest_of(line, before(line, " ").length);
	while (begins(*rest, " "))
		*rest = rest_of(*rest, 1);
	return pid <= 0 || rest->length == 0 ? NULL : task_of((pid_t)pid);
}

/* A call, or the second part of it. */
static void
hold_call(struct task *task, struct span rest)
{
	struct text *text = &event.parts[TEXT];

	if (begins(rest, "<... ")) {
		rest = rest_of(rest, before(rest, ">").length);
		if (rest.length < 2)
			return;
		rest = rest_of(rest, 1);
		set(text, span_of(&task->unfinished));
	}
	clear(&task->unfinished);
	put_bytes(text, rest.at, rest.length);
	take_leads(text, &event.parts[LEADS]);
	parse_call(span_of(text), &event.call);
	holder = task;
}

static void
take_line(struct span line)
{
	static const char unfinished[] = " <unfinished ...>";
	struct span rest;

	if (begins(line, " ")) {
		if (holder != NULL && begins(line, " | "))
			take_dump(line);
		return;
	}
	flush_event();
	struct task *task = whose(line, &rest);
	if (task == NULL)
		return;
	if (ends(rest, unfinished)) {
		rest.length -= sizeof unfinished - 1;
		set(&task->unfinished, rest);
		begin_call(task);
	} else if (begins(rest, "+++ ") || begins(rest, "--- ")) {
		event.kind = rest.at[0] == '+' ? AN_END : A_SIGNAL;
		set(&event.parts[TEXT], rest);
		holder = task;
	} else
		hold_call(task, rest);
}

void
take_stream(struct span bytes)
{
	const char *end;

	put_bytes(&buffer, bytes.at, bytes.length);
	struct span rest = span_of(&buffer);
	while ((end = memchr(rest.at, '\n', rest.length)) != NULL) {
		size_t length = (size_t)(end - rest.at);
		take_line((struct span){rest.at, length});
		rest = rest_of(rest, length + 1);
	}
	memmove(buffer.at, rest.at, rest.length);
	buffer.length = rest.length;
	/* what follows is no dump: the event waits for nothing */
	if (buffer.length > 0 && buffer.at[0] != ' ')
		flush_event();
}

/* Nothing comes for a while: nor will a dump, unless it has begun. A call that
 * nobody cut in on has begun its line. */
void
idle_stream(void)
{
	struct span rest, begun = span_of(&buffer);

	if (begins(begun, " "))
		return;
	flush_event();
	struct task *task = begun.length > 0 ? whose(begun, &rest) : NULL;
	if (task != NULL && !begins(rest, "<... "))
		set(&task->unfinished, rest);
}

void
end_stream(void)
{
	flush_event();
	end_tasks();
}

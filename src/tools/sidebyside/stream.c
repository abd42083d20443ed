/*
 * stream.c: strace's output, as it comes, becomes events: the two halves of a
 * call that another process cut in are put together, and the bytes that were
 * written are read out of the dump that follows the call.
 */
#include <string.h>

#include "tools/sidebyside/sidebyside.h"

static const char unfinished[] = " <unfinished ...>";

static struct text buffer;  /* the beginning of a line */
static struct event event;  /* held until its dump is complete */
static struct task *holder; /* whose it is; NULL: there is none */
static struct task *waiter; /* whose dump waits for its parent */
static struct text event_text, event_leads, event_bytes;

/* The event is complete: nothing more of it will come. */
static void
flush_event(void)
{
	struct task *task = holder;

	if (task == NULL)
		return;
	holder = NULL;
	event.text = span_of(&event_text);
	event.leads = span_of(&event_leads);
	event.bytes = span_of(&event_bytes);
	long result = number(event.call.result);
	if (result < 0 || (size_t)result < event.bytes.length)
		event.bytes.length = result < 0 ? 0 : (size_t)result;
	task_event(task, &event);
}

static int
hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

/* " | 00010  70 61 ...  pa... |": up to sixteen bytes in two halves. */
static void
take_dump(struct span line)
{
	char bytes[16];
	size_t size = 0, i = 3;

	while (i < line.length && line.at[i] != ' ')
		i++;
	for (i += 2; size < sizeof bytes && i + 2 < line.length; i += 3) {
		if (size == 8)
			i++;
		int high = hex(line.at[i]), low = hex(line.at[i + 1]);
		if (high < 0 || low < 0)
			break;
		bytes[size++] = (char)(high * 16 + low);
	}
	put_bytes(&event_bytes, bytes, size);
}

static void
hold_call(struct task *task, struct span rest)
{
	size_t i = 0;

	clear(&event_text);
	if (begins(rest, "<... ")) {
		while (i < rest.length && rest.at[i] != '>')
			i++;
		i++;
		if (i >= rest.length)
			return;
		set(&event_text, span_of(&task->unfinished));
	}
	clear(&task->unfinished);
	put_bytes(&event_text, rest.at + i, rest.length - i);
	take_leads(&event_text, &event_leads);
	parse_call(span_of(&event_text), &event.call);
	holder = task;
}

/* The task of "2953  close(3) = 0"; *rest is what follows. NULL: no line. */
static struct task *
whose(struct span line, struct span *rest)
{
	size_t i = 0;
	long pid = number(line);

	while (i < line.length && line.at[i] >= '0' && line.at[i] <= '9')
		i++;
	while (i < line.length && line.at[i] == ' ')
		i++;
	*rest = (struct span){line.at + i, line.length - i};
	return pid <= 0 || rest->length == 0 ? NULL : task_of((pid_t)pid);
}

static void
queue_line(struct task *task, struct span line)
{
	put_bytes(&task->queue, line.at, line.length);
	put_bytes(&task->queue, "\n", 1);
}

static void
take_line(struct span line)
{
	struct span rest;

	if (begins(line, " ")) {
		if (waiter != NULL)
			queue_line(waiter, line);
		else if (holder != NULL && begins(line, " | "))
			take_dump(line);
		return;
	}
	flush_event();
	struct task *task = whose(line, &rest);
	waiter = NULL;
	if (task == NULL)
		return;
	if (!task->known && !find_parent(task)) {
		waiter = task;
		queue_line(task, line);
		return;
	}
	event = (struct event){.kind = A_CALL};
	clear(&event_bytes);
	clear(&event_leads);
	if (begins(rest, "+++ ") || begins(rest, "--- ")) {
		event.kind = rest.at[0] == '+' ? AN_END : A_SIGNAL;
		set(&event_text, rest);
		holder = task;
	} else if (ends(rest, unfinished)) {
		rest.length -= sizeof unfinished - 1;
		set(&task->unfinished, rest);
		begin_call(task);
	} else
		hold_call(task, rest);
}

/* Takes the lines, each with its newline; returns what is left. */
static struct span
take_lines(struct span lines)
{
	const char *end;

	while (lines.length > 0 &&
	       (end = memchr(lines.at, '\n', lines.length)) != NULL) {
		size_t length = (size_t)(end - lines.at);
		take_line((struct span){lines.at, length});
		lines = rest_of(lines, length + 1);
	}
	return lines;
}

void
replay(struct span lines)
{
	waiter = NULL;
	take_lines(lines);
	flush_event();
}

void
take_stream(struct span bytes)
{
	struct span rest;

	put_bytes(&buffer, bytes.at, bytes.length);
	rest = take_lines(span_of(&buffer));
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
	struct span rest;

	if (begins(span_of(&buffer), " "))
		return;
	flush_event();
	struct task *task =
	    buffer.length > 0 ? whose(span_of(&buffer), &rest) : NULL;
	if (task != NULL && !begins(rest, "<... "))
		set(&task->unfinished, rest);
}

void
end_stream(void)
{
	flush_event();
	end_tasks();
}

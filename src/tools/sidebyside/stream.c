/*
 * stream.c: strace's output, as it comes, becomes events: the two halves of a
 * call that another process cut in are put together, and the bytes that were
 * written are read out of the dump that follows the call.
 */
#include <stdint.h>
#include <string.h>

#include "sidebyside.h"

#define LONGEST_LINE  (1 << 18) /* what is longer is cut */
#define LONGEST_BYTES (1 << 16) /* of one write */

static const char unfinished[] = " <unfinished ...>";

static char buffer[LONGEST_LINE];
static size_t have;  /* bytes in it: the beginning of a line */
static bool in_long; /* the rest of the line is skipped */

static struct event event; /* held until its dump is complete */
static bool held;
static struct text event_text, event_bytes;

/* The event is complete: nothing more of it will come. */
static void
flush_event(void)
{
	if (!held)
		return;
	held = false;
	event.text = span_of(&event_text);
	event.bytes = span_of(&event_bytes);
	long result = number(event.call.result);
	if (result < 0)
		event.bytes.length = event.missing = 0;
	else if ((size_t)result <= event.bytes.length) {
		event.bytes.length = (size_t)result;
		event.missing = 0;
	}
	task_event(&event);
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
	if (event_bytes.length + size <= LONGEST_BYTES)
		add(&event_bytes, bytes, size);
	else
		event.missing += size;
}

/* strace pads "close(3)      = 0" to a column of its own. */
static void
close_gap(struct call *c)
{
	struct span *result = &c->result;
	size_t at = (size_t)(result->at - event_text.at) - 2, to = at;

	while (to > 0 && event_text.at[to - 1] == ' ')
		to--;
	to++;
	memmove(event_text.at + to, event_text.at + at, result->length + 2);
	event_text.length = to + 2 + result->length;
	result->at = event_text.at + to + 2;
}

static void
hold_call(struct task *task, struct span rest)
{
	size_t i = 0;

	event.kind = CALL;
	event_text.length = 0;
	if (begins(rest, "<... ")) {
		while (i < rest.length && rest.at[i] != '>')
			i++;
		i++;
		if (i >= rest.length)
			return;
		add(&event_text, task->unfinished.at, task->unfinished.length);
		task->unfinished.length = 0;
	}
	add(&event_text, rest.at + i, rest.length - i);
	if (parse_call(span_of(&event_text), &event.call))
		close_gap(&event.call);
	else
		event.call = (struct call){{"", 0}, {{"", 0}}, {"", 0}, 0};
	held = true;
}

static bool
is_unfinished(struct span rest)
{
	const size_t length = sizeof unfinished - 1;

	return rest.length > length &&
	       memcmp(rest.at + rest.length - length, unfinished, length) == 0;
}

/* "2953  close(3) = 0" */
static void
take_line(struct span line)
{
	size_t i = 0;

	if (begins(line, " | ") && held) {
		take_dump(line);
		return;
	}
	if (begins(line, " "))
		return;
	flush_event();
	pid_t pid = (pid_t)number(line);
	while (i < line.length && line.at[i] >= '0' && line.at[i] <= '9')
		i++;
	while (i < line.length && line.at[i] == ' ')
		i++;
	struct span rest = {line.at + i, line.length - i};
	if (pid <= 0 || rest.length == 0)
		return;
	struct task *task = task_of(pid);
	event = (struct event){.pid = pid};
	event_bytes.length = 0;
	if (begins(rest, "+++ ") || begins(rest, "--- ")) {
		event.kind = rest.at[0] == '+' ? END : SIGNAL;
		set(&event_text, rest.at, rest.length);
		held = true;
	} else if (is_unfinished(rest))
		set(&task->unfinished, rest.at,
		    rest.length - (sizeof unfinished - 1));
	else
		hold_call(task, rest);
}

/* The lines that are complete; the rest waits in the buffer. */
static void
take_lines(void)
{
	char *at = buffer, *end = buffer + have, *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (!in_long)
			take_line((struct span){at, (size_t)(newline - at)});
		in_long = false;
		at = newline + 1;
	}
	have = (size_t)(end - at);
	memmove(buffer, at, have);
	if (have == sizeof buffer) {
		if (!in_long)
			take_line((struct span){buffer, have});
		in_long = true;
		have = 0;
	}
	/* what follows is no dump: the event waits for nothing */
	if (have > 0 && buffer[0] != ' ')
		flush_event();
}

/* Nothing comes for a while: nor will a dump, unless it has begun. */
void
idle_stream(void)
{
	if (have == 0 || buffer[0] != ' ')
		flush_event();
}

void
take_stream(const char *bytes, size_t size)
{
	while (size > 0) {
		size_t room = sizeof buffer - have;
		size_t part = size < room ? size : room;
		memcpy(buffer + have, bytes, part);
		have += part;
		bytes += part;
		size -= part;
		take_lines();
	}
}

void
end_stream(void)
{
	flush_event();
	end_tasks();
}

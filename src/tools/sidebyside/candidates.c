/*
 * candidates.c: a line of the trace stands after its call, so the calls of a
 * lane wait here until its next line of a call, or its end. Whatever no line
 * has spoken of by then has to be allowed at that time.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

#define FIRST_SHOWN 3 /* of many */

static struct event
event_of(const struct candidate *k)
{
	struct event e = {.kind = A_CALL,
	    .text = span_of(&k->text),
	    .leads = span_of(&k->leads),
	    .bytes = span_of(&k->bytes)};

	parse_call(e.text, &e.call);
	return e;
}

static void
free_candidate(struct candidate *k)
{
	free(k->text.at);
	free(k->bytes.at);
	free(k->leads.at);
}

void
free_candidates(struct task *task)
{
	for (int i = 0; i < task->candidates; i++)
		free_candidate(&task->candidate[i]);
	task->candidates = 0;
}

/* The outputs so far are the program's own words. */
void
show_outputs(struct task *task)
{
	for (int i = 0; i < task->candidates; i++) {
		struct candidate *k = &task->candidate[i];
		struct event e = event_of(k);
		if (k->excuse == OUTPUT && !k->shown && k->looks != 1)
			show_output(task, &e);
		k->shown |= k->looks != 1;
	}
}

/* Is it the time for what this excuse does? */
static bool
is_in_time(const struct task *task, enum excuse excuse, bool at_end)
{
	switch (excuse) {
	case OF_LIBC:
	case OF_LOADER:
		return true;
	case OF_START:
		return task->phase == STARTING;
	case OF_BIRTH:
		return task->phase != SPEAKING;
	case SAMPLE:
		return task->phase == STARTING || at_end;
	case ENDING:
		return at_end;
	case AFTER:
		return at_end || task->is.state == WATCHER;
	default:
		return false;
	}
}

/* forgive: it was made by somebody who was killed before he could say so. */
static void
settle_one(struct task *task, struct candidate *k, bool at_end, bool forgive)
{
	struct event e = event_of(k);
	/* strace writes ???() where the end came before the call's name */
	bool cut =
	    at_end && (begins(e.text, "?\?\?(") || begins(e.call.result, "?"));

	if (k->excuse == OUTPUT && k->shown)
		return;
	if (k->excuse == OUTPUT)
		show_output(task, &e);
	else if (is_in_time(task, k->excuse, at_end) && k->excuse != ENDING)
		fold(k->excuse);
	else if (is_in_time(task, k->excuse, at_end) || cut || forgive)
		show_call(task, e.text);
	else {
		show_unsaid(task, e.text);
		if (k->more > 0)
			problem(task, "and %ld calls more", k->more);
	}
}

/* No line will speak of the candidates any more, but for the one at except,
 * -1: none. */
void
settle(struct task *task, bool at_end, int except, bool forgive)
{
	int last = forgive ? task->candidates - 1 : -1;

	while (last >= 0 && task->candidate[last].excuse != UNSAID)
		last--;
	for (int i = 0; i < task->candidates; i++)
		if (i != except)
			settle_one(
			    task, &task->candidate[i], at_end, i == last);
	free_candidates(task);
	task->reads = task->writes = 0;
	task->looks = 0;
	task->look_failed = false;
}

/* One of many like it: that a library call makes, or of libc's own. */
static bool
is_like(const struct candidate *k, const struct task *task, enum excuse excuse)
{
	return k->looks == task->looks &&
	       (k->excuse == OF_LIBC) == (excuse == OF_LIBC) &&
	       (excuse == OF_LIBC || task->looks == 1);
}

/* The call waits for its line; of many, the first ones and the last do. */
static void
add_candidate(struct task *task, const struct event *e, enum excuse excuse)
{
	int n = task->candidates;
	struct candidate *k = n > 0 ? &task->candidate[n - 1] : NULL;

	if (n > FIRST_SHOWN && is_like(k, task, excuse) &&
	    is_like(k - FIRST_SHOWN, task, excuse))
		k->more++;
	else
		k = one_more(&task->candidate, &task->candidates, sizeof *k);
	set(&k->text, e->text);
	set(&k->bytes, e->bytes);
	set(&k->leads, e->leads);
	k->excuse = excuse;
	k->looks = task->looks;
}

/* A call of a traced lane that is not the one of a "= ?" line. */
void
take_call(struct task *task, const struct event *e, enum excuse excuse)
{
	/* a library call stands between two looks at what was counted */
	if (task->bracket && is_look(e)) {
		if (task->looks == 0)
			settle(task, false, -1, false);
		task->looks++;
		task->look_failed |= failure_name(e->call.result).length > 0;
	}
	if (task->bracket && (excuse == OF_TRACE || excuse == OF_LIBC)) {
		fold(OF_TRACE);
		return;
	}
	if (task->bracket && excuse == AFTER && e->bytes.length > 0) {
		show_output(task, e);
		return;
	}
	if (task->looks < 2)
		count_io(task, &e->call);
	add_candidate(task, e, excuse);
}

/* The latest candidate that is the call of the line; *near: one that has its
 * name. -1: there is none. */
int
find_match(const struct task *task, const struct call *said, int *near)
{
	*near = -1;
	for (int i = task->candidates - 1; i >= 0; i--) {
		struct event e = event_of(&task->candidate[i]);
		if (equal_calls(said, &e.call))
			return i;
		if (*near == -1 && may_be(said, &e.call))
			*near = i;
	}
	return -1;
}

/* What a library call made, as the cells of a row: its line has come. */
void
settle_window(struct task *task, struct text *right)
{
	for (int i = 0; i < task->candidates; i++) {
		struct candidate *k = &task->candidate[i];
		if (k->excuse == OF_LIBC || k->looks != 1) {
			settle_one(task, k, false, false);
			continue;
		}
		if (k->more > 0)
			put(right, "\n(%ld calls more)", k->more);
		put_cell(right, task, span_of(&k->text));
	}
	if (right->length == 0)
		put_string(right, "(no system call)");
	free_candidates(task);
	settle(task, false, -1, false);
}

/*
 * candidates.c: a line of the trace stands after its call, so the calls of a
 * lane wait here until its next line of a call, or its end. Whatever no line
 * has spoken of by then has to be allowed at that time.
 */
#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

#define FIRST_SHOWN 3 /* of many */

/* The calls so far are done with, and what was counted of them. */
void
forget(struct task *task)
{
	for (int i = 0; i < task->candidates; i++)
		free_event(&task->candidate[i].event);
	task->candidates = 0;
	task->reads = task->writes = 0;
	task->looks = 0;
	task->look_failed = false;
}

/* The outputs so far are the program's own words. */
void
show_outputs(struct task *task)
{
	for (int i = 0; i < task->candidates; i++) {
		struct candidate *k = &task->candidate[i];
		if (k->excuse != OUTPUT || k->state != WAITS || k->looks == 1)
			continue;
		show_output(task, &k->event);
		k->state = SHOWN;
	}
}

/* Is it the time for such a call? */
static bool
is_in_time(const struct task *task, enum excuse excuse, bool at_end)
{
	bool starting = task->phase == STARTING;
	bool watches = task->is.state == WATCHER;

	return excuse == OF_LIBC || excuse == OF_LOADER ||
	       (excuse == OF_START && starting) ||
	       (excuse == OF_BIRTH && task->phase != SPEAKING) ||
	       (excuse == SAMPLE && (starting || at_end)) ||
	       (excuse == ENDING && at_end) ||
	       (excuse == AFTER && (at_end || watches));
}

/* forgive: it was made by somebody who was killed before he could say so. */
static void
settle_one(struct task *task, struct candidate *k, bool at_end, bool forgive)
{
	struct event *e = &k->event;
	bool in_time = is_in_time(task, k->excuse, at_end);
	/* strace writes ???() where the end came before the call's name */
	bool cut = at_end &&
		   (begins(e->text, "?\?\?(") || begins(e->call.result, "?"));

	if (k->excuse == OUTPUT)
		show_output(task, e);
	else if (in_time && k->excuse != ENDING)
		fold(k->excuse);
	else if (in_time || cut || forgive)
		show_call(task, e->text);
	else {
		show_unsaid(task, e->text);
		if (k->more > 0)
			problem(task, "and %ld calls more", k->more);
	}
}

/* No line will speak any more of the candidates that wait. */
void
judge(struct task *task, bool at_end, bool forgive)
{
	int last = forgive ? task->candidates - 1 : -1;

	while (last >= 0 && task->candidate[last].excuse != UNSAID)
		last--;
	for (int i = 0; i < task->candidates; i++)
		if (task->candidate[i].state == WAITS)
			settle_one(
			    task, &task->candidate[i], at_end, i == last);
}

void
settle(struct task *task)
{
	judge(task, false, false);
	forget(task);
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
add_candidate(struct task *task, struct event *e, enum excuse excuse)
{
	int n = task->candidates;
	struct candidate *k = n > 0 ? &task->candidate[n - 1] : NULL;

	if (n > FIRST_SHOWN && is_like(k, task, excuse) &&
	    is_like(k - FIRST_SHOWN, task, excuse)) {
		free_event(&k->event);
		k->more++;
	} else
		k = one_more(&task->candidate, &task->candidates, sizeof *k);
	k->event = *e;
	k->excuse = excuse;
	k->looks = task->looks;
	*e = (struct event){.kind = A_CALL};
}

/* A call of a traced lane that is not the one of a "= ?" line. */
void
take_call(struct task *task, struct event *e, enum excuse excuse)
{
	/* a library call stands between two looks at what was counted */
	if (task->bracket && is_look(e)) {
		if (task->looks == 0)
			settle(task);
		task->looks++;
		task->look_failed |= failure_name(e->call.result).length > 0;
	}
	if (task->bracket && (excuse == OF_TRACE || excuse == OF_LIBC))
		fold(OF_TRACE);
	else if (task->bracket && excuse == AFTER && e->bytes.length > 0)
		show_output(task, e);
	else {
		if (task->looks < 2)
			count_io(task, &e->call);
		add_candidate(task, e, excuse);
	}
}

/* The latest candidate that is the call of the line, or else one that has its
 * name. NULL: there is none. */
struct candidate *
find_match(const struct task *task, const struct call *said)
{
	struct candidate *near = NULL;

	for (int i = task->candidates - 1; i >= 0; i--) {
		struct candidate *k = &task->candidate[i];
		if (equal_calls(said, &k->event.call))
			return k;
		if (near == NULL && may_be(said, &k->event.call))
			near = k;
	}
	return near;
}

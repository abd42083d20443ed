/*
 * asleep.c: calls that have begun and do not return: shown before they do,
 * when nothing else moves.
 */
#include <stdlib.h>

#include "tools/sidebyside/sidebyside.h"

static struct text sleepers; /* their process ids */
static bool others;          /* who do not sleep, or ask the user */

/* "4712 read(3, ..." */
struct span
begun_cell(const struct task *task)
{
	static struct text begun;

	set(&begun, span_of(&task->unfinished));
	take_leads(&begun, NULL);
	put_string(&begun, "...");
	return cell(task, span_of(&begun));
}

/* What begins is no line of the trace: so what was printed before has none. */
void
begin_call(struct task *task)
{
	struct span call = span_of(&task->unfinished);

	if (!begins(call, "write(") && !begins(call, "futex("))
		show_outputs(task);
}

/* The user is asked something, and knows it. */
static bool
is_asking(const struct task *task)
{
	struct span call = span_of(&task->unfinished);

	return task->is.tty > 0 && begins(call, "read(") &&
	       number(rest_of(call, 5)) == task->is.tty;
}

void
show_asleep(struct task *task)
{
	if (!task->known || task->is.state > TRACED || task->bracket ||
	    task->asleep || task->unfinished.length == 0 || is_asking(task) ||
	    execs < 2)
		return;
	if (task->promise.length > 0)
		show_promise(task, none);
	row((struct row){
	    .right = begun_cell(task), .seat = seat_of(task), .tint = QUIET});
	task->asleep = true;
}

static void
count_sleeper(struct task *task)
{
	if (!task->known || task->is.state == WATCHER)
		return;
	others |= task->unfinished.length == 0 || is_asking(task);
	if (task->asleep && !task->is_thread)
		put(&sleepers, " %ld", (long)task->pid);
}

/* Nothing has moved for long: who knows why? */
void
show_standstill(void)
{
	struct text said = {.at = NULL};

	clear(&sleepers);
	others = false;
	for_each_task(count_sleeper);
	if (others || sleepers.length == 0)
		return;
	put(&said, "nothing moves: %sfdmap --why%s", options.folder,
	    sleepers.at);
	row_across(span_of(&said));
	free(said.at);
}

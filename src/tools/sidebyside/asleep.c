/*
 * asleep.c: calls that have begun and do not return: shown before they do,
 * when nothing else moves.
 */
#include <stdlib.h>

#include "tools/sidebyside/sidebyside.h"

/* "read(3, ...", which lasts until the next call of this function. */
struct span
begun_call(const struct task *task)
{
	static struct text begun;

	set(&begun, span_of(&task->unfinished));
	take_leads(&begun, NULL);
	put_string(&begun, "...");
	return span_of(&begun);
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
	show_promise(task, none);
	show_call(task, begun_call(task));
	task->asleep = true;
}

/* Nothing has moved for long: who knows why? */
void
show_standstill(void)
{
	struct text said = {.at = NULL};
	bool sleeper = false, other = false;

	put(&said, "nothing moves: %sfdmap --why", options.folder);
	for (const struct task *t = tasks; t != NULL; t = t->next) {
		if (!t->known || t->is.state == WATCHER)
			continue;
		other |= t->unfinished.length == 0 || is_asking(t);
		if (t->asleep && !t->is_thread) {
			put(&said, " %ld", (long)t->pid);
			sleeper = true;
		}
	}
	if (sleeper && !other)
		row((struct row){
		    .left = span_of(&said), .tint = NOTE, .across = true});
	free(said.at);
}

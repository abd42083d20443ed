/*
 * tasks.c: the processes and threads of the program, and whose child each is.
 * A child's first calls may come before its parent's clone returns: their lines
 * wait until it is known.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

static struct task *tasks; /* the youngest first */

/* The task of that number; a new one if there is none. */
struct task *
task_of(pid_t pid)
{
	struct task *t = tasks;

	while (t != NULL && t->pid != pid)
		t = t->next;
	if (t != NULL)
		return t;
	t = checked(calloc(1, sizeof *t));
	t->pid = pid;
	t->seat = -1;
	t->known = execs == 0 || options.pid > 0; /* the program itself */
	t->next = tasks;
	return tasks = t;
}

static void
free_task(struct task *task)
{
	struct task **at = &tasks;
	struct text *texts[] = {&task->queue, &task->unfinished, &task->missed,
	    &task->program, &task->role, &task->partial, &task->promise};

	while (*at != task)
		at = &(*at)->next;
	*at = task->next;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]->at);
	free_candidates(task);
	free(task->candidate);
	free(task);
}

void
for_each_task(void (*function)(struct task *task))
{
	for (struct task *t = tasks; t != NULL; t = t->next)
		function(t);
}

static bool
makes_a_child(struct span call)
{
	return begins(call, "clone") || begins(call, "fork(") ||
	       begins(call, "vfork(");
}

static void
adopt(struct task *child, const struct task *parent, struct span call)
{
	child->known = true;
	child->is_thread = contains(call, "CLONE_THREAD");
	inherit(child, parent);
}

/* The parent is known if only one task is in the middle of making a child. */
bool
find_parent(struct task *task)
{
	struct task *parent = NULL;

	for (struct task *t = tasks; t != NULL; t = t->next)
		if (makes_a_child(span_of(&t->unfinished))) {
			if (parent != NULL)
				return false;
			parent = t;
		}
	if (parent != NULL)
		adopt(task, parent, span_of(&parent->unfinished));
	return parent != NULL;
}

/* Its lines that waited for its parent are taken; it may end by them. */
static void
take_queue(struct task *task)
{
	struct text queue = task->queue;

	task->queue = (struct text){.at = NULL};
	replay(span_of(&queue));
	free(queue.at);
}

void
task_event(struct task *task, const struct event *e)
{
	struct task *child = NULL;

	if (e->kind == A_CALL && makes_a_child(e->text) &&
	    number(e->call.result) > 0)
		child = task_of((pid_t)number(e->call.result));
	if (child != NULL && child->known)
		child = NULL;
	take_event(task, e);
	if (child != NULL) {
		adopt(child, task, e->text);
		take_queue(child);
	}
	task->asleep = false;
	if (e->kind == AN_END)
		free_task(task);
}

/* strace has ended: so have they all. */
void
end_tasks(void)
{
	const struct event end = {.kind = AN_END};

	while (tasks != NULL) {
		struct task *task = tasks;
		if (task->known)
			task_event(task, &end);
		else {
			task->known = true;
			take_queue(task);
		}
	}
}

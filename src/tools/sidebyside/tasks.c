/*
 * tasks.c: the processes and threads of the program, and whose child each is.
 * A child's first calls may come before its parent's clone returns: they wait
 * until it is known.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

struct task *tasks;

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
	struct text *texts[] = {&task->unfinished, &task->program, &task->role,
	    &task->partial, &task->promised};

	while (*at != task)
		at = &(*at)->next;
	*at = task->next;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]->at);
	free_event(&task->missed);
	forget(task);
	free(task->candidate);
	free(task);
}

static bool
makes_a_child(struct span call)
{
	return begins(call, "clone") || begins(call, "fork(") ||
	       begins(call, "vfork(");
}

static void
adopt(struct task *child, const struct task *parent, bool is_thread)
{
	struct event *queue = child->queue;
	int queued = child->queued;

	child->known = true;
	child->is_thread = is_thread;
	if (parent != NULL)
		inherit(child, parent);
	child->queue = NULL;
	child->queued = 0;
	for (int i = 0; i < queued; i++) {
		task_event(child, &queue[i]); /* the last may end it */
		free_event(&queue[i]);
	}
	free(queue);
}

/* The parent is known if only one task is in the middle of making a child. */
static bool
find_parent(struct task *task)
{
	struct task *parent = NULL;

	for (struct task *t = tasks; t != NULL; t = t->next)
		if (makes_a_child(span_of(&t->unfinished))) {
			if (parent != NULL)
				return false;
			parent = t;
		}
	if (parent == NULL || !parent->known)
		return false;
	adopt(task, parent,
	    contains(span_of(&parent->unfinished), "CLONE_THREAD"));
	return true;
}

/* Who wants to keep the event leaves an empty one. */
void
task_event(struct task *task, struct event *e)
{
	struct task *child = NULL;
	bool is_thread = contains(e->text, "CLONE_THREAD");
	bool ends = e->kind == AN_END;

	if (!task->known && !find_parent(task)) {
		struct event *last =
		    one_more(&task->queue, &task->queued, sizeof *e);
		*last = *e;
		*e = (struct event){.kind = A_CALL};
		return;
	}
	if (e->kind == A_CALL && makes_a_child(e->text) &&
	    number(e->call.result) > 0)
		child = task_of((pid_t)number(e->call.result));
	take_event(task, e);
	if (child != NULL && !child->known)
		adopt(child, task, is_thread);
	task->asleep = false;
	if (ends)
		free_task(task);
}

/* strace has ended: so have they all. */
void
end_tasks(void)
{
	struct event end = {.kind = AN_END};

	while (tasks != NULL)
		if (tasks->known)
			task_event(tasks, &end);
		else
			adopt(tasks, NULL, false);
}

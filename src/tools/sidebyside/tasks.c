/*
 * tasks.c: the processes and threads of the traced program, and whose child
 * each is. A child's first calls may come before its parent's clone returns:
 * they wait until it is known.
 */
#include <stdlib.h>
#include <string.h>

#include "sidebyside.h"

#define BUCKETS     256
#define MOST_QUEUED (1 << 20)

static struct task *buckets[BUCKETS];
static bool first = true;

static struct task *
find(pid_t pid)
{
	struct task *t = buckets[(size_t)pid % BUCKETS];

	while (t != NULL && t->pid != pid)
		t = t->next;
	return t;
}

/* The task of that number; a new one if there is none. */
struct task *
task_of(pid_t pid)
{
	struct task *t = find(pid);

	if (t != NULL)
		return t;
	t = calloc(1, sizeof *t);
	if (t == NULL)
		out_of_memory();
	t->pid = pid;
	t->known = first; /* the program itself */
	first = false;
	t->next = buckets[(size_t)pid % BUCKETS];
	buckets[(size_t)pid % BUCKETS] = t;
	return t;
}

static void
free_task(struct task *task)
{
	struct task **at = &buckets[(size_t)task->pid % BUCKETS];
	struct text *texts[] = {&task->unfinished, &task->partial, &task->queue,
	    &task->program, &task->interrupted, &task->dropped_example,
	    &task->promise, &task->promise_calls, &task->last_exec,
	    &task->deferred, &task->folder, &task->unnamed, &task->given,
	    &task->signal};

	while (*at != task)
		at = &(*at)->next;
	*at = task->next;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		free(texts[i]->at);
	for (int i = 0; task->candidate && i < MOST_CANDIDATES; i++) {
		free(task->candidate[i].text.at);
		free(task->candidate[i].bytes.at);
	}
	free(task->candidate);
	free(task);
}

void
for_each_task(void (*function)(struct task *task))
{
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct task *t = buckets[i]; t != NULL; t = t->next)
			function(t);
}

static bool
makes_a_child(struct span call)
{
	return begins(call, "clone") || begins(call, "fork(") ||
	       begins(call, "vfork(");
}

/* The only task that is in the middle of making a child; else NULL. */
static struct task *
only_parent(void)
{
	struct task *found = NULL;

	for (size_t i = 0; i < BUCKETS; i++)
		for (struct task *t = buckets[i]; t != NULL; t = t->next)
			if (makes_a_child(span_of(&t->unfinished))) {
				if (found != NULL)
					return NULL;
				found = t;
			}
	return found;
}

/* Its texts follow it in the queue. */
static void
queue_event(struct task *task, const struct event *e)
{
	add(&task->queue, (const char *)e, sizeof *e);
	add(&task->queue, e->text.at, e->text.length);
	add(&task->queue, e->bytes.at, e->bytes.length);
}

/* False if that was the task's end, and it is gone. */
static bool
judge_event(struct task *task, const struct event *e)
{
	judge(task, e);
	if (e->kind == END)
		free_task(task);
	return e->kind != END;
}

/* The parent is known now, or given up on: NULL. */
static void
adopt(struct task *child, const struct task *parent)
{
	struct text queue = child->queue;
	struct event e;

	child->known = true;
	child->queue = (struct text){NULL, 0, 0};
	if (parent != NULL)
		inherit(child, parent);
	for (size_t at = 0; at < queue.length;) {
		memcpy(&e, queue.at + at, sizeof e);
		at += sizeof e;
		e.text.at = queue.at + at;
		at += e.text.length;
		e.bytes.at = queue.at + at;
		at += e.bytes.length;
		e.call = (struct call){.count = 0};
		if (e.kind == CALL)
			parse_call(e.text, &e.call);
		if (!judge_event(child, &e))
			break;
	}
	free(queue.at);
}

void
task_event(const struct event *e)
{
	struct task *task = task_of(e->pid);

	if (!task->known) {
		struct task *parent = only_parent();
		if (parent == NULL && task->queue.length < MOST_QUEUED) {
			queue_event(task, e);
			return;
		}
		adopt(task, parent);
	}
	if (e->kind == CALL && makes_a_child(e->text) &&
	    number(e->call.result) > 0) {
		struct task *child = task_of((pid_t)number(e->call.result));
		if (!child->known)
			adopt(child, task);
	}
	judge_event(task, e);
}

static struct task *
any_task(void)
{
	for (size_t i = 0; i < BUCKETS; i++)
		if (buckets[i] != NULL)
			return buckets[i];
	return NULL;
}

/* strace has ended: so have they all. */
void
end_tasks(void)
{
	struct event end = {.kind = END};
	struct task *task;

	while ((task = any_task()) != NULL) {
		pid_t pid = task->pid;
		if (!task->known)
			adopt(task, NULL);
		if (find(pid) == task)
			judge_event(task, &end);
	}
}

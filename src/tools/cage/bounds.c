/*
 * bounds.c: what the kernel does not limit, or not for all processes together,
 * is looked at often; and what the program left when it ended.
 */
#define _GNU_SOURCE

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

static struct tree trees[2];
static struct tree *last = &trees[0], *fresh = &trees[1];

/* Looks again; the last look is kept. */
static void
look_again(long most)
{
	struct tree *was = last;

	last = fresh;
	fresh = was;
	look_at_tree(fresh, (int)most);
}

/* Seconds of all that ended and was waited for; its largest process. */
static double
cpu_of_ended(void)
{
	struct rusage u;

	getrusage(RUSAGE_CHILDREN, &u);
	if (u.ru_maxrss > result.peak)
		result.peak = u.ru_maxrss;
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static bool
is_ours(const struct tree *tree, pid_t pid)
{
	const struct task *t = find_task(tree, pid);

	return t != NULL && t->parent == getpid();
}

/*
 * Zombies that became ours: only those that already were at the look before,
 * as the program's own would tell of a wait that it forgot.
 */
static void
reap_orphans(pid_t program)
{
	for (int i = 0; i < fresh->count; i++) {
		const struct task *t = &fresh->task[i];
		if (t->parent == getpid() && t->state == 'Z' &&
		    t->pid != program && is_ours(last, t->pid))
			waitpid(t->pid, NULL, WNOHANG);
	}
}

static enum end
over(double cpu, long memory)
{
	if (!fresh->whole || fresh->tasks > options.processes)
		return BY_PROCESSES;
	if (cpu > options.cpu)
		return BY_CPU;
	if (memory <= options.memory * 1024)
		return NOTHING;
	memory = proportional(fresh);
	if (memory <= options.memory * 1024)
		return NOTHING;
	if (memory > result.peak)
		result.peak = memory;
	return BY_MEMORY;
}

/*
 * Seconds of those that ended and that nobody waited for, as SIGCHLD was
 * ignored: their time is in no sum any more. Two looks in a row have less than
 * there was: one alone may have come between a wait and what it adds.
 */
static double
cpu_of_lost(double cpu)
{
	static double highest, lower, lost;
	static bool fell;

	if (cpu >= highest || !fell) {
		fell = cpu < highest;
		lower = cpu;
		if (!fell)
			highest = cpu;
		return lost;
	}
	if (lower < cpu)
		lower = cpu;
	lost += highest - lower;
	highest = lower;
	fell = false;
	return lost;
}

/* Looks at all; returns the limit that it is over. */
enum end
watch_tree(pid_t program)
{
	double cpu = cpu_of_ended();
	long memory = 0;

	look_again(options.processes);
	reap_orphans(program);
	for (int i = 0; i < fresh->count; i++) {
		cpu += fresh->task[i].cpu;
		memory += fresh->task[i].resident;
	}
	cpu += cpu_of_lost(cpu);
	if (cpu > result.cpu)
		result.cpu = cpu;
	long count = fresh->count + !fresh->whole;
	if (count > result.most)
		result.most = count;
	return over(cpu, memory);
}

/* At the last look: but the program itself. */
bool
is_anybody_left(pid_t program)
{
	for (int i = 0; i < fresh->count; i++)
		if (fresh->task[i].alive && fresh->task[i].pid != program)
			return true;
	return false;
}

static void
add_name(const char *name)
{
	char *to = result.left_names;
	size_t length = strlen(to), size = sizeof result.left_names;

	if (length + strlen(name) + 2 > size)
		return;
	if (length > 0)
		memcpy(to + length, " ", 2);
	add_cleaned(to, size, name);
}

/*
 * When the program has ended its children are ours, among others whose parent
 * had ended before. Those are known: at the last look the parent was another,
 * or the session is one that only a child of the program could have made. A
 * grandchild that lost its parent after the last look, in the session of the
 * program, counts as the program's own.
 */
static bool
was_its_child(const struct task *t, pid_t program)
{
	const struct task *before = find_task(last, t->pid);

	if (t->parent != getpid() || t->pid == program)
		return false;
	if (before != NULL)
		return before->parent == program;
	return t->session == program || t->session == t->pid;
}

/*
 * by_itself: the program has ended, and nothing has been reaped since; else
 * the cage is about to end it, and a zombie is a child not waited for so far.
 */
void
count_left(pid_t program, bool by_itself)
{
	const struct tree *tree;

	if (by_itself)
		look_again(MOST_PROCESSES);
	tree = fresh;
	for (int i = 0; i < tree->count; i++) {
		const struct task *t = &tree->task[i];
		if (t->pid == program) {
			if (!by_itself)
				result.state = t->state;
			continue;
		}
		if (t->alive) {
			result.left_running++;
			add_name(t->name);
		}
		if (by_itself ? was_its_child(t, program)
			      : t->parent == program && t->state == 'Z')
			result.unwaited++;
	}
	if (tree->count > result.most)
		result.most = tree->count;
}

/*
 * activity.c: what each thread of a process does at this moment. The kernel
 * calls a thread a task, and has a folder for each in /proc/PID/task.
 */
#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "picture/parts.h"

static bool
read_task(
    const struct task *t, pid_t pid, const char *name, char *text, size_t size)
{
	return read_procf(
	    text, size, "/proc/%ld/task/%ld/%s", (long)pid, (long)t->tid, name);
}

/* The set of signals, or the number, after the label. */
static unsigned long
labelled_set(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	return at == NULL ? 0 : strtoul(at + strlen(label), NULL, 16);
}

static void
look_at_status(struct task *t, struct process *process)
{
	char text[4096];

	if (!read_task(t, process->pid, "status", text, sizeof text))
		return;
	t->switches = labelled(text, "\nvoluntary_ctxt_switches:") +
		      labelled(text, "nonvoluntary_ctxt_switches:");
	t->blocked = labelled_set(text, "\nSigBlk:");
	process->caught = labelled_set(text, "\nSigCgt:");
	process->tracer = (pid_t)labelled(text, "\nTracerPid:");
}

/* The call and its arguments, unless the kernel keeps them from us, or has
 * numbers for them that are not ours. */
static void
look_at_call(struct task *t, const struct process *process)
{
	char text[256], *at;

	read_task(t, process->pid, "syscall", text, sizeof text);
	t->call = -1;
	t->call_known = !process->foreign &&
			(text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
	if (!t->call_known)
		return;
	t->call = strtol(text, &at, 10);
	for (int i = 0; i < 6; i++)
		t->arg[i] = strtoul(at, &at, 16);
}

static void
look_at_task(struct task *t, struct process *process)
{
	char text[1024];

	read_task(t, process->pid, "stat", text, sizeof text);
	t->state = state_in(text);
	look_at_status(t, process);
	read_task(t, process->pid, "wchan", t->wchan, sizeof t->wchan);
	char *dot = strchr(t->wchan, '.'); /* "do_poll.constprop.0" */
	if (dot != NULL)
		*dot = '\0';
	look_at_call(t, process);
}

/* Is it a program for another size of word? Then so are its calls. */
static bool
is_foreign(pid_t pid)
{
	char head[8];

	return read_procf(head, sizeof head, "/proc/%ld/exe", (long)pid) &&
	       strncmp(head, "\177ELF", 4) == 0 &&
	       head[4] != (sizeof(long) == 8 ? 2 : 1);
}

/* Has it set a timer that runs? */
static bool
has_timer(pid_t pid)
{
	char text[64];

	return read_procf(text, sizeof text, "/proc/%ld/timers", (long)pid);
}

#define KCMP_FILES 2 /* kcmp(2) */

/* Has a thread descriptors of its own, unlike those of the others? Then what we
 * know of the process's is not all. */
static bool
has_own_table(const struct process *it, pid_t tid)
{
	return tid != it->table && it->table == it->pid &&
	       syscall(SYS_kcmp, it->table, tid, KCMP_FILES, 0, 0) > 0;
}

void
look_at_tasks(struct picture *p, int process)
{
	struct process *it = &p->process[process];
	DIR *folder = open_folder(it->pid, "task");
	int tid;

	if (folder == NULL)
		return;
	it->foreign = is_foreign(it->pid);
	it->times = has_timer(it->pid);
	while ((tid = next_number(folder)) != -1) {
		struct task *t = one_more(&p->task, &p->tasks, sizeof *p->task);
		t->process = process;
		t->tid = tid;
		look_at_task(t, it);
		it->parted |= has_own_table(it, tid);
	}
	closedir(folder);
}

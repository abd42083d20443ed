/*
 * activity.c: what each thread of a process does at this moment. The kernel
 * calls a thread a task, and has a folder for each in /proc/PID/task.
 */
#include <stdlib.h>

#include "picture/parts.h"

static bool
read_task(
    const struct task *t, pid_t pid, const char *name, char *text, size_t size)
{
	return read_procf(
	    text, size, "/proc/%ld/task/%ld/%s", (long)pid, (long)t->tid, name);
}

static void
look_at_task(struct task *t, pid_t pid)
{
	char text[2048], *at;

	t->call = -1;
	read_task(t, pid, "stat", text, sizeof text);
	t->state = state_in(text);
	if (read_task(t, pid, "status", text, sizeof text))
		t->switches = labelled(text, "\nvoluntary_ctxt_switches:") +
			      labelled(text, "nonvoluntary_ctxt_switches:");
	read_task(t, pid, "wchan", t->wchan, sizeof t->wchan);
	read_task(t, pid, "syscall", text, sizeof text);
	t->call_known = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
	if (!t->call_known)
		return;
	t->call = strtol(text, &at, 10);
	for (int i = 0; i < 6; i++)
		t->arg[i] = strtoul(at, &at, 16);
}

void
look_at_tasks(struct picture *p, int process)
{
	pid_t pid = p->process[process].pid;
	DIR *folder = open_folder(pid, "task");
	int tid;

	if (folder == NULL)
		return;
	while ((tid = next_number(folder)) != -1) {
		struct task *t = one_more(&p->task, &p->tasks, sizeof *p->task);
		t->process = process;
		t->tid = tid;
		look_at_task(t, pid);
	}
	closedir(folder);
}

/*
 * tree.c: the processes below this one, as /proc has them at the moment: our
 * children and theirs. One whose parent ended is our child, by
 * PR_SET_CHILD_SUBREAPER, whatever session it is in.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "cage.h"

#define PF_EXITING 4 /* of the flags in /proc/PID/stat */

/* A file as a string in a buffer that the next call uses again; NULL: none. */
static char *
read_file(const char *path)
{
	static char text[65536];
	size_t length = 0;
	ssize_t more;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return NULL;
	while ((more = read(fd, text + length, sizeof text - 1 - length)) > 0)
		length += (size_t)more;
	close(fd);
	text[length] = '\0';
	return text;
}

/* The fields of /proc/PID/stat after the state, as proc(5) numbers them. */
enum {
	PARENT = 4,
	SESSION = 6,
	FLAGS = 9,
	USER_TIME = 14,
	CHILDREN_TIME = 17, /* the last of four */
	THREADS = 20,
	RESIDENT = 24
};

/* What comes after the name, which may hold anything. */
static void
read_fields(struct task *t, char *at)
{
	long long field[RESIDENT + 1] = {0}, ticks = 0;

	t->state = *at++;
	for (int i = PARENT; i <= RESIDENT; i++)
		field[i] = strtoll(at, &at, 10);
	for (int i = USER_TIME; i <= CHILDREN_TIME; i++)
		ticks += field[i];
	t->parent = (pid_t)field[PARENT];
	t->session = (pid_t)field[SESSION];
	t->threads = (long)field[THREADS];
	t->alive = t->threads > 1 || (strchr("ZXx", t->state) == NULL &&
					 (field[FLAGS] & PF_EXITING) == 0);
	t->cpu = (double)ticks / (double)sysconf(_SC_CLK_TCK);
	t->resident = (long)field[RESIDENT] * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Returns false if it is gone. */
static bool
look_at_task(struct task *t, pid_t pid)
{
	char path[40];

	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	char *text = read_file(path);
	char *name = text == NULL ? NULL : strchr(text, '(');
	char *after = text == NULL ? NULL : strrchr(text, ')');
	if (name == NULL || after == NULL || after[1] == '\0')
		return false;
	*after = '\0';
	snprintf(t->name, sizeof t->name, "%.15s", name + 1);
	t->pid = pid;
	read_fields(t, after + 2);
	return true;
}

/* What is done with each child. */
struct visit {
	child_function *take;
	void *arg;
	pid_t parent;
};

/* Returns false where the kernel has no such file. */
static bool
visit_listed(const struct visit *v, const char *thread)
{
	char path[300];

	snprintf(path, sizeof path, "/proc/%ld/task/%s/children",
	    (long)v->parent, thread);
	char *text = read_file(path);
	if (text == NULL)
		return false;
	char *copy = strdup(text), *at = copy, *end;
	if (copy == NULL)
		return true; /* the next look is soon */
	for (;; at = end) {
		long child = strtol(at, &end, 10);
		if (end == at)
			break;
		v->take((pid_t)child, v->arg);
	}
	free(copy);
	return true;
}

static void
visit_thread(const struct visit *v, const char *thread)
{
	visit_listed(v, thread);
}

/* Where there are no files with the children: of all processes, the parent's.
 */
static void
visit_process(const struct visit *v, const char *name)
{
	struct task t;

	if (look_at_task(&t, (pid_t)strtol(name, NULL, 10)) &&
	    t.parent == v->parent)
		v->take(t.pid, v->arg);
}

/* Each name that is a number in a folder below /proc. */
static void
for_each_number(const char *path,
    void (*visit)(const struct visit *, const char *), const struct visit *v)
{
	DIR *all = opendir(path);
	struct dirent *entry;

	while (all != NULL && (entry = readdir(all)) != NULL)
		if (isdigit((unsigned char)entry->d_name[0]))
			visit(v, entry->d_name);
	if (all != NULL)
		closedir(all);
}

/* The children of all threads of a process; threads is how many it has. */
void
for_each_child(pid_t parent, long threads, child_function *take, void *arg)
{
	const struct visit v = {take, arg, parent};
	char main_thread[24], path[40];

	snprintf(main_thread, sizeof main_thread, "%ld", (long)parent);
	snprintf(path, sizeof path, "/proc/%ld/task", (long)parent);
	if (threads > 1)
		for_each_number(path, visit_thread, &v);
	else if (!visit_listed(&v, main_thread) &&
		 access("/proc/thread-self/children", F_OK) == -1)
		for_each_number("/proc", visit_process, &v);
}

struct adding {
	struct tree *tree;
	int most;
};

static void
add_task(pid_t pid, void *arg)
{
	const struct adding *a = arg;
	struct tree *tree = a->tree;

	if (!tree->whole || is_tracer(pid) || find_task(tree, pid) != NULL)
		return;
	if (tree->count >= a->most)
		tree->whole = false;
	else if (look_at_task(&tree->task[tree->count], pid))
		tree->tasks += tree->task[tree->count++].threads;
}

/* At most so many of them, at most MOST_PROCESSES. */
void
look_at_tree(struct tree *tree, int most)
{
	struct adding a = {tree, most};

	tree->count = 0;
	tree->tasks = 0;
	tree->whole = true;
	for_each_child(getpid(), 1, add_task, &a);
	for (int i = 0; i < tree->count && tree->whole; i++)
		for_each_child(
		    tree->task[i].pid, tree->task[i].threads, add_task, &a);
}

const struct task *
find_task(const struct tree *tree, pid_t pid)
{
	for (int i = tree->count - 1; i >= 0; i--)
		if (tree->task[i].pid == pid)
			return &tree->task[i];
	return NULL;
}

/*
 * KiB of memory of all, where a page that several share counts once; where
 * the kernel does not say, what each has.
 */
long
proportional(const struct tree *tree)
{
	char path[40];
	long sum = 0;

	for (int i = 0; i < tree->count; i++) {
		snprintf(path, sizeof path, "/proc/%ld/smaps_rollup",
		    (long)tree->task[i].pid);
		char *text = read_file(path);
		char *pss = text == NULL ? NULL : strstr(text, "\nPss:");
		sum += pss == NULL ? tree->task[i].resident
				   : strtol(pss + 5, NULL, 10);
	}
	return sum;
}

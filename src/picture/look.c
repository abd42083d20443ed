/*
 * look.c: a picture is taken. Which processes there are, and which descriptors
 * they have: /proc/PID/fd says where a descriptor leads, fdinfo its flags and
 * offset. What is behind these, the other files find out.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "picture/parts.h"

bool
read_link(pid_t pid, int fd, char *to, size_t size)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
	ssize_t length = readlink(path, to, size - 1);
	if (length <= 0)
		return false;
	to[length] = '\0';
	return true;
}

/* All about descriptor fd of the process; false if it is gone. */
static bool
read_descriptor(struct descriptor *d, pid_t pid, int fd)
{
	char text[512], path[64], to[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
	read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d", (long)pid, fd);
	const char *flags = strstr(text, "flags:");
	if (flags == NULL || stat(path, &st) == -1 ||
	    !read_link(pid, fd, to, sizeof to))
		return false;
	d->path = checked(strdup(to));
	d->fd = fd;
	d->flags = (int)strtol(flags + strlen("flags:"), NULL, 8);
	d->close_on_exec = d->flags & O_CLOEXEC;
	d->offset = labelled(text, "pos:");
	d->mode = st.st_mode;
	d->owner = st.st_uid;
	d->dev = st.st_dev;
	d->ino = st.st_ino;
	d->description = d->pipe = -1;
	d->next_of_pipe = d->next_of_description = -1;
	return true;
}

bool
add_descriptor(struct picture *p, int process, int fd, int pipe)
{
	struct descriptor d = {.process = process};

	if (!read_descriptor(&d, p->process[process].table, fd))
		return false;
	if (pipe >= 0 &&
	    (d.dev != p->pipe[pipe].dev || d.ino != p->pipe[pipe].ino)) {
		free(d.path);
		return false;
	}
	d.pipe = pipe;
	struct descriptor *place =
	    one_more(&p->descriptor, &p->descriptors, sizeof *p->descriptor);
	*place = d;
	for (int i = 0; i < 2; i++)
		place->own |= p->process[process].own[i] == fd;
	if (p->process[process].count++ == 0)
		p->process[process].first = p->descriptors - 1;
	return true;
}

static int
by_number(const void *one, const void *other)
{
	const struct descriptor *a = one, *b = other;

	return (a->fd > b->fd) - (a->fd < b->fd);
}

const struct descriptor *
find_descriptor(const struct picture *p, int process, int fd)
{
	const struct process *it = &p->process[process];
	struct descriptor key = {.fd = fd};

	return it->count == 0 ? NULL
			      : bsearch(&key, p->descriptor + it->first,
				    (size_t)it->count, sizeof key, by_number);
}

/* Adds the descriptors of process number i, but for the one we look through. */
static void
look_at_process(struct picture *p, int i)
{
	struct process *process = &p->process[i];
	DIR *folder = open_folder(process->table, "fd");
	int fd;

	process->refused = folder == NULL && !has_ended(process->state);
	if (folder == NULL)
		return;
	while ((fd = next_number(folder)) != -1)
		if (!process->mine || fd != dirfd(folder))
			add_descriptor(p, i, fd, -1);
	closedir(folder);
	process = &p->process[i];
	if (process->count > 0)
		qsort(p->descriptor + process->first, (size_t)process->count,
		    sizeof *p->descriptor, by_number);
}

static pid_t
my_pid(void)
{
	char me[24];
	ssize_t length = readlink("/proc/self", me, sizeof me - 1);

	me[length < 0 ? 0 : length] = '\0';
	return (pid_t)strtol(me, NULL, 10);
}

/* The descriptors that a trace has marked as its own: the name of a page of
 * memory has their numbers; src/trace/run/own.c. */
static void
find_own(struct process *process)
{
	static const char mark[] = "/memfd:ipclab-trace-";
	char path[64], *line = NULL, *at = NULL;
	size_t room = 0;

	process->own[0] = process->own[1] = -1;
	snprintf(path, sizeof path, "/proc/%ld/maps", (long)process->pid);
	FILE *f = fopen(path, "re");
	while (f != NULL && at == NULL && getline(&line, &room, f) != -1)
		at = strstr(line, mark);
	if (at != NULL) {
		process->own[0] = (int)strtol(at + strlen(mark), &at, 10);
		if (*at == '-')
			process->own[1] = (int)strtol(at + 1, NULL, 10);
	}
	free(line);
	if (f != NULL)
		fclose(f);
}

struct process *
add_process(struct picture *p, pid_t pid, pid_t me)
{
	struct process *process =
	    one_more(&p->process, &p->processes, sizeof *p->process);
	struct stat_file stat;

	read_stat(pid, &stat);
	*process = (struct process){.pid = pid,
	    .mine = pid == me,
	    .state = stat.state,
	    .parent = stat.parent,
	    .group = stat.group,
	    .foreground = stat.foreground,
	    .terminal = stat.terminal,
	    .cpu = (double)stat.ticks / (double)sysconf(_SC_CLK_TCK)};
	if (me == 0)
		process->state = NO_PROC;
	process->table = stat.state == 0 ? pid : table_of(pid, &stat);
	memcpy(process->command, stat.command, sizeof process->command);
	find_own(process);
	return process;
}

static void
add_asked(struct picture *p, const struct looked_at *who, pid_t me)
{
	struct process *process = add_process(p, who->pid, me);

	process->asked = true;
	snprintf(process->name, sizeof process->name, "%s",
	    who->name == NULL ? "" : who->name);
	if (p->deep)
		look_at_tasks(p, p->processes - 1);
}

/* What a look finds out when it knows whom to look at. */
static void
look_behind(struct picture *p, const struct picture *before, pid_t me)
{
	find_descriptions(p);
	find_pipes(p);
	if (p->deep) {
		p->census = take_census(me);
		find_peers(p);
		look_at_strangers(p);
	}
	ask_pipes(p);
	find_sockets(p);
	mark_changes(p, before);
}

struct picture *
look(
    const struct looked_at *who, int n, const struct picture *before, bool deep)
{
	struct picture *p = checked(calloc(1, sizeof *p));
	pid_t me = my_pid();

	p->me = me;
	p->deep = deep;
	for (int i = 0; i < n; i++)
		add_asked(p, &who[i], me);
	for (int i = 0; i < n; i++)
		look_at_process(p, i);
	look_behind(p, before, me);
	return p;
}

/* Adds a process that the way leads to, if it is new and no kernel's. */
static void
follow(struct picture *p, pid_t pid, pid_t me)
{
	if (pid <= 0 || pid == me || process_of(p, pid) != -1 ||
	    find_living(p->census, pid) == NULL)
		return;
	add_asked(p, &(struct looked_at){.pid = pid}, me);
	p->process[p->processes - 1].followed = true;
	look_at_process(p, p->processes - 1);
}

/* Adds whoever could wake a thread of process number i. */
static void
follow_wakers(struct picture *p, int i, pid_t me)
{
	int tasks = p->tasks;

	for (int t = 0; t < tasks; t++) {
		struct task task = p->task[t];
		struct sleeper s = {.task = &task};
		if (task.process != i)
			continue;
		find_cause(p, &s);
		find_ways(p, &s);
		for (int w = 0; w < s.ways; w++)
			for (int k = 0; k < s.way[w].wakers; k++)
				follow(p, s.way[w].waker[k].pid, me);
		free_sleeper(&s);
	}
}

static void
follow_children(struct picture *p, pid_t parent, pid_t me)
{
	for (int i = 0; i < p->census->livings; i++)
		if (p->census->living[i].parent == parent)
			follow(p, p->census->living[i].pid, me);
}

struct picture *
look_further(const struct looked_at *who, int n, bool on_the_way)
{
	struct picture *p = checked(calloc(1, sizeof *p));
	pid_t me = my_pid();

	p->me = me;
	p->deep = true;
	p->further = on_the_way;
	for (int i = 0; i < n; i++) {
		add_asked(p, &who[i], me);
		look_at_process(p, i);
	}
	p->census = take_census(me);
	for (int i = 0; i < p->processes; i++)
		if (i < n || process_of(p, p->process[i].parent) != -1)
			follow_children(p, p->process[i].pid, me);
	for (int i = 0; on_the_way && i < p->processes; i++)
		follow_wakers(p, i, me);
	free_census(p->census);
	look_behind(p, NULL, me);
	return p;
}

void
free_picture(struct picture *p)
{
	if (p == NULL)
		return;
	for (int i = 0; i < p->descriptors; i++)
		free(p->descriptor[i].path);
	for (int i = 0; i < p->descriptions; i++)
		free(p->description[i].address);
	for (int i = 0; i < p->pipes; i++)
		free(p->pipe[i].path);
	for (int i = 0; i < p->closings; i++)
		free(p->closed[i]);
	free_census(p->census);
	free_sockets(p);
	free(p->process);
	free(p->descriptor);
	free(p->description);
	free(p->pipe);
	free(p->task);
	free(p->closed);
	free(p);
}

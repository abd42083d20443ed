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

/* The command in the text of a stat file, as printable text. */
static void
copy_command(char *command, size_t size, const char *stat)
{
	const char *begin = strchr(stat, '('), *end = strrchr(stat, ')');

	if (begin == NULL || end == NULL)
		return;
	snprintf(command, size, "%.*s", (int)(end - begin - 1), begin + 1);
	for (char *c = command; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

char *
read_link(pid_t pid, int fd)
{
	char path[64], to[PATH_MAX];

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
	ssize_t length = readlink(path, to, sizeof to - 1);
	if (length <= 0)
		return NULL;
	to[length] = '\0';
	return checked(strdup(to));
}

/* All about descriptor fd of the process; false if it is gone. */
static bool
read_descriptor(struct descriptor *d, pid_t pid, int fd)
{
	char text[512], path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
	read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d", (long)pid, fd);
	const char *flags = strstr(text, "flags:");
	if (flags == NULL || stat(path, &st) == -1)
		return false;
	d->path = read_link(pid, fd);
	if (d->path == NULL)
		return false;
	d->fd = fd;
	d->flags = (int)strtol(flags + strlen("flags:"), NULL, 8);
	d->close_on_exec = d->flags & O_CLOEXEC;
	d->offset = labelled(text, "pos:");
	d->mode = st.st_mode;
	d->dev = st.st_dev;
	d->ino = st.st_ino;
	d->description = d->pipe = -1;
	return true;
}

bool
add_descriptor(struct picture *p, int process, int fd, int pipe)
{
	struct descriptor d = {.process = process};

	if (!read_descriptor(&d, p->process[process].pid, fd))
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
	return true;
}

/* Adds the descriptors of process number i, but for the one we look through. */
static void
look_at_process(struct picture *p, int i)
{
	struct process *process = &p->process[i];
	DIR *folder = open_folder(process->pid, "fd");
	int fd;

	process->refused = folder == NULL && !has_ended(process->state);
	if (folder == NULL)
		return;
	while ((fd = next_number(folder)) != -1)
		if (!process->mine || fd != dirfd(folder))
			add_descriptor(p, i, fd, -1);
	closedir(folder);
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
	char text[512];

	process->pid = pid;
	process->mine = pid == me;
	read_procf(text, sizeof text, "/proc/%ld/stat", (long)pid);
	process->state = state_in(text);
	if (me == 0)
		process->state = NO_PROC;
	copy_command(process->command, sizeof process->command, text);
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

struct picture *
look(
    const struct looked_at *who, int n, const struct picture *before, bool deep)
{
	struct picture *p = checked(calloc(1, sizeof *p));
	pid_t me = my_pid();

	p->deep = deep;
	for (int i = 0; i < n; i++)
		add_asked(p, &who[i], me);
	for (int i = 0; i < n; i++)
		look_at_process(p, i);
	find_descriptions(p);
	find_pipes(p);
	if (deep) {
		find_peers(p);
		look_at_strangers(p, me);
	}
	ask_pipes(p);
	find_sockets(p);
	mark_changes(p, before);
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
	free(p->process);
	free(p->descriptor);
	free(p->description);
	free(p->pipe);
	free(p->task);
	free(p->closed);
	free(p);
}

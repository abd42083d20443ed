/*
 * strangers.c: who else holds an end of the picture's pipes and sockets. A
 * reader waits for the last write end to be closed, wherever that is: so a deep
 * look goes through all processes that one may look at.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

/* The number of the pipe that this link of another process leads to, or -1. */
static int
pipe_named(const struct picture *p, const char *path)
{
	for (int i = 0; path != NULL && i < p->pipes; i++)
		if (strcmp(p->pipe[i].path, path) == 0)
			return i;
	return -1;
}

/* Is it the other end of a socket of the picture? */
static bool
is_peer(const struct picture *p, const char *path)
{
	static const char socket[] = "socket:[";

	if (path == NULL || strncmp(path, socket, strlen(socket)) != 0)
		return false;
	ino_t number = strtoul(path + strlen(socket), NULL, 10);
	for (int i = 0; i < p->descriptors; i++)
		if (p->descriptor[i].peer == number)
			return true;
	return false;
}

/* Adds the process if it holds one of the pipes, or such an end. */
static void
look_at_stranger(struct picture *p, pid_t pid)
{
	DIR *folder = open_folder(pid, "fd");
	int process = -1, fd;

	if (folder == NULL) {
		p->unseen += errno == EACCES && !has_ended(process_state(pid));
		return;
	}
	while ((fd = next_number(folder)) != -1) {
		char *path = read_link(pid, fd);
		int pipe = pipe_named(p, path);
		bool holds = pipe >= 0 || is_peer(p, path);
		if (holds && process == -1) {
			process = p->processes;
			add_process(p, pid, 0);
		}
		if (holds)
			add_descriptor(p, process, fd, pipe);
		free(path);
	}
	closedir(folder);
}

/* Finds who else, of all that we may look at, holds an end of the pipes. */
void
look_at_strangers(struct picture *p, pid_t me)
{
	DIR *folder = opendir("/proc");
	int asked = p->processes, pid;

	while (folder != NULL && (pid = next_number(folder)) != -1) {
		bool known = pid == me;
		for (int i = 0; i < asked; i++)
			known |= p->process[i].pid == pid;
		if (!known)
			look_at_stranger(p, pid);
	}
	if (folder != NULL)
		closedir(folder);
}

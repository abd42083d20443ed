/*
 * operands.c: a process is named by its id, or as pgrep -x takes it: by the
 * name of its program, of which the kernel keeps 15 characters.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/proc.h"
#include "operands.h"

#define LONGEST_NAME 15

static void
add_once(struct looked_at **who, int *n, pid_t pid)
{
	for (int i = 0; i < *n; i++)
		if ((*who)[i].pid == pid)
			return;
	struct looked_at *it = one_more(who, n, sizeof **who);
	it->pid = pid;
}

static bool
is_called(pid_t pid, const char *name)
{
	struct stat_file stat;

	return read_stat(pid, &stat) &&
	       strncmp(stat.command, name, LONGEST_NAME) == 0 &&
	       (strlen(name) >= LONGEST_NAME ||
		   strlen(stat.command) == strlen(name));
}

/* All that are called so, but for ourselves; false: none is. */
static bool
add_named(struct looked_at **who, int *n, const char *name)
{
	DIR *folder = opendir("/proc");
	int pid, first = *n, found = 0;

	while (folder != NULL && (pid = next_number(folder)) != -1)
		if (pid != getpid() && is_called(pid, name)) {
			add_once(who, n, pid);
			found++;
		}
	if (folder != NULL)
		closedir(folder);
	if (found == 0)
		fprintf(stderr, "fdmap: %s: %s\n", name, strerror(ESRCH));
	if (found < 2)
		return found > 0;
	fprintf(stderr, "fdmap: %d processes are called %s:", found, name);
	for (int i = first; i < *n; i++)
		fprintf(stderr, " %ld", (long)(*who)[i].pid);
	fputc('\n', stderr);
	return true;
}

bool
read_operands(char *operand[], int count, struct looked_at **who, int *n)
{
	bool all = true;

	*who = NULL;
	*n = 0;
	for (int i = 0; i < count; i++) {
		char *end;
		errno = 0;
		long pid = strtol(operand[i], &end, 10);
		if (*end != '\0' && (*operand[i] < '0' || *operand[i] > '9') &&
		    *operand[i] != '-')
			all &= add_named(who, n, operand[i]);
		else if (*end != '\0' || errno != 0 || pid <= 0 ||
			 pid > INT_MAX)
			wrong_usage(" is not the id of a process", operand[i]);
		else
			add_once(who, n, (pid_t)pid);
	}
	return all;
}

/*
 * unchanged.c: the graders' files must be at the end what they were at the
 * start. The time of a change is the kernel's, and whoever changes a file back
 * changes it once more.
 */
#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "grade.h"

#define MOST 16

static struct watched {
	char *path;
	struct stat was;
} watched[MOST];
static int count;

static bool
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

static bool
is_as_it_was(const struct watched *w)
{
	struct stat is;

	return lstat(w->path, &is) == 0 && is.st_dev == w->was.st_dev &&
	       is.st_ino == w->was.st_ino && is.st_size == w->was.st_size &&
	       is.st_mode == w->was.st_mode &&
	       same_time(&is.st_mtim, &w->was.st_mtim) &&
	       same_time(&is.st_ctim, &w->was.st_ctim);
}

void
watch_file(const char *path)
{
	struct watched *w = &watched[count];

	if (count == MOST || lstat(path, &w->was) == -1)
		failed("stat", path);
	w->path = strdup(path);
	if (w->path == NULL)
		failed("malloc", path);
	count++;
}

const char *
changed_file(void)
{
	static char name[PATH_SIZE];
	const char *changed = NULL;

	while (count > 0) {
		const struct watched *w = &watched[--count];
		if (!is_as_it_was(w)) {
			snprintf(
			    name, sizeof name, "%s", strrchr(w->path, '/') + 1);
			changed = name;
		}
		free(w->path);
	}
	return changed;
}

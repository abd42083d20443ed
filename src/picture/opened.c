/*
 * opened.c: what a sleeping open() opens, asked from where the process stands.
 */
#include <stdio.h>
#include <sys/stat.h>

#include "picture/parts.h"

void
find_kind_of_opened(struct sleeper *s)
{
	char path[400];
	struct stat st;

	if (s->path[0] == '\0')
		return;
	if (s->fd >= 0)
		snprintf(path, sizeof path, "/proc/%ld/fd/%d/%s",
		    (long)s->task->tid, s->fd, s->path);
	else
		snprintf(path, sizeof path, "/proc/%ld/%s/%s",
		    (long)s->task->tid, s->path[0] == '/' ? "root" : "cwd",
		    s->path);
	s->fd = -1;
	if (stat(path, &st) == -1)
		return;
	s->what = st.st_mode;
	s->ino = st.st_ino;
}

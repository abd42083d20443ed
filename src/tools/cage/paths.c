/*
 * paths.c: what a call of the program names: a string in its memory, relative
 * to a folder that it has open, as a full name.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "cage.h"

static uid_t user; /* of the program */
static gid_t user_group;

void
paths_of(const struct identity *who)
{
	user = who->own_user ? who->uid : geteuid();
	user_group = who->own_user ? who->gid : getegid();
}

/*
 * A root without CAP_SYS_PTRACE, as in many a container, may not look into a
 * process of another user: it looks as that user, credentials(7).
 */
static void
look_as(uid_t uid, gid_t gid)
{
	setfsgid(gid);
	setfsuid(uid);
}

/* A string of the task, cut at the first page that it has not. */
static bool
fetch(pid_t task, uint64_t from, char *to, size_t size)
{
	char path[40];

	snprintf(path, sizeof path, "/proc/%d/mem", task);
	look_as(user, user_group);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1 && (errno == EACCES || errno == EPERM))
		result.hears = false;
	look_as(geteuid(), getegid());
	if (fd == -1)
		return false;
	ssize_t length = pread(fd, to, size - 1, (off_t)from);
	close(fd);
	to[length > 0 ? length : 0] = '\0';
	return length > 0;
}

/* Where a relative path of the task starts: a folder that it has open, or the
 * one that it is in. */
static bool
find_start(pid_t task, int folder, char start[PATH_MAX])
{
	char link[60];

	if (folder == AT_FDCWD)
		snprintf(link, sizeof link, "/proc/%d/cwd", task);
	else
		snprintf(link, sizeof link, "/proc/%d/fd/%d", task, folder);
	look_as(user, user_group);
	ssize_t length = readlink(link, start, PATH_MAX - 1);
	look_as(geteuid(), getegid());
	start[length > 0 ? length : 0] = '\0';
	return length > 0;
}

/* Names that mean the one who asks; to us they would be ours. */
static bool
means_itself(const char *path)
{
	static const char *const names[] = {"/proc/self/", "/proc/thread-self/",
	    "/dev/fd/", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty"};

	if (strstr(path, "/..") != NULL)
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strncmp(path, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/*
 * The file's full name, of one that is not there yet where it would be; false:
 * there is no such folder either.
 */
static bool
resolve(pid_t task, int folder, const char *path, char full[PATH_MAX])
{
	char at[2 * PATH_MAX], start[PATH_MAX] = "";

	if (*path != '/' && !find_start(task, folder, start))
		return false;
	snprintf(at, sizeof at, "%s%s%s", start, *path == '/' ? "" : "/", path);
	if (realpath(at, full) != NULL)
		return true;
	char *name = strrchr(at, '/');
	*name++ = '\0';
	if (realpath(*at == '\0' ? "/" : at, full) == NULL)
		return false;
	size_t length = strlen(full);
	return (size_t)snprintf(full + length, PATH_MAX - length, "%s%s",
		   length > 1 ? "/" : "", name) < PATH_MAX - length;
}

/*
 * The full name of what a task names by a string in its memory, and a folder:
 * a descriptor of its own, or AT_FDCWD. False: it is the task's own, or not to
 * be had.
 */
bool
full_name(pid_t task, int folder, uint64_t string, char full[PATH_MAX])
{
	char path[PATH_MAX];

	return fetch(task, string, path, sizeof path) && !means_itself(path) &&
	       resolve(task, folder, path, full);
}

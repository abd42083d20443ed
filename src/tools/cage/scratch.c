/*
 * scratch.c: the folder that the program may write to: made, given to its
 * user, and removed or taken back. It may hold anything by then: folders
 * without end, links to elsewhere, folders that may not be read. Nothing is
 * followed, and no more than a few descriptors are open at once. All of the
 * program's processes have been ended before.
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cage.h"

#define DEEPEST                                                                \
	32 /* what the program has deeper was made to be in the way: it is     \
	    * removed; what was there before is left as it is */

typedef bool entry_function(int folder, const char *name, void *arg);

/* Calls entry() for each name in the folder; true if each returned true. */
static bool
for_each(int folder, entry_function *entry, void *arg)
{
	int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = copy == -1 ? NULL : fdopendir(copy);
	struct dirent *e;
	bool all = true;

	if (names == NULL) {
		if (copy != -1)
			close(copy);
		return false;
	}
	while ((e = readdir(names)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			all &= entry(folder, e->d_name, arg);
	closedir(names);
	return all;
}

/* A folder inside another; -1: it is none, or cannot be read. */
static int
open_folder(int folder, const char *name)
{
	return openat(
	    folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* What is to be removed from a folder must not be kept there by its mode. */
static void
unlock(int folder, const char *name)
{
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISDIR(st.st_mode) && (st.st_mode & S_IRWXU) != S_IRWXU)
		fchmodat(folder, name, S_IRWXU, 0);
}

/* Moves a folder up to the top under a name of its own; removes all else. */
static bool
lift(int folder, const char *name, void *arg)
{
	static unsigned long number;
	int top = *(const int *)arg;
	char unique[40];

	if (unlinkat(folder, name, 0) == 0 || errno == ENOENT ||
	    unlinkat(folder, name, AT_REMOVEDIR) == 0)
		return true;
	unlock(folder, name);
	do
		snprintf(unique, sizeof unique, ".cage-%lu", ++number);
	while (faccessat(top, unique, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
	return renameat(folder, name, top, unique) == 0;
}

/* Removes one name of the top folder; what it held, folders, goes up there. */
static bool
empty_one(int top, const char *name, void *arg)
{
	(void)arg;
	if (unlinkat(top, name, 0) == 0 ||
	    unlinkat(top, name, AT_REMOVEDIR) == 0)
		return true;
	unlock(top, name);
	int folder = open_folder(top, name);
	if (folder == -1)
		return false;
	for_each(folder, lift, &top);
	close(folder);
	return unlinkat(top, name, AT_REMOVEDIR) == 0;
}

static bool
found(int folder, const char *name, void *arg)
{
	(void)folder;
	(void)name;
	*(bool *)arg = true;
	return true;
}

/* Removes all in the folder, however deep, without going down. */
static bool
empty(int top)
{
	bool any, well = true;

	do {
		any = false;
		well = for_each(top, empty_one, NULL) &&
		       for_each(top, found, &any);
	} while (any && well);
	return well;
}

/* A change of owner for what is below a folder. */
struct change {
	uid_t from, to;
	gid_t gid;
	bool back; /* from the program: its own that is too deep is removed */
	int depth;
};

static bool
change_owner(int folder, const char *name, void *arg)
{
	struct change *c = arg;
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return false;
	bool deep = S_ISDIR(st.st_mode) && c->depth == DEEPEST;
	if (deep && (!c->back || st.st_uid != c->from))
		return true;
	if (st.st_uid == c->from)
		fchownat(folder, name, c->to, c->gid, AT_SYMLINK_NOFOLLOW);
	int inner = open_folder(folder, name);
	if (inner == -1)
		return true;
	c->depth++;
	if (deep)
		empty(inner);
	else
		for_each(inner, change_owner, c);
	c->depth--;
	close(inner);
	return true;
}

void
make_scratch(struct place *place)
{
	const char *base = getenv("TMPDIR");
	char *path = NULL;
	struct stat st;

	place->made = options.dir == NULL;
	if (place->made &&
	    (asprintf(&path, "%s/ipclab-cage-XXXXXX",
		 base == NULL || *base == '\0' ? "/tmp" : base) == -1 ||
		mkdtemp(path) == NULL))
		failed("mkdtemp", path == NULL ? "" : path);
	const char *name = place->made ? path : options.dir;
	place->path = realpath(name, NULL);
	if (place->path == NULL)
		failed("open", name);
	free(path);
	place->above = strdup(place->path);
	if (place->above == NULL)
		failed("malloc", place->path);
	place->above = dirname(place->above);
	place->dir = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place->dir == -1 || fstat(place->dir, &st) == -1) {
		int error = errno;
		if (place->made)
			rmdir(place->path);
		errno = error;
		failed("open", place->path);
	}
	place->uid = st.st_uid;
	place->gid = st.st_gid;
}

/* The folder, and what its owner has in it, become another user's. */
void
give_scratch(const struct place *place, uid_t uid, gid_t gid)
{
	struct change c = {.from = place->uid, .to = uid, .gid = gid};

	if (fchown(place->dir, uid, gid) == -1)
		failed("chown", place->path);
	for_each(place->dir, change_owner, &c);
}

/* Removes the folder that we made, if it still is there; else what uid has in
 * it is its owner's. */
void
take_scratch_back(const struct place *place, uid_t uid)
{
	struct change c = {
	    .from = uid, .to = place->uid, .gid = place->gid, .back = true};

	if (place->made) {
		fchmod(place->dir, S_IRWXU);
		if (!empty(place->dir) ||
		    (rmdir(place->path) == -1 && errno != ENOENT))
			fprintf(stderr, "cage: rmdir %s: %s\n", place->path,
			    strerror(errno));
	} else if (uid != place->uid) {
		if (fchown(place->dir, place->uid, place->gid) == -1)
			fprintf(stderr, "cage: chown %s: %s\n", place->path,
			    strerror(errno));
		for_each(place->dir, change_owner, &c);
	}
}

/*
 * scratch.c: the folder that the program may write to. Where the keeper may
 * mount it is a tmpfs that only it and the program see: bounded by the kernel,
 * and gone with them. Elsewhere it is looked through again and again, and
 * emptied by standard tools at the end, for as long as that may take.
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cage.h"

#define CLEANING 0.8 /* seconds at most */
#define LOOKING  0.2 /* seconds of one look, at most */
#define UNSEEN   3   /* looks in a row that did not come to an end */
#define DEEPEST  64  /* folder in a folder that it may have */

static bool
is_empty(const char *path)
{
	DIR *names = opendir(path);
	struct dirent *e;
	bool empty = names != NULL;

	while (empty && (e = readdir(names)) != NULL)
		empty =
		    strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	if (names != NULL)
		closedir(names);
	return empty;
}

static void
open_folder(struct place *place)
{
	if (place->dir > 0)
		close(place->dir);
	place->dir = open(place->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (place->dir == -1)
		failed("open", place->path);
}

/* A new one; or that of --dir, which must be empty. */
void
make_scratch(struct place *place)
{
	const char *base = getenv("TMPDIR"), *name = options.dir;
	char *path = NULL;
	struct stat st;

	place->made = name == NULL;
	if (place->made &&
	    (asprintf(&path, "%s/ipclab-cage-XXXXXX",
		 base == NULL || *base == '\0' ? "/tmp" : base) == -1 ||
		(name = mkdtemp(path)) == NULL))
		failed("mkdtemp", path == NULL ? "" : path);
	place->path = realpath(name, NULL);
	if (place->path == NULL)
		failed("open", name);
	free(path);
	open_folder(place);
	if (!place->made && !is_empty(place->path)) {
		errno = ENOTEMPTY;
		failed("use", place->path);
	}
	place->above = strdup(place->path);
	if (place->above == NULL || fstat(place->dir, &st) == -1)
		failed("stat", place->path);
	place->above = dirname(place->above);
	place->uid = st.st_uid;
	place->gid = st.st_gid;
}

/* A tmpfs of a mount namespace of our own, and a /proc that shows to the
 * program what is its own only. */
static bool
mount_scratch(struct place *place)
{
	char how[100];

	snprintf(how, sizeof how, "size=%lldm,nr_inodes=%d,mode=0700",
	    options.files, MOST_NAMES);
	if (geteuid() != 0 || unshare(CLONE_NEWNS) == -1 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1 ||
	    mount("tmpfs", place->path, "tmpfs", MS_NOSUID | MS_NODEV, how) ==
		-1)
		return false;
	if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		"hidepid=2") == 0)
		protected_by("hidepid");
	protected_by("tmpfs");
	return true;
}

/* For the keeper: the folder becomes the program's. */
void
furnish_scratch(struct place *place, const struct identity *who)
{
	place->mounted = who->own_user && mount_scratch(place);
	if (place->mounted)
		open_folder(place);
	else
		stays_open("removed-files");
	if (who->own_user && fchown(place->dir, who->uid, who->gid) == -1)
		failed("chown", place->path);
}

static struct {
	long names;
	long long bytes;
	double until;
	bool deep;
	int unfinished; /* looks in a row */
} seen;

/* Is there no need to look any further? */
static bool
is_decided(void)
{
	return seen.deep || seen.names > MOST_NAMES ||
	       seen.bytes > options.files * MEBI;
}

/* What is in a folder, which is closed then. */
static void
see(int folder, int depth)
{
	DIR *names = folder == -1 ? NULL : fdopendir(folder);
	struct dirent *e;
	struct stat st;

	seen.deep |= depth > DEEPEST;
	while (names != NULL && !is_decided() && now() < seen.until &&
	       (e = readdir(names)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 ||
		    fstatat(folder, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		seen.names++;
		seen.bytes += (long long)st.st_blocks * 512;
		if (S_ISDIR(st.st_mode))
			see(openat(folder, e->d_name,
				O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
				    O_CLOEXEC),
			    depth + 1);
	}
	if (names != NULL)
		closedir(names);
	else if (folder != -1)
		close(folder);
}

/* Has it more, or more files, or deeper ones, than it may have? A file without
 * a name is not seen; what always takes too long to look through is too much.
 */
bool
is_too_full(const struct place *place)
{
	struct statvfs fs;

	if (place->mounted)
		return fstatvfs(place->dir, &fs) == 0 &&
		       (fs.f_bavail == 0 || fs.f_ffree == 0);
	seen.names = 0;
	seen.bytes = 0;
	seen.until = now() + LOOKING;
	see(openat(place->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 0);
	seen.unfinished = now() > seen.until ? seen.unfinished + 1 : 0;
	return is_decided() || seen.unfinished == UNSEEN;
}

/* Folders without end, or closed to us, are no matter for these. Who takes too
 * long goes on without us. */
static void
remove_all(const struct place *place)
{
	const struct timespec pause = {.tv_nsec = 2000000};
	double until = now() + CLEANING;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		for (int fd = 0; fd <= 2; fd++)
			dup2(null, fd);
		if (fchdir(place->dir) == 0)
			execl("/bin/sh", "sh", "-c",
			    "PATH=/usr/bin:/bin; "
			    "find . -mindepth 1 -delete || { chmod -R u+rwX .; "
			    "find . -mindepth 1 -delete; }; "
			    "[ -z \"$1\" ] || rmdir -- \"$1\"",
			    "sh", place->made ? place->path : "", (char *)NULL);
		_exit(127);
	}
	while (pid != -1 && waitpid(pid, NULL, WNOHANG) == 0 && now() < until)
		nanosleep(&pause, NULL);
}

/* Nothing of the program stays; nothing of it runs any more. */
void
clear_scratch(const struct place *place)
{
	if (place->mounted)
		umount2(place->path, MNT_DETACH);
	else if (fchown(place->dir, place->uid, place->gid) == -1 ||
		 fchmod(place->dir, S_IRWXU) == -1)
		errno = 0; /* it may be ours, or gone */
	if (!place->mounted && !is_empty(place->path))
		remove_all(place);
	bool left = place->made ? rmdir(place->path) == -1 && errno != ENOENT
				: !place->mounted && !is_empty(place->path);
	if (left)
		fprintf(stderr, "cage: rmdir %s: %s\n", place->path,
		    strerror(place->made ? errno : ENOTEMPTY));
}

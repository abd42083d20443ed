/*
 * identity.c: under whom the program runs, so that its processes are counted
 * apart from everybody else's, and reach nobody else's.
 *
 * root: a user of its own. Anyone else: the same user in a namespace of its
 * own, where the kernel lets them make one. Where neither is to be had, the
 * limit on processes is the user's tasks of now and a wide margin.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

/*
 * Nobody hands out user ids of the last 2^28 below 2^31. The keeper's pid, of
 * at most 22 bits, makes it unique here, and the pid namespace sets apart
 * containers that share the kernel's user ids.
 */
#define FIRST_USER 0x70000000u
#define PID_BITS   22
#define NAMESPACES 64u

/* SECBIT_NOROOT and SECBIT_NOROOT_LOCKED of capabilities(7). */
#define NO_ROOT 3UL

/* In a container with few user ids: of these, by the pid. */
#define FIRST_SMALL_USER 20000u
#define SMALL_USERS      40000u

static uid_t
unique_user(void)
{
	struct stat st;
	unsigned space = 0;

	if (stat("/proc/self/ns/pid", &st) == 0)
		space = (unsigned)(st.st_ino % NAMESPACES);
	return FIRST_USER + (space << PID_BITS) + (uid_t)getpid();
}

/* For good; the group has the same number, and there is no other. */
bool
become_user(uid_t uid)
{
	return setgroups(0, NULL) == 0 && setresgid(uid, uid, uid) == 0 &&
	       setresuid(uid, uid, uid) == 0;
}

static bool
write_map(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	size_t length = strlen(text);

	if (fd == -1)
		return false;
	bool done = write(fd, text, length) == (ssize_t)length;
	close(fd);
	return done;
}

/*
 * The same user, in a namespace whose tasks are counted apart. The rest is
 * welcome, and may be refused to one who may make the namespace: that the user
 * has its name there; that shared memory, semaphores and queues of System V
 * and POSIX end with it; that, for mounts, all but the scratch folder is
 * read-only.
 */
bool
enter_namespace(const char *scratch, bool *mounts)
{
	char users[40], groups[40];

	snprintf(users, sizeof users, "%u %u 1", (unsigned)getuid(),
	    (unsigned)getuid());
	snprintf(groups, sizeof groups, "%u %u 1", (unsigned)getgid(),
	    (unsigned)getgid());
	prctl(PR_SET_DUMPABLE, 1L); /* or /proc/self is root's */
	if (unshare(CLONE_NEWUSER) == -1)
		return false;
	*mounts = write_map("/proc/self/setgroups", "deny") &&
		  write_map("/proc/self/uid_map", users) &&
		  write_map("/proc/self/gid_map", groups) &&
		  unshare(CLONE_NEWIPC) == 0 && unshare(CLONE_NEWNS) == 0 &&
		  write_only_below(scratch);
	/* or a program of its root has the power to undo that */
	prctl(PR_SET_SECUREBITS, NO_ROOT);
	return true;
}

enum { WORKS = 0, WORKS_NOT = 1, WORKS_BUT_MOUNTS = 2 };

/* Tries in a child that ends at once. scratch NULL: the user, else a
 * namespace. */
static int
attempt(uid_t uid, const char *scratch)
{
	bool mounts = true;
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (scratch == NULL ? !become_user(uid)
				    : !enter_namespace(scratch, &mounts))
			_exit(WORKS_NOT);
		_exit(mounts ? WORKS : WORKS_BUT_MOUNTS);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return WORKS_NOT;
	return WEXITSTATUS(status);
}

/* Processes and threads of a user, as far as /proc shows them. */
static long
tasks_of(uid_t uid)
{
	DIR *all = opendir("/proc");
	struct dirent *entry;
	struct stat st;
	char path[300];
	long tasks = 0;

	while (all != NULL && (entry = readdir(all)) != NULL) {
		snprintf(path, sizeof path, "/proc/%s/task", entry->d_name);
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    stat(path, &st) == 0 && st.st_uid == uid)
			tasks += (long)st.st_nlink - 2;
	}
	if (all != NULL)
		closedir(all);
	return tasks;
}

static bool
choose_user(struct identity *who)
{
	uid_t users[] = {
	    unique_user(), FIRST_SMALL_USER + (uid_t)getpid() % SMALL_USERS};

	for (int i = 0; i < 2; i++)
		if (tasks_of(users[i]) == 0 &&
		    attempt(users[i], NULL) == WORKS) {
			who->own_user = true;
			who->uid = who->gid = users[i];
			protected_by("user-id");
			return true;
		}
	return false;
}

void
choose_identity(struct identity *who, const char *scratch)
{
	*who = (struct identity){.uid = getuid(), .gid = getgid()};
	if (geteuid() == 0 && choose_user(who))
		return;
	int works = attempt(0, scratch);
	who->own_namespace = works != WORKS_NOT;
	if (who->own_namespace)
		protected_by("namespace");
	else
		who->tasks_before = tasks_of(getuid());
	if (works == WORKS)
		protected_by("mounts");
}

/*
 * identity.c: under whom the program runs, so that its processes are counted
 * apart from everybody else's, and reach nobody else's: started by root, a
 * user of its own. Anyone else has no other; the limit on processes is that
 * user's tasks of now and a wide margin.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <dirent.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
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

/* Tries in a child that ends at once. */
static bool
may_become(uid_t uid)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(become_user(uid) ? 0 : 1);
	return pid != -1 && waitpid(pid, &status, 0) == pid && status == 0;
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

void
choose_identity(struct identity *who)
{
	uid_t users[] = {
	    unique_user(), FIRST_SMALL_USER + (uid_t)getpid() % SMALL_USERS};

	*who = (struct identity){.uid = getuid(), .gid = getgid()};
	for (int i = 0; i < 2 && geteuid() == 0; i++)
		if (tasks_of(users[i]) == 0 && may_become(users[i])) {
			who->own_user = true;
			who->uid = who->gid = users[i];
			protected_by("user-id");
			return;
		}
	who->tasks_before = tasks_of(getuid());
}

/*
 * mounts.c: in a namespace of its own the program finds all mounted read-only
 * but its scratch folder. That keeps from it what Landlock does not: chmod,
 * utime and the like on files of its user. It may fail: then they are not kept.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage.h"

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif

#define READ_ONLY 1 /* mount_setattr(2), MOUNT_ATTR_RDONLY */

struct attributes {
	uint64_t set, clear, propagation, user_namespace;
};

static bool
change(const char *path, unsigned flags, const struct attributes *a)
{
	return syscall(
		   SYS_mount_setattr, AT_FDCWD, path, flags, a, sizeof *a) == 0;
}

/* For a process in a mount namespace of its own; the working directory is the
 * folder afterwards. */
bool
write_only_below(const char *folder)
{
	const struct attributes closed = {.set = READ_ONLY};
	const struct attributes open = {.clear = READ_ONLY};

	return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount(folder, folder, NULL, MS_BIND, NULL) == 0 &&
	       change("/", AT_RECURSIVE, &closed) && change(folder, 0, &open) &&
	       chdir(folder) == 0;
}

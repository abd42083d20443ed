/*
 * landlock.c: what the kernel's Landlock keeps from a process and from all
 * that it starts. Nothing of it can be taken back by the process.
 *
 * The numbers are the kernel's own; its header may be older than the kernel,
 * or absent. An older kernel is asked for less: landlock(7), "ABI versions".
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif

enum { CREATE_RULESET_VERSION = 1, RULE_PATH_BENEATH = 1 };

/* Rights to files, in the order of the kernel's bits. */
enum {
	EXECUTE = 1 << 0,
	WRITE_FILE = 1 << 1,
	READ_FILE = 1 << 2,
	READ_DIR = 1 << 3,
	ALL_OF_ABI_1 = (1 << 13) - 1, /* also to make and remove anything */
	REFER = 1 << 13,              /* ABI 2: across folders */
	TRUNCATE = 1 << 14            /* ABI 3 */
};

/* ABI 6: no way to processes outside. */
enum { SCOPE_ABSTRACT_SOCKET = 1 << 0, SCOPE_SIGNAL = 1 << 1 };

struct ruleset {
	uint64_t files, net, scoped;
};

struct path_beneath {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

static long
abi(void)
{
	return syscall(
	    SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
}

bool
has_landlock(void)
{
	return abi() >= 1;
}

/* The kernel takes a longer structure than it knows if the rest is 0. */
static int
create(const struct ruleset *ruleset)
{
	return (int)syscall(
	    SYS_landlock_create_ruleset, ruleset, sizeof *ruleset, 0);
}

bool
restrict_to(int ruleset)
{
	return syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
}

/*
 * For the keeper: whatever it signals from here on is below it, so that
 * kill(-1) is what ends the program's processes, all at once. Believed only
 * if a signal to our own parent is refused.
 */
bool
shield_signals(void)
{
	const struct ruleset ruleset = {.scoped = SCOPE_SIGNAL};
	int fd = abi() >= 6 ? create(&ruleset) : -1;

	if (fd == -1)
		return false;
	bool done = restrict_to(fd);
	close(fd);
	return done && kill(getppid(), 0) == -1 && errno == EPERM;
}

/* Rights below path; what is not there needs none. */
static void
allow(int ruleset, const char *path, int rights)
{
	struct path_beneath rule = {.allowed = (uint64_t)rights};
	struct stat st;

	rule.parent = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent == -1)
		return;
	if (fstat(rule.parent, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed &= EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule,
		0) == -1)
		failed("landlock_add_rule", path);
	close(rule.parent);
}

/* Who may look at what below /proc is up to ptrace(2), which Landlock keeps
 * inside as well. */
static const char *const readable[] = {"/usr", "/bin", "/sbin", "/lib",
    "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache",
    "/sys/devices/system/cpu", "/dev/random", "/dev/urandom", NULL};
static const char *const not_closed[] = {"/etc", "/proc", NULL};
static const char *const devices[] = {
    "/dev/null", "/dev/zero", "/dev/full", NULL};

static void
allow_all(int ruleset, const char *const *paths, int rights)
{
	for (; paths != NULL && *paths != NULL; paths++)
		allow(ruleset, *paths, rights);
}

/*
 * What the program may read and write, as a descriptor; -1: this kernel has
 * no Landlock. The word in the report has the ABI that was asked for.
 */
int
make_ruleset(const struct place *place)
{
	struct ruleset ruleset = {.files = ALL_OF_ABI_1};
	long version = abi();

	if (version < 1)
		return -1;
	ruleset.files |= version >= 2 ? REFER : 0;
	ruleset.files |= version >= 3 ? TRUNCATE : 0;
	if (version >= 6)
		ruleset.scoped = SCOPE_ABSTRACT_SOCKET | SCOPE_SIGNAL;
	int fd = create(&ruleset), all = (int)ruleset.files;
	if (fd == -1)
		failed("landlock_create_ruleset", "");
	allow_all(fd, readable, EXECUTE | READ_FILE | READ_DIR);
	if (!options.closed)
		allow_all(fd, not_closed, EXECUTE | READ_FILE | READ_DIR);
	allow_all(fd, devices, (READ_FILE | WRITE_FILE | TRUNCATE) & all);
	allow_all(fd, options.read.at, EXECUTE | READ_FILE | READ_DIR);
	allow(fd, place->program, EXECUTE | READ_FILE);
	allow(fd, place->path, all);
	protected_by("landlock-%ld", version);
	return fd;
}

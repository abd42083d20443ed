/*
 * tried.c: what the program tried and may not: a signal to a process outside,
 * a look into one, a file that is not its own. The kernel refuses it where it
 * has the means (landlock.c, identity.c); here it gets a name in the report.
 *
 * The keeper hears of a call before it is made (tell.c), looks at what it is
 * about, and lets it go on. A program may change a path after that look: this
 * names what was tried, and prevents nothing; but a signal to another is
 * refused here where the kernel would let it through.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage.h"

/* As in linux/seccomp.h, which may be absent. */
struct question {
	uint64_t id;
	uint32_t task, flags;
	int32_t number;
	uint32_t architecture;
	uint64_t at, arg[6];
};
struct answer {
	uint64_t id;
	int64_t value;
	int32_t error;
	uint32_t flags;
};
#define RECEIVE _IOWR('!', 0, struct question)
#define SEND    _IOWR('!', 1, struct answer)
#define GO_ON   1

#define MOST_OF_EACH 3
#define MOST_AT_ONCE 64 /* others want to be looked at, too */

/* libc's own takes the request as a number of one kind or another. */
static bool
ask(int listener, unsigned long request, void *about)
{
	return syscall(SYS_ioctl, listener, request, about) != -1;
}

static char scratch[PATH_MAX];
static const struct place *place;
static bool refuse; /* a process's number is no memory that may change */

static int
times(const char *part, const char *text)
{
	int n = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		n++;
	}
	return n;
}

/* Once, and no more than a few of each call: some try the same a thousand
 * times. */
static void
note(const char *call, const char *object)
{
	char start[40], name[160] = "", one[200];
	size_t length = strlen(result.tried);

	add_cleaned(name, sizeof name, object);
	snprintf(start, sizeof start, " %s(", call);
	snprintf(one, sizeof one, "%s%s)", start, name);
	if (strlen(one) < sizeof result.tried - length &&
	    times(one, result.tried) == 0 &&
	    times(start, result.tried) < MOST_OF_EACH)
		snprintf(result.tried + length, sizeof result.tried - length,
		    "%s", one);
}

/* A process, or a group by its negative number; 0 is the program's own. What
 * is no more, or never was, is nobody's. Returns false if it is another's. */
static bool
judge_process(const char *call, int pid)
{
	char text[24];

	snprintf(text, sizeof text, "/proc/%d", abs(pid));
	if (pid == 0 || (pid != -1 && access(text, F_OK) == -1) ||
	    (pid != -1 && is_below(abs(pid), getpid())))
		return true;
	snprintf(text, sizeof text, "%d", pid);
	note(call, text);
	return false;
}

/* Many a library looks through folders; what is not there harms nobody. */
static bool
is_file(const char *full)
{
	struct stat st;

	return stat(full, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* What everybody may know of any process, and ps asks. */
static bool
is_public(const char *full)
{
	static const char *const names[] = {
	    "stat", "statm", "status", "comm", "cmdline"};
	const char *name = strrchr(full, '/') + 1;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Of a process in the cage; one that the task came from, strace perhaps, may be
 * looked at, but what it has open is not the task's to write to. */
static bool
may_use_process(const char *full, pid_t task, bool writes)
{
	pid_t pid = (pid_t)strtol(full + strlen("/proc/"), NULL, 10);

	if (!writes)
		return is_public(full) || is_below(pid, getpid());
	return is_below(pid, getpid()) && (pid == task || !is_below(task, pid));
}

static bool
may_use(const char *full, pid_t task, bool writes)
{
	if (strncmp(full, "/proc/", 6) == 0 && isdigit((unsigned char)full[6]))
		return may_use_process(full, task, writes);
	return lies_below(full, scratch) || is_allowed(place, full, writes) ||
	       (!writes && !is_file(full));
}

static void
judge_file(const struct heard *h, const struct question *q)
{
	char full[PATH_MAX];
	int folder = h->folder == -1 ? AT_FDCWD : (int)q->arg[h->folder];
	bool writes =
	    h->flags == -1 ||
	    (q->arg[h->flags] & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;

	if (full_name((pid_t)q->task, folder, q->arg[h->file], full) &&
	    !may_use(full, (pid_t)q->task, writes))
		note(h->name, full);
}

/* Returns false if it would reach another's process. */
static bool
judge_call(const struct question *q)
{
	for (size_t i = 0; i < heard_count; i++)
		if (heard[i].number != q->number)
			continue;
		else if (heard[i].is_file)
			judge_file(&heard[i], q);
		else
			return judge_process(
			    heard[i].name, (int)q->arg[heard[i].process]);
	return true;
}

/* Before the program runs: what is its own, who it is, and whether we are the
 * one who keeps its signals inside. */
void
expect_calls(const struct place *its, const struct identity *who, bool refuses)
{
	place = its;
	paths_of(who);
	refuse = refuses;
	if (realpath(its->path, scratch) == NULL)
		failed("realpath", its->path);
}

/* Hears what is said at the moment; false: nobody is left to say anything. */
bool
hear_calls(int listener)
{
	struct pollfd p = {.fd = listener, .events = POLLIN};

	for (int i = 0; i < MOST_AT_ONCE && poll(&p, 1, 0) > 0; i++) {
		struct question q = {0};
		if ((p.revents & POLLIN) == 0)
			return false;
		if (!ask(listener, RECEIVE, &q))
			continue; /* it was killed meanwhile */
		struct answer a = {.id = q.id, .flags = GO_ON};
		if (!judge_call(&q) && refuse)
			a = (struct answer){.id = q.id, .error = -EPERM};
		ask(listener, SEND, &a);
	}
	return true;
}

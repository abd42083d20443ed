/*
 * allowed.c: the calls that need no line of the trace. This table is all that
 * --check lets pass. An empty write to the trace's descriptor opens a bracket,
 * the next one closes it: what stands between is the trace's own work, and that
 * only looks, at what nobody else notices.
 */
#include <stdio.h>

#include <stdlib.h>

#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

/* On what an excuse depends. A descriptor is the first argument. */
enum test {
	ANY,
	STD_FD,  /* 0 to 2 */
	OUT_FD,  /* 1 or 2 */
	OWN_FD,  /* opened in this bracket, or for the mark of the trace */
	TTY_FD,  /* the trace's, for its questions */
	THREAD,  /* it is no process's first */
	LIBRARY, /* opens or reads a library, or what else libc loads */
	PROC,    /* looks at something below /proc, and writes nothing */
	LOOK,    /* opens a file, and writes nothing */
	UNNAMED, /* a file .../ipclab-XXXXXX, which is unlinked at once */
	NEW_DIR, /* makes the samples' folder, .../ipclab-XXXXXX */
	SAMPLES  /* that folder, or something in it */
};

static const struct rule {
	enum excuse excuse;
	const char *calls; /* between spaces */
	enum test test;
	const char
	    *words; /* one is the first or the second argument; NULL: any */
} rules[] = {
    /* clang-format off */
	/* from execve to the first other call, and where a thread loads libgcc */
	{OF_LOADER, " access readlink arch_prctl prlimit64 uname sched_getaffinity"
	            " newfstatat stat ", ANY, NULL},
	{OF_LOADER, " open openat read pread64 fstat newfstatat close ", LIBRARY, NULL},
	/* always */
	{OF_LIBC, " brk mmap munmap mprotect madvise mremap getrandom rt_sigprocmask"
	          " set_robust_list get_robust_list rseq gettid set_tid_address"
	          " futex clock_gettime ", ANY, NULL},
	{OF_LIBC, " rt_sigaction ", ANY, " SIGRT_1 "}, /* pthread_create's */
	{OF_LIBC, " fstat newfstatat ", STD_FD, NULL},
	{OF_LIBC, " ioctl ", STD_FD, " TCGETS TIOCGWINSZ "},
	{OF_LIBC, " exit ", THREAD, NULL},
	{OF_LIBC, " ftruncate lseek ", UNNAMED, NULL}, /* it is measured */
	{OF_LIBC, " read write poll ppoll ioctl ", TTY_FD, NULL},
	/* what the program prints */
	{OUTPUT, " write writev ", OUT_FD, NULL},
	/* before the first line of a call */
	{OF_START, " rt_sigaction getrlimit prlimit64 ", ANY, NULL},
	{OF_START, " fcntl ", ANY, " F_GETFD F_DUPFD_CLOEXEC "},
	{OF_START, " open openat ", ANY, " \"/dev/null\" \"/dev/tty\" "},
	{OF_START, " close ", OWN_FD, NULL},
	{OF_BIRTH, " getpid ", ANY, NULL},
	/* after the last one */
	{ENDING, " exit_group exit ", ANY, NULL},
	/* in a bracket: looks */
	{OF_TRACE, " kcmp getpid getppid getcwd sched_yield sysinfo ", ANY, NULL},
	{OF_TRACE, " socket ", ANY, " AF_NETLINK "}, /* whose socket the other end is */
	{OF_TRACE, " pidfd_open pidfd_getfd ", ANY, NULL},
	{OF_TRACE, " sendto recvfrom getsockopt getsockname getpeername ", OWN_FD, NULL},
	{OF_TRACE, " ioctl fcntl ", ANY, " FIONREAD F_GETPIPE_SZ "},
	{OF_TRACE, " open openat read pread64 lseek fstat stat newfstatat getdents64"
	           " readlink readlinkat ", PROC, NULL},
	{OF_TRACE, " open openat stat newfstatat ", LOOK, NULL},
	{OF_TRACE, " fstat newfstatat fcntl pread64 close ", OWN_FD, NULL},
	{OF_TRACE, " open openat unlink close ", UNNAMED, NULL},
	/* in a bracket, before the first line of a call and after the last one */
	{SAMPLE, " mkdir mkdirat ", NEW_DIR, NULL},
	{SAMPLE, " chdir rmdir unlink unlinkat open openat stat newfstatat ", SAMPLES, NULL},
	{SAMPLE, " read write lseek ", OWN_FD, NULL},
	{SAMPLE, " rt_sigaction prctl ", ANY, NULL},
	/* in a bracket, after the last one: the end of those that are left */
	{AFTER, " kill tgkill wait4 waitid rt_sigtimedwait rt_sigreturn nanosleep"
	        " clock_nanosleep restart_syscall exit_group ", ANY, NULL},
	{AFTER, " write writev ", OUT_FD, NULL},
    /* clang-format on */
};

static struct span
argument(const struct call *c, int at)
{
	return at < c->count ? c->arg[at] : none;
}

/* poll's first one is in "[{fd=100, events=POLLOUT}]". */
static long
fd_of(const struct call *c)
{
	struct span fd = argument(c, 0);

	return number(rest_of(fd, begins(fd, "[{fd=") ? 5 : 0));
}

/* Where the path of a call is that begins with one, or with a folder's fd. */
static int
path_at(const struct call *c)
{
	return !begins(argument(c, 0), "\"");
}

/* The path, or where the descriptor leads. */
static struct span
place_of(const struct event *e)
{
	struct span path = argument(&e->call, path_at(&e->call));

	if (path.length <= 2 || path.at[0] != '"' ||
	    listed(" read pread64 write ", e->call.name))
		return e->leads;
	return (struct span){path.at + 1, path.length - 2};
}

/* It opens nothing, or without an effect on others; O_NONBLOCK is for the end
 * of a pipe, to ask how full it is. */
static bool
writes_nothing(const struct call *c)
{
	struct span flags = argument(c, path_at(c) + 1);

	return !begins(c->name, "open") ||
	       ((begins(flags, "O_RDONLY") ||
		    begins(flags, "O_WRONLY|O_NONBLOCK")) &&
		   !contains(flags, "O_CREAT") && !contains(flags, "O_TRUNC") &&
		   !contains(flags, "O_TMPFILE"));
}

/* ".../ipclab-XXXXXX" */
static bool
is_template(struct span path)
{
	struct span name = after_last(path, '/');

	return path.length > name.length + 1 && begins(name, "ipclab-") &&
	       name.length == sizeof "ipclab-XXXXXX" - 1;
}

static bool
is_sample(const struct kind *it, struct span path)
{
	return path.length > 0 && it->folder != NULL &&
	       (same(path, span_of(it->folder)) ||
		   (it->inside && !is(path, ".") && !is(path, "..") &&
		       !contains(path, "/")));
}

/* Its place in the list of them; -1: it is none. */
static int
find_own(const struct task *task, long fd)
{
	for (int i = 0; i < MOST_OWN; i++)
		if (task->own[i] == fd)
			return i;
	return -1;
}

static bool
is_library(struct span place)
{
	return begins(place, "/") &&
	       (contains(place, ".so") || contains(place, "/ld-musl") ||
		   contains(place, "/glibc-hwcaps") ||
		   contains(place, "/locale") || contains(place, "/gconv"));
}

static bool
fits(enum test test, const struct task *task, const struct event *e)
{
	long fd = fd_of(&e->call);
	struct span place = place_of(e);

	switch (test) {
	case STD_FD:
		return fd >= 0 && fd <= 2;
	case OUT_FD:
		return fd == 1 || fd == 2;
	case OWN_FD:
		return fd > 0 && find_own(task, fd) >= 0;
	case TTY_FD:
		return fd > 0 && fd == task->is.tty;
	case THREAD:
		return task->is_thread;
	case LIBRARY:
		return is_library(place) && writes_nothing(&e->call);
	case PROC:
		return begins(place, "/proc") && !contains(place, "..") &&
		       writes_nothing(&e->call);
	case LOOK:
		return writes_nothing(&e->call);
	case UNNAMED:
		return is_template(place);
	case NEW_DIR:
		return task->is.folder == NULL && is_template(place);
	case SAMPLES:
		return is_sample(&task->is, place);
	default:
		return true;
	}
}

static bool
is_its_time(enum excuse excuse, const struct task *task)
{
	if (excuse == OF_LIBC)
		return true;
	if (excuse == OF_LOADER)
		return task->is.loading || task->promised.length > 0;
	return task->bracket == (excuse >= OF_TRACE);
}

static bool
applies(const struct rule *r, const struct task *task, const struct event *e)
{
	return is_its_time(r->excuse, task) && listed(r->calls, e->call.name) &&
	       (r->words == NULL || listed(r->words, argument(&e->call, 0)) ||
		   listed(r->words, argument(&e->call, 1))) &&
	       fits(r->test, task, e);
}

/* Its children know it, too, and may outlive it. */
static const struct text *
keep_folder(struct span path)
{
	static struct kept {
		struct kept *next;
		struct text path;
	} * all;
	struct kept *one = checked(calloc(1, sizeof *one));

	set(&one->path, path);
	one->next = all;
	all = one;
	return &one->path;
}

/* What the call did, for those that follow. */
static void
remember(struct task *task, const struct event *e, const struct rule *r)
{
	struct span name = e->call.name, place = place_of(e);
	long made = number(e->call.result);
	bool opens = begins(name, "open") || is(name, "socket") ||
		     begins(name, "pidfd_");
	int at = opens               ? find_own(task, 0)
		 : is(name, "close") ? find_own(task, fd_of(&e->call))
				     : -1;

	if (made < 0)
		return;
	if (at >= 0 && r->test != UNNAMED &&
	    (task->bracket || made == 0 || is(place, "/dev/tty")))
		task->own[at] = made;
	if (r->test == NEW_DIR)
		task->is.folder = keep_folder(place);
	else if (is(name, "chdir"))
		task->is.inside = true;
}

/* Why the call, which has just returned, needs no line. Whether one that is
 * only for the beginning or the end is in time, candidates.c knows. */
enum excuse
classify(struct task *task, const struct event *e)
{
	long gone = is(e->call.name, "close")     ? fd_of(&e->call)
		    : begins(e->call.name, "dup") ? number(e->call.result)
						  : -1;

	if (gone > 0 && gone == task->is.trace)
		task->is.trace = 0;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (applies(&rules[i], task, e)) {
			remember(task, e, &rules[i]);
			return rules[i].excuse;
		}
	return UNSAID;
}

/* To the trace, or to the terminal on which it asks. */
bool
is_write_to(long fd, const struct event *e)
{
	return fd > 0 && is(e->call.name, "write") && fd_of(&e->call) == fd;
}

void
turn_bracket(struct task *task)
{
	for (int i = 0; task->bracket && i < MOST_OWN; i++)
		if (task->own[i] != 0) {
			problem(task, "%ld, opened by the trace, was kept open",
			    task->own[i]);
			task->own[i] = 0;
		}
	task->bracket = !task->bracket;
}

/*
 * memfd_create("ipclab-trace-4095-4094", MFD_CLOEXEC): those descriptors, just
 * made as copies, are the trace's from here on, even if there is no such file.
 */
bool
begins_trace(struct task *task, const struct event *e)
{
	struct kind *it = &task->is;
	struct span mark = argument(&e->call, 0);
	long made = number(e->call.result);
	char one[64], both[64];

	if (is(argument(&e->call, 1), "F_DUPFD_CLOEXEC"))
		*(is(mark, "2") ? &it->copy_of_2 : &it->other_copy) = made;
	snprintf(one, sizeof one, "\"ipclab-trace-%ld\"", it->copy_of_2);
	snprintf(both, sizeof both, "\"ipclab-trace-%ld-%ld\"", it->copy_of_2,
	    it->other_copy);
	bool asks = is(mark, both);
	if (!is(e->call.name, "memfd_create") || it->copy_of_2 <= 2 ||
	    (!asks && !is(mark, one)))
		return false;
	it->trace = it->copy_of_2;
	it->tty = asks ? it->other_copy : 0;
	task->own[0] = made < 0 ? 0 : made;
	return true;
}

/* Of /proc/thread-self/io, which tells what a library call cost. */
bool
is_look(const struct event *e)
{
	return begins(e->call.name, "open") && ends(place_of(e), "/io");
}

/*
 * What /proc/[pid]/io will say of the thread, the trace's own calls off: a bad
 * descriptor is refused before it counts, but by readv and its like after.
 */
void
count_io(struct task *task, const struct call *c)
{
	static const char reads[] = " read pread64 readv preadv preadv2"
				    " sendfile copy_file_range ";
	static const char writes[] = " write pwrite64 writev pwritev pwritev2"
				     " sendfile copy_file_range ";
	struct span failure = failure_name(c->result);
	bool early = is(failure, "EBADF") ||
		     (begins(c->name, "p") &&
			 (is(failure, "ESPIPE") || is(failure, "EINVAL")));

	if (is(c->result, "?") || (early && !contains(c->name, "v")))
		return;
	task->reads += listed(reads, c->name);
	task->writes += listed(writes, c->name);
}

/*
 * allow.c: the calls that need no line of the trace. This table is all that
 * --check lets pass.
 */
#include <string.h>

#include "sidebyside.h"

/* On what a class depends. A descriptor is the first argument. */
enum what {
	ANY,
	TRACE_FD,    /* 100 or more */
	TRACE_COPY,  /* 2 becomes such a one */
	STD_FD,      /* 0 to 2 */
	OUT_FD,      /* 1 or 2 */
	PROC_FD,     /* opened below /proc */
	LOADER_FD,   /* opened by the dynamic loader */
	SAMPLE_FD,   /* a sample file made by the trace */
	PROC_PATH,   /* opens a file below /proc */
	LOADER_PATH, /* opens a library, or the loader's own files */
	SAMPLE_DIR,  /* the trace's folder, .../ipclab-XXXXXX */
	SAMPLE_NEW,  /* makes a new file in it */
	SAMPLE_PATH, /* such a file */
	SECOND_IS    /* the second argument is the word */
};

static const struct rule {
	enum class class;
	const char *calls; /* between spaces */
	enum what what;
	const char *word;
} rules[] = {
    /* clang-format off */
	/* from execve to the first other call: the dynamic loader */
	{OF_LOADER, " access readlink readlinkat arch_prctl prlimit64 uname"
	            " sched_getaffinity getrandom newfstatat stat ", ANY, NULL},
	{OF_LOADER, " open openat ", LOADER_PATH, NULL},
	{OF_LOADER, " read pread64 fstat newfstatat close ", LOADER_FD, NULL},
	/* (2) the trace's own, always */
	{OF_TRACE, " futex kcmp clock_gettime ", ANY, NULL},
	{OF_TRACE, " write writev pwrite64 read pread64 lseek close fcntl ioctl"
	           " poll fstat newfstatat ", TRACE_FD, NULL},
	{OF_TRACE, " fcntl ", TRACE_COPY, "F_DUPFD_CLOEXEC"},
	{OF_TRACE, " ioctl ", SECOND_IS, "FIONREAD"},
	{OF_TRACE, " fcntl ", SECOND_IS, "F_GETPIPE_SZ"},
	{OF_TRACE, " open openat ", PROC_PATH, NULL},
	{OF_TRACE, " read pread64 lseek fstat newfstatat close fcntl ", PROC_FD,
	           NULL},
	/* (3) libc's, always */
	{OF_LIBC, " brk mmap munmap mprotect madvise getrandom rt_sigprocmask"
	          " set_robust_list get_robust_list rseq gettid set_tid_address ", ANY, NULL},
	{OF_LIBC, " fstat newfstatat ", STD_FD, NULL},
	{OF_LIBC, " ioctl ", STD_FD, "TCGETS"},
	{OF_LIBC, " ioctl ", STD_FD, "TIOCGWINSZ"},
	/* (4) what the program prints, always */
	{OUTPUT, " write writev ", OUT_FD, NULL},
	/* before the first line of a call and after the last one */
	{OF_START, " rt_sigaction ", ANY, NULL},
	{OF_START, " fcntl ", STD_FD, "F_GETFD"},
	{OF_SAMPLE, " getpid umask ", ANY, NULL},
	{OF_SAMPLE, " stat lstat fstat newfstatat statx ", ANY, NULL},
	{OF_SAMPLE, " mkdir mkdirat chdir rmdir ", SAMPLE_DIR, NULL},
	{OF_SAMPLE, " unlinkat ", SAMPLE_DIR, NULL},
	{OF_SAMPLE, " unlink unlinkat ", SAMPLE_PATH, NULL},
	{OF_SAMPLE, " open openat ", SAMPLE_NEW, NULL},
	{OF_SAMPLE, " write close fcntl ", SAMPLE_FD, NULL},
	/* after the last line of a call, and shown */
	{ENDING, " exit_group exit ", ANY, NULL},
    /* clang-format on */
};

static bool
listed(const char *calls, struct span name)
{
	const char *at = calls;

	while ((at = memchr(at, ' ', strlen(at))) != NULL && at[1] != '\0') {
		at++;
		if (strncmp(at, name.at, name.length) == 0 &&
		    at[name.length] == ' ')
			return true;
	}
	return false;
}

static int
kind_of(const struct task *task, long fd)
{
	for (int i = 0; i < MOST_KNOWN_FDS; i++)
		if (task->fds[i].kind != NOTHING && task->fds[i].fd == fd)
			return (int)task->fds[i].kind;
	return NOTHING;
}

/* The path of an open, or of another call that begins with one. */
static struct span
path_of(const struct call *c)
{
	for (int i = 0; i < c->count && i < 2; i++)
		if (c->arg[i].at[0] == '"')
			return (struct span){
			    c->arg[i].at + 1, c->arg[i].length - 2};
	return (struct span){"", 0};
}

static bool
is_library_path(struct span path)
{
	return contains(path, ".so") || contains(path, "/ld-musl") ||
	       contains(path, "/glibc-hwcaps");
}

/* In the trace's folder, or a file that is its own at once. */
static bool
is_sample(struct span path)
{
	return path.length > 0 &&
	       (path.at[0] != '/' || contains(path, "/ipclab-"));
}

static bool
applies(const struct rule *r, const struct task *task, const struct call *c)
{
	long fd = c->count > 0 ? number(c->arg[0]) : -1;
	struct span path;

	if (r->word != NULL && (c->count < 2 || !is(c->arg[1], r->word)))
		return false;
	switch (r->what) {
	case ANY:
	case SECOND_IS:
		return true;
	case TRACE_FD:
		return fd >= FIRST_TRACE_FD;
	case TRACE_COPY:
		return fd == 2 && c->count == 3 &&
		       number(c->arg[2]) == FIRST_TRACE_FD;
	case STD_FD:
		return fd >= 0 && fd <= 2;
	case OUT_FD:
		return fd == 1 || fd == 2;
	case PROC_FD:
		return kind_of(task, fd) == PROC_FILE;
	case LOADER_FD:
		return kind_of(task, fd) == LOADED_FILE;
	case SAMPLE_FD:
		return kind_of(task, fd) == SAMPLE_FILE;
	default:
		break;
	}
	path = path_of(c);
	switch (r->what) {
	case PROC_PATH:
		return begins(path, "/proc/");
	case LOADER_PATH:
		return is_library_path(path);
	case SAMPLE_DIR:
		return contains(path, "/ipclab-");
	case SAMPLE_NEW:
		return c->count >= 3 && is_sample(path) &&
		       contains(c->arg[c->count - 2], "O_CREAT|O_EXCL");
	default:
		return is_sample(path);
	}
}

static bool
is_made_here(const struct rule *r)
{
	return r->what == PROC_PATH || r->what == LOADER_PATH ||
	       r->what == SAMPLE_NEW;
}

static void
forget_fd(struct task *task, long fd)
{
	for (int i = 0; i < MOST_KNOWN_FDS; i++)
		if (task->fds[i].fd == fd)
			task->fds[i].kind = NOTHING;
}

static void
remember_fd(struct task *task, long fd, const struct rule *r)
{
	if (fd < 0)
		return;
	forget_fd(task, fd);
	for (int i = 0; i < MOST_KNOWN_FDS; i++)
		if (task->fds[i].kind == NOTHING) {
			task->fds[i].fd = fd;
			task->fds[i].kind = r == NULL              ? SAMPLE_FILE
					    : r->class == OF_TRACE ? PROC_FILE
					    : r->class == OF_LOADER
						? LOADED_FILE
						: SAMPLE_FILE;
			return;
		}
}

/*
 * The class of the call, which has just returned. OF_LOADER is given only
 * while the task loads, OF_START and OF_SAMPLE wherever it may be: the judge
 * knows whether this is the time for it.
 */
enum class classify(struct task *task, const struct call *c) {
	enum class class = UNSAID;

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++){
	    const struct rule *r = &rules[i];
	    if ((r->class == OF_LOADER && !task->loading) ||
		!listed(r->calls, c->name) || !applies(r, task, c)) continue;
	    class = r->class;
	    if (is_made_here(r)) remember_fd(task, number(c->result), r);
	    break;}
if (is(c->name, "memfd_create")) remember_fd(task, number(c->result), NULL);
if (is(c->name, "close") && c->count > 0)
	forget_fd(task, number(c->arg[0]));
return class;
}

/* Whether the kernel added it to syscr or syscw of /proc/[pid]/io: a bad
 * descriptor is refused before, but by readv and its like only after. */
static bool
was_counted(const struct call *c)
{
	bool vector = contains(c->name, "v");
	struct span failure = failure_name(c->result);

	if (failure.length == 0)
		return !is(c->result, "?");
	if (vector)
		return true;
	return !is(failure, "EBADF") &&
	       !(c->name.at[0] == 'p' &&
		   (is(failure, "ESPIPE") || is(failure, "EINVAL")));
}

/* What /proc/[pid]/io will say of the thread, the trace's own calls off. */
void
count_io(struct task *task, const struct call *c, enum class class)
{
	static const char reads[] =
	    " read pread64 readv preadv preadv2 sendfile copy_file_range ";
	static const char writes[] =
	    " write pwrite64 writev pwritev pwritev2 sendfile"
	    " copy_file_range ";

	if (class == OF_TRACE || c->count == 0 || !was_counted(c))
		return;
	if (listed(reads, c->name))
		task->reads++;
	if (listed(writes, c->name))
		task->writes++;
}

/*
 * allow.c: the calls that need no line of the trace. This table is all that
 * --check lets pass.
 */
#include <string.h>

#include "sidebyside.h"

/* On what a class depends. A descriptor is the first argument. */
enum what {
	ANY,
	STD_FD,      /* 0 to 2 */
	OUT_FD,      /* 1 or 2 */
	TRACE_COPY,  /* 2 becomes a descriptor of the trace */
	TTY_COPY,    /* so does the terminal's */
	KNOWN_FD,    /* leads to what the rule's kind says */
	FIRST_IS,    /* the first argument is the word */
	SECOND_IS,   /* the second argument is the word */
	NULL_PATH,   /* opens /dev/null */
	TTY_PATH,    /* opens the terminal */
	READ_PATH,   /* opens a file to read it */
	PROC_PATH,   /* opens a file below /proc to read it */
	PROC_FOLDER, /* opens the folder of a process's descriptors or threads
		      */
	PROC_LINK,   /* asks where a link there leads, and follows none */
	PIPE_PATH,   /* opens an end of a pipe there, to ask how full it is */
	LOADER_PATH, /* opens a library, or the loader's own files */
	NEW_DIR,     /* makes the trace's folder, .../ipclab-XXXXXX */
	SAMPLE_DIR,  /* that folder */
	IN_FOLDER,   /* any call, once the process is there */
	SAMPLE_NEW,  /* makes a new file in it */
	SAMPLE_PATH, /* such a file */
	UNNAMED_NEW, /* makes a file .../ipclab-XXXXXX */
	UNNAMED,     /* that file */
	GIVEN_PATH,  /* looks at the user's file */
	SIZED_PATH   /* opens that or a sample, to read it */
};

static const struct rule {
	enum class class;
	const char *calls; /* between spaces */
	enum what what;
	const char *word;
	enum kind kind; /* of the descriptor that it takes or makes */
} rules[] = {
    /* clang-format off */
	/* from execve to the first other call: the dynamic loader */
	{OF_LOADER, " access readlink readlinkat arch_prctl prlimit64 uname"
	            " sched_getaffinity getrandom newfstatat stat ", ANY, NULL, NOTHING},
	{OF_LOADER, " open openat ", LOADER_PATH, NULL, LOADED_FILE},
	{OF_LOADER, " read pread64 fstat newfstatat close ", KNOWN_FD, NULL, LOADED_FILE},
	/* (2) the trace's own, always */
	{OF_TRACE, " futex kcmp clock_gettime ", ANY, NULL, NOTHING},
	{OF_TRACE, " write close fcntl poll ", KNOWN_FD, NULL, TRACE_FILE},
	{OF_TRACE, " fcntl ", TRACE_COPY, "F_DUPFD_CLOEXEC", TRACE_FILE},
	{OF_TRACE, " ioctl ", SECOND_IS, "FIONREAD", NOTHING},
	{OF_TRACE, " fcntl ", SECOND_IS, "F_GETPIPE_SZ", NOTHING},
	{OF_TRACE, " open openat ", PROC_PATH, NULL, PROC_FILE},
	{OF_TRACE, " open openat ", PROC_FOLDER, NULL, PROC_FILE},
	{OF_TRACE, " read pread64 lseek fstat newfstatat close fcntl getdents64 ",
	           KNOWN_FD, NULL, PROC_FILE},
	{OF_TRACE, " readlink readlinkat stat newfstatat ", PROC_LINK, NULL, NOTHING},
	{OF_TRACE, " open openat ", PIPE_PATH, NULL, PROC_PIPE},
	{OF_TRACE, " fstat newfstatat close ", KNOWN_FD, NULL, PROC_PIPE},
	{OF_TRACE, " read write close ", KNOWN_FD, NULL, TTY_FILE},
	/* (3) libc's, always */
	{OF_LIBC, " brk mmap munmap mprotect madvise getrandom rt_sigprocmask"
	          " set_robust_list get_robust_list rseq gettid set_tid_address ",
	          ANY, NULL, NOTHING},
	{OF_LIBC, " fstat newfstatat ", STD_FD, NULL, NOTHING},
	{OF_LIBC, " ioctl ", STD_FD, "TCGETS", NOTHING},
	{OF_LIBC, " ioctl ", STD_FD, "TIOCGWINSZ", NOTHING},
	/* (4) what the program prints, always */
	{OUTPUT, " write writev ", OUT_FD, NULL, NOTHING},
	/* before there is a trace: --bug, --predict and --step */
	{OF_OPTIONS, " open openat ", TTY_PATH, NULL, TTY_FILE},
	{OF_OPTIONS, " fcntl ", TTY_COPY, "F_DUPFD_CLOEXEC", TTY_FILE},
	{OF_OPTIONS, " prctl ", FIRST_IS, "PR_SET_PDEATHSIG", NOTHING},
	{OF_OPTIONS, " getppid ", ANY, NULL, NOTHING},
	{OF_OPTIONS, " open openat ", READ_PATH, NULL, OPTION_FILE},
	{OF_OPTIONS, " read close ", KNOWN_FD, NULL, OPTION_FILE},
	/* before the first line of a call */
	{OF_START, " rt_sigaction ", ANY, NULL, NOTHING},
	{OF_START, " fcntl ", STD_FD, "F_GETFD", NOTHING},
	{OF_START, " open openat ", NULL_PATH, NULL, NOTHING},
	{OF_START, " stat newfstatat ", GIVEN_PATH, NULL, NOTHING},
	{OF_BIRTH, " getpid ", ANY, NULL, NOTHING}, /* a child's, too */
	/* before that and after the last one */
	{OF_SAMPLE, " mkdir mkdirat ", NEW_DIR, NULL, NOTHING},
	{OF_SAMPLE, " chdir rmdir unlinkat ", SAMPLE_DIR, NULL, NOTHING},
	{OF_SAMPLE, " getcwd ", IN_FOLDER, NULL, NOTHING},
	{OF_SAMPLE, " unlink unlinkat stat newfstatat ", SAMPLE_PATH, NULL, NOTHING},
	{OF_SAMPLE, " open openat ", SAMPLE_NEW, NULL, SAMPLE_FILE},
	{OF_SAMPLE, " write close fcntl fstat newfstatat ", KNOWN_FD, NULL, SAMPLE_FILE},
	/* what measure() needs, always */
	{OF_MEASURE, " open openat ", UNNAMED_NEW, NULL, UNNAMED_FILE},
	{OF_MEASURE, " unlink unlinkat ", UNNAMED, NULL, NOTHING},
	{OF_MEASURE, " ftruncate lseek close ", KNOWN_FD, NULL, UNNAMED_FILE},
	{OF_MEASURE, " open openat ", SIZED_PATH, NULL, SIZED_FILE},
	{OF_MEASURE, " fstat newfstatat pread64 close ", KNOWN_FD, NULL, SIZED_FILE},
	/* after the last line of a call, and shown: the library ends lanes */
	{ENDING, " prctl ", FIRST_IS, "PR_SET_CHILD_SUBREAPER", NOTHING},
	{ENDING, " wait4 ", SECOND_IS, "NULL", NOTHING},
	{ENDING, " exit_group exit ", ANY, NULL, NOTHING},
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

enum kind
kind_of(const struct task *task, struct span fd)
{
	for (int i = 0; i < MOST_KNOWN_FDS; i++)
		if (task->fds[i].kind != NOTHING &&
		    task->fds[i].fd == number(fd))
			return task->fds[i].kind;
	return NOTHING;
}

/* "[{fd=100, events=POLLOUT}]": poll's first one. */
static struct span
fd_of(const struct call *c)
{
	static const char poll[] = "[{fd=";
	struct span fd = c->count > 0 ? c->arg[0] : (struct span){"", 0};

	if (begins(fd, poll)) {
		fd.at += sizeof poll - 1;
		fd.length -= sizeof poll - 1;
	}
	return fd;
}

/* Where the path of an open, or of another call that begins with one, is. */
static int
path_at(const struct call *c)
{
	for (int i = 0; i < c->count && i < 2; i++)
		if (c->arg[i].length >= 2 && c->arg[i].at[0] == '"')
			return i;
	return -1;
}

static struct span
path_of(const struct call *c)
{
	int i = path_at(c);

	return i < 0 ? (struct span){"", 0}
		     : (struct span){c->arg[i].at + 1, c->arg[i].length - 2};
}

/* The flags of an open. */
static struct span
flags_of(const struct call *c)
{
	int i = path_at(c) + 1;

	return i > 0 && i < c->count ? c->arg[i] : (struct span){"", 0};
}

/* Whether each part of the text, parted by one of the bytes, is in the list. */
static bool
all_listed(struct span text, char by, const char *list, bool want)
{
	while (text.length > 0) {
		const char *end = memchr(text.at, by, text.length);
		size_t length =
		    end == NULL ? text.length : (size_t)(end - text.at);
		if (length > 0 &&
		    listed(list, (struct span){text.at, length}) != want)
			return false;
		length += end != NULL;
		text.at += length;
		text.length -= length;
	}
	return true;
}

static bool
is_read_only(const struct call *c)
{
	return begins(flags_of(c), "O_RDONLY") &&
	       all_listed(flags_of(c), '|',
		   " O_RDONLY O_CLOEXEC O_LARGEFILE O_NONBLOCK ", true);
}

/* A file that tells, and no way to another one. */
static bool
is_proc_path(struct span path)
{
	return begins(path, "/proc/") &&
	       all_listed(
		   path, '/', " .. fd mem root cwd exe map_files ", false);
}

/* /proc/self, /proc/PID/fd/N and what is between: nothing behind the link. */
static bool
is_proc_link(struct span path)
{
	int slashes = 0;

	for (size_t i = 0; i < path.length; i++)
		slashes += path.at[i] == '/';
	return begins(path, "/proc/") && slashes <= 4 &&
	       all_listed(path, '/', " .. mem root cwd map_files ", false);
}

static bool
ends(struct span text, const char *end)
{
	size_t length = strlen(end);

	return text.length >= length &&
	       memcmp(text.at + text.length - length, end, length) == 0;
}

/* /proc/PID/fd, /proc/PID/task, and /proc itself */
static bool
is_proc_folder(const struct call *c)
{
	struct span path = path_of(c);

	return (is(path, "/proc") ||
		   (is_proc_link(path) &&
		       (ends(path, "/fd") || ends(path, "/task")))) &&
	       contains(flags_of(c), "O_DIRECTORY") &&
	       all_listed(flags_of(c), '|',
		   " O_RDONLY O_CLOEXEC O_LARGEFILE O_NONBLOCK O_DIRECTORY ",
		   true);
}

/* /proc/PID/fd/N */
static bool
is_pipe_path(const struct call *c)
{
	struct span path = path_of(c);

	return begins(path, "/proc/") && contains(path, "/fd/") &&
	       all_listed(
		   path, '/', " .. mem root cwd exe map_files ", false) &&
	       contains(flags_of(c), "O_NONBLOCK") &&
	       all_listed(flags_of(c), '|',
		   " O_RDONLY O_WRONLY O_CLOEXEC O_LARGEFILE O_NONBLOCK ",
		   true);
}

static bool
is_library_path(struct span path)
{
	return contains(path, ".so") || contains(path, "/ld-musl") ||
	       contains(path, "/glibc-hwcaps");
}

/* ".../ipclab-XXXXXX" */
static bool
is_template(struct span path)
{
	static const char name[] = "/ipclab-";
	const size_t length = sizeof name - 1 + 6;

	if (path.length < length)
		return false;
	struct span end = {path.at + path.length - length, length};
	return begins(end, name) && memchr(end.at + 1, '/', length - 1) == NULL;
}

/* A file of the trace's folder, where the process is. */
static bool
is_sample(const struct task *task, struct span path)
{
	return task->inside && path.length > 0 && !is(path, ".") &&
	       !is(path, "..") && memchr(path.at, '/', path.length) == NULL;
}

static bool
makes_a_file(const struct call *c)
{
	return contains(flags_of(c), "O_CREAT|O_EXCL");
}

static bool
fits_fd(const struct rule *r, const struct task *task, const struct call *c)
{
	struct span fd = fd_of(c);

	switch (r->what) {
	case STD_FD:
		return number(fd) >= 0 && number(fd) <= 2;
	case OUT_FD:
		return number(fd) == 1 || number(fd) == 2;
	case TRACE_COPY:
		return is(fd, "2") && c->count == 3 &&
		       number(c->arg[2]) == FIRST_TRACE_FD;
	case TTY_COPY:
		return kind_of(task, fd) == r->kind && c->count == 3 &&
		       number(c->arg[2]) == FIRST_TRACE_FD;
	case KNOWN_FD:
		return kind_of(task, fd) == r->kind;
	default: /* ANY, FIRST_IS, SECOND_IS */
		return true;
	}
}

static bool
fits_path(const struct rule *r, const struct task *task, const struct call *c)
{
	struct span path = path_of(c);

	switch (r->what) {
	case NULL_PATH:
		return is(path, "/dev/null");
	case TTY_PATH:
		return is(path, "/dev/tty");
	case READ_PATH:
		return is_read_only(c);
	case PROC_PATH:
		return is_proc_path(path) && is_read_only(c);
	case PROC_FOLDER:
		return is_proc_folder(c);
	case PROC_LINK:
		return is_proc_link(path);
	case PIPE_PATH:
		return is_pipe_path(c);
	case LOADER_PATH:
		return is_library_path(path) && is_read_only(c);
	case NEW_DIR:
		return is_template(path);
	case SAMPLE_DIR:
		return path.length > 0 && same(path, span_of(&task->folder));
	case IN_FOLDER:
		return task->inside;
	case SAMPLE_NEW:
		return is_sample(task, path) && makes_a_file(c);
	case SAMPLE_PATH:
		return is_sample(task, path);
	case UNNAMED_NEW:
		return is_template(path) && makes_a_file(c);
	case UNNAMED:
		return path.length > 0 && same(path, span_of(&task->unnamed));
	case GIVEN_PATH:
		return path.length > 0;
	default: /* SIZED_PATH */
		return is_read_only(c) && path.length > 0 &&
		       (is_sample(task, path) ||
			   same(path, span_of(&task->given)));
	}
}

static bool
applies(const struct rule *r, const struct task *task, const struct call *c)
{
	int at = r->what == FIRST_IS ? 0 : 1;

	if (r->word != NULL && (c->count <= at || !is(c->arg[at], r->word)))
		return false;
	return r->what < NULL_PATH ? fits_fd(r, task, c)
				   : fits_path(r, task, c);
}

void
forget_fd(struct task *task, long fd)
{
	for (int i = 0; i < MOST_KNOWN_FDS; i++)
		if (task->fds[i].fd == fd)
			task->fds[i].kind = NOTHING;
}

static void
remember_fd(struct task *task, long fd, enum kind kind)
{
	if (fd < 0)
		return;
	forget_fd(task, fd);
	for (int i = 0; i < MOST_KNOWN_FDS; i++)
		if (task->fds[i].kind == NOTHING) {
			task->fds[i].fd = fd;
			task->fds[i].kind = kind;
			return;
		}
}

/* What the call of that rule made, for those that follow. */
static void
remember(struct task *task, const struct call *c, const struct rule *r)
{
	struct span path = path_of(c);

	if (number(c->result) < 0)
		return;
	if (r->kind != NOTHING && r->what != KNOWN_FD)
		remember_fd(task, number(c->result), r->kind);
	if (r->what == NEW_DIR)
		set(&task->folder, path.at, path.length);
	else if (r->what == UNNAMED_NEW)
		set(&task->unnamed, path.at, path.length);
	else if (r->what == GIVEN_PATH && task->phase == STARTING)
		set(&task->given, path.at, path.length);
	if (is(c->name, "chdir"))
		task->inside = r->what == SAMPLE_DIR;
}

/* A descriptor that leads elsewhere now. */
static void
forget(struct task *task, const struct call *c)
{
	if (is(c->name, "close") && c->count > 0)
		forget_fd(task, number(c->arg[0]));
	else if (begins(c->name, "dup"))
		forget_fd(task, number(c->result));
}

/*
 * The class of the call, which has just returned. OF_LOADER is given only
 * while the task loads, OF_OPTIONS before it is a lane, OF_START and OF_SAMPLE
 * wherever it may be: the judge knows whether this is the time for it.
 */
enum class classify(struct task *task, const struct call *c) {
	enum class class = UNSAID;

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++){
	    const struct rule *r = &rules[i];
	    if ((r->class == OF_LOADER && !task->loading) ||
		(r->class == OF_OPTIONS && task->traced) ||
		!listed(r->calls, c->name) || !applies(r, task, c)) continue;
	    class = r->class; remember(task, c, r); break;}
forget(task, c);
return class;
}

/* After a signal: one of the calls that leave nothing behind. */
bool
ends_cleanly(const struct call *c)
{
	static const char calls[] =
	    " kill tgkill wait4 waitid nanosleep clock_nanosleep unlink rmdir"
	    " unlinkat rt_sigaction rt_sigprocmask rt_sigreturn getpid gettid"
	    " prctl exit_group ";

	return listed(calls, c->name);
}

/* What the watcher of a demo does besides looking: it waits, and ends it. */
bool
may_watch(const struct call *c)
{
	static const char calls[] =
	    " kill tgkill wait4 rt_sigtimedwait rt_sigaction rt_sigreturn"
	    " nanosleep clock_nanosleep restart_syscall prctl getpid"
	    " exit_group ";

	return listed(calls, c->name);
}

/* A line of the trace comes: is something still open that only a moment's look
 * needs? */
bool
holds_own(const struct task *task)
{
	for (int i = 0; i < MOST_KNOWN_FDS; i++)
		if (task->fds[i].kind == PROC_PIPE ||
		    task->fds[i].kind == OPTION_FILE)
			return true;
	return false;
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

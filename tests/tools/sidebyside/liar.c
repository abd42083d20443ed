/*
 * liar: a demo whose trace is not what happened, in the way that its first
 * operand names. sidebyside --check has to find out each of them.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace.h"

static const struct about about = {
    .operands = "HOW", .does = "Lie.", .example = "liar wrong-result"};

static int trace_fd; /* where the library's will be: at the top of the limit */

static void
find_trace(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	trace_fd = limit.rlim_cur > 4096 ? 4095 : (int)limit.rlim_cur - 1;
}

/* The trace's own work begins here, or ends. */
static void
bracket(void)
{
	if (write(trace_fd, "", 0) != 0)
		fail("the trace cannot be written");
}

/* A line that no wrapper stands behind. */
static void
say(const char *body)
{
	char line[256];
	int length = snprintf(line, sizeof line, "main    | %s\n", body);

	if (write(trace_fd, line, (size_t)length) != length)
		fail("the trace cannot be written");
}

/* An unsaid call, told from all others by its path. */
static void
leave_a_mark(void)
{
	unlink("no such mark");
}

/* Lines that are none, or speak of a call that was not made. */
static bool
tell(const char *how)
{
	static const struct {
		const char *how, *line;
	} told[] = {
	    {"libdress",
		"main    | read(9, \"\", 8) = 0  (0 reads, 0 writes)\n"},
	    {"unknown",
		"main    | fread(buf, 1, 1, f) = 1  (unknown reads, unknown writes)\n"},
	    {"partial", "main    | read(9, \"\", 8) = 0"},
	    {"rolespace", "my lane | read(9, \"\", 8) = 0\n"},
	    {"nobar", "read(9, \"\", 8) = 0\n"},
	    {"noequal", "main    | read(9, \"\", 8) -> 0\n"},
	    {"tab", "main    | \tread(9, \"\", 8) = 0\n"},
	    {"emptyrole", "        | read(9, \"\", 8) = 0\n"},
	    {"esc", "main    | \033[Kread(9, \"\", 8) = 0\n"},
	    {"cr", "main    | # x\rmain    | read(9, \"\", 8) = 0\n"}};

	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		if (strcmp(how, told[i].how) == 0)
			return write(trace_fd, told[i].line,
				   strlen(told[i].line)) > 0;
	return false;
}

/* Unsaid calls of a kind that is allowed elsewhere. */
static void
hide(const char *how, int fd)
{
	char buf[8];

	if (strcmp(how, "procdotdot") == 0)
		close(open("/proc/../dev/null", O_RDONLY));
	else if (strcmp(how, "procfd") == 0)
		open("/proc/self/fd/3", O_RDWR);
	else if (strcmp(how, "fd200") == 0)
		dprintf(fcntl(trace_fd, F_DUPFD, 200), "main    | # hidden\n");
	else if (strcmp(how, "dupto150") == 0)
		dprintf(dup2(fd, 150), "hidden");
	else if (strcmp(how, "readbeforelib") == 0 && read(fd, buf, 8) == 0)
		Fclose(Fopen("/dev/null", "r"));
	else if (strcmp(how, "trap") == 0) {
		signal(SIGTRAP, SIG_IGN);
		raise(SIGTRAP);
		leave_a_mark();
	} else if (strcmp(how, "silentchild") == 0 && fork() == 0) {
		leave_a_mark();
		_exit(0);
	}
}

/* Called fork, and is more, or has done something before it says so. */
static void
fork_otherwise(const char *how)
{
	long flags = strcmp(how, "untraced") == 0     ? CLONE_UNTRACED
		     : strcmp(how, "clonefiles") == 0 ? CLONE_FILES
						      : 0;
	char line[64];

	if (flags == 0 && strcmp(how, "birth") != 0)
		return;
	long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		if (strcmp(how, "birth") == 0)
			leave_a_mark();
		_exit(0);
	}
	snprintf(line, sizeof line, "fork() = %ld", pid);
	say(line);
	Wait(NULL);
}

static void
lie(const char *how, int fd)
{
	char buf[8];

	if (strcmp(how, "wrong-result") == 0 && read(fd, buf, 8) == 0)
		say("read(3, \"\", 8) = 1");
	else if (strcmp(how, "wrong-argument") == 0 && read(fd, buf, 8) == 0)
		say("read(3, \"\", 9) = 0");
	else if (strcmp(how, "wrong-errno") == 0 && close(99) == -1)
		say("close(99) = -1 EINTR (Interrupted system call)");
	else if (strcmp(how, "wrong-name") == 0 && read(fd, buf, 8) == 0)
		say("recv(3, \"\", 8) = 0");
	else if (strcmp(how, "never-made") == 0)
		say("read(3, \"\", 8) = 0");
	else if (strcmp(how, "made-twice") == 0 && read(fd, buf, 8) == 0) {
		if (read(fd, buf, 8) == 0)
			say("read(3, \"\", 8) = 0");
	} else if (strcmp(how, "said-twice") == 0 && read(fd, buf, 8) == 0) {
		say("read(3, \"\", 8) = 0");
		say("read(3, \"\", 8) = 0");
	} else if (strcmp(how, "wrong-count") == 0 && read(fd, buf, 8) == 0)
		say("fread(buf, 4, 2, f) = 0  (0 reads, 0 writes)");
	else if (strcmp(how, "comes-back") == 0) {
		say("close(99) = ?");
		close(99);
	} else if (strcmp(how, "promise-not-kept") == 0)
		say("execvp(\"true\", [\"true\"]) = ?");
	else if (strcmp(how, "other-exec") == 0) {
		say("execvp(\"true\", [\"true\"]) = ?");
		execlp("true", "true", "more", (char *)NULL);
	} else if (strcmp(how, "middle") == 0)
		getppid();
	else if (strcmp(how, "start-up") == 0)
		umask(022); /* allowed before the first call, not here */
	else if (strcmp(how, "unsaid-wait") == 0)
		waitpid(-1, NULL, WNOHANG);
}

/* What is done in a bracket is the trace's work: but not all is. */
static void
abuse_brackets(const char *how, int fd)
{
	char buf[8];

	if (strncmp(how, "bracket-", 8) != 0)
		return;
	bracket();
	if (strcmp(how, "bracket-mark") == 0)
		leave_a_mark();
	else if (strcmp(how, "bracket-file") == 0)
		close(open("/no/such/folder/mark", O_CREAT | O_WRONLY, 0600));
	else if (strcmp(how, "bracket-write") == 0)
		dprintf(fd, "hidden");
	else if (strcmp(how, "bracket-read") == 0)
		(void)(fcntl(fd, F_GETFL) != -1 && read(fd, buf, 8) == 0);
	else if (strcmp(how, "bracket-pipe") == 0)
		close(open("/proc/self/fd/3", O_RDWR));
	else if (strcmp(how, "bracket-steal") == 0) {
		int own = open("/proc/self/fd/3", O_RDONLY);
		if (own != -1 && read(own, buf, 8) == 0)
			close(own);
	} else if (strcmp(how, "bracket-kill") == 0)
		kill(getpid(), 0);
	else if (strcmp(how, "bracket-fork") == 0) {
		if (fork() == 0)
			_exit(0);
		wait(NULL);
	} else if (strcmp(how, "bracket-kept") == 0)
		open("/proc/self/stat", O_RDONLY);
	else if (strcmp(how, "bracket-dup") == 0)
		dup(fd);
	else if (strcmp(how, "bracket-folder") == 0) {
		mkdir("/tmp/ipclab-abcdef", 0700);
		rmdir("/tmp/ipclab-abcdef");
	}
	if (strcmp(how, "bracket-open") == 0)
		_exit(0);
	bracket();
}

/* Another descriptor that would be the trace's. */
static void
forge_a_mark(bool early)
{
	int copy =
	    early ? fcntl(2, F_DUPFD, 90) : fcntl(2, F_DUPFD_CLOEXEC, 90);
	char name[32];

	snprintf(name, sizeof name, "ipclab-trace-%d", copy);
	close(memfd_create(name, MFD_CLOEXEC));
	dprintf(copy, "main    | # forged\n");
}

static void *
be_a_thread(void *how)
{
	if (strcmp(how, "thread") == 0)
		leave_a_mark();
	else if (strcmp(how, "thread-lies") == 0)
		say("read(3, \"\", 8) = 0");
	return NULL;
}

static void
lie_in_a_thread(char *how)
{
	pthread_t thread;

	if (strncmp(how, "thread", 6) != 0)
		return;
	Pthread_create(&thread, NULL, be_a_thread, how);
	Pthread_join(thread, NULL);
}

/* As the watcher of a demo would begin, but it does other things. */
static void
watch_otherwise(void)
{
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		return;
	}
	waitpid(-1, NULL, 0);
	leave_a_mark();
	_exit(0);
}

/* Keeps an end that a look would close at once. */
static void
keep_an_end(void)
{
	int fd[2];

	Pipe(fd);
	if (open("/proc/self/fd/5", O_WRONLY | O_NONBLOCK) == -1)
		fail("there is no 5");
	Close(fd[1]);
	Close(fd[0]);
}

int
main(int argc, char *argv[])
{
	find_trace();
	if (argc == 2 && strcmp(argv[1], "watcher") == 0)
		watch_otherwise();
	if (argc == 2 && strcmp(argv[1], "early-mark") == 0)
		forge_a_mark(true);
	char **operand = start(argc, argv, &about);
	char none[] = "", *how = operand[0] ? operand[0] : none;

	if (strcmp(how, "before-unlink") == 0)
		leave_a_mark();
	if (strcmp(how, "before") == 0)
		getppid();
	int fd = Open("/dev/null", O_RDONLY);
	if (!tell(how))
		hide(how, fd);
	else if (strcmp(how, "partial") == 0)
		return 1; /* the next line would be its end */
	fork_otherwise(how);
	abuse_brackets(how, fd);
	lie_in_a_thread(how);
	if (strcmp(how, "forged-mark") == 0)
		forge_a_mark(false);
	if (strcmp(how, "dup-of-1") == 0)
		dprintf(dup(1), "hidden");
	if (strcmp(how, "kept-end") == 0)
		keep_an_end();
	if (strcmp(how, "writev") == 0)
		writev(
		    trace_fd, &(struct iovec){"main    | # hidden\n", 19}, 1);
	lie(how, fd);
	note("the lie is told");
	Close(fd);
	if (strcmp(how, "after") == 0)
		getppid();
	if (strcmp(how, "afterunlink") == 0)
		leave_a_mark();
	if (strcmp(how, "qmark") == 0 && write(1000, ") = ?", 5) == 5)
		return 1;
	if (strcmp(how, "exitcrash") == 0) {
		say("_exit(0) = ?");
		abort();
	}
	if (strcmp(how, "after-note") == 0) {
		getppid();
		note("a last word");
	}
	return 0;
}

/*
 * trace.c: strace, under the grader's own user and outside of all that confines
 * the program: its options and its file are out of reach of what it traces.
 *
 * It is made early, when this process is not confined itself, waits for the
 * program's number, and attaches to it where it has stopped before its execve.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cage.h"

#define PATIENCE  10000 /* ms to attach, on a busy machine */
#define MAY_TRACE 19L   /* CAP_SYS_PTRACE */

static pid_t helper = -1;
static int ask = -1, said = -1; /* the helper */

bool
is_tracer(pid_t pid)
{
	return pid == helper;
}

/* Of what it says only its first line is read: a write must not wait. */
static _Noreturn void
become_strace(char *pid, int trace, int err)
{
	static char name[] = "strace", follow[] = "-f", to[] = "-o", there[40],
		    attach[] = "-p";
	char **word = calloc(options.strace.count + 7, sizeof *word);
	size_t n = 0;

	prctl(PR_SET_PDEATHSIG, (long)SIGKILL);
	if (word == NULL)
		_exit(1);
	/* by no path that leads there from inside */
	snprintf(there, sizeof there, "/proc/self/fd/%d", trace);
	fcntl(trace, F_SETFD, 0);
	word[n++] = name;
	word[n++] = follow;
	word[n++] = to;
	word[n++] = there;
	for (size_t i = 0; i < options.strace.count; i++)
		word[n++] = strdup(options.strace.at[i]);
	word[n++] = attach;
	word[n] = pid;
	fcntl(err, F_SETFL, O_NONBLOCK);
	dup2(err, 2);
	execvp(name, word);
	fprintf(stderr, "strace: %s\n", strerror(errno));
	_exit(1);
}

/* A line, without its newline; "": none came. */
static void
hear(int fd, char *line, size_t size)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t length = 0;

	while (length < size - 1 && poll(&p, 1, PATIENCE) > 0 &&
	       read(fd, line + length, 1) == 1 && line[length] != '\n')
		length++;
	line[length] = '\0';
}

/* Where a process has its arguments: fields 48 and 49 of its stat, proc(5). */
static bool
find_arguments(pid_t pid, off_t *start, off_t *end)
{
	char path[40], text[4096];

	snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
	FILE *stat = fopen(path, "re");
	size_t length =
	    stat == NULL ? 0 : fread(text, 1, sizeof text - 1, stat);
	if (stat != NULL)
		fclose(stat);
	text[length] = '\0';
	char *at = strrchr(text, ')');
	for (int field = 2; at != NULL && field < 48; field++)
		at = strchr(at + 1, ' ');
	if (at == NULL)
		return false;
	*start = (off_t)strtoull(at, &at, 10);
	*end = (off_t)strtoull(at, NULL, 10);
	return true;
}

/*
 * What stands in its command line everybody may read in /proc: what it injects
 * goes. strace has read it by now; of -P it keeps the words.
 */
static void
hide_injections(pid_t strace)
{
	static char line[65536], nothing[4096];
	char path[40];
	off_t start, end;

	snprintf(path, sizeof path, "/proc/%ld/mem", (long)strace);
	int mem = open(path, O_RDWR | O_CLOEXEC);
	if (mem == -1 || !find_arguments(strace, &start, &end))
		return;
	size_t size = (size_t)(end - start);
	ssize_t length = pread(
	    mem, line, size < sizeof line ? size : sizeof line - 1, start);
	for (ssize_t i = 0; i < length; i += (ssize_t)strlen(line + i) + 1)
		if (strncmp(line + i, "inject=", 7) == 0 &&
		    pwrite(mem, nothing, strnlen(line + i, sizeof nothing),
			start + i) == -1)
			break;
	close(mem);
}

/*
 * The parent of strace: it may look into it, as the keeper, confined by then,
 * may not. A root that may trace no other user's processes, as in many a
 * container, lets strace be of the program's user: Landlock keeps it from what
 * is inside.
 */
static _Noreturn void
help(int question, int answer, int trace, const struct identity *who)
{
	int err[2];
	char pid[24] = "", line[256] = "";

	prctl(PR_SET_PDEATHSIG, (long)SIGKILL);
	if (read(question, pid, sizeof pid - 1) <= 0 ||
	    pipe2(err, O_CLOEXEC) == -1)
		_exit(1);
	if (who->own_user && prctl(PR_CAPBSET_READ, MAY_TRACE) == 0 &&
	    has_landlock() &&
	    (fchown(trace, who->uid, who->gid) == -1 || !become_user(who->uid)))
		_exit(1);
	pid_t strace = fork();
	if (strace == 0)
		become_strace(pid, trace, err[1]);
	close(err[1]);
	hear(err[0], line, sizeof line);
	if (strstr(line, " attached") != NULL)
		hide_injections(strace);
	dprintf(answer, "%s\n", line);
	while (waitpid(strace, NULL, 0) == -1 && errno == EINTR)
		continue;
	_exit(0);
}

void
make_tracer(const struct identity *who)
{
	int question[2], answer[2];

	if (options.trace == NULL)
		return;
	int trace = open(options.trace,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (trace == -1)
		failed("open", options.trace);
	if (pipe2(question, O_CLOEXEC) == -1 || pipe2(answer, O_CLOEXEC) == -1)
		failed("pipe2", "strace");
	helper = fork();
	if (helper == -1)
		failed("fork", "strace");
	if (helper == 0) {
		close(question[1]);
		help(question[0], answer[1], trace, who);
	}
	close(trace);
	close(question[0]);
	close(answer[1]);
	ask = question[1];
	said = answer[0];
}

/* For the program, which has stopped itself, or ended for a failure. */
void
attach_tracer(pid_t program)
{
	siginfo_t info;
	char line[256];

	if (helper == -1 ||
	    waitid(P_PID, (id_t)program, &info, WSTOPPED | WEXITED | WNOWAIT) ==
		-1 ||
	    info.si_code != CLD_STOPPED)
		return;
	dprintf(ask, "%ld", (long)program);
	hear(said, line, sizeof line);
	if (strstr(line, " attached") == NULL) {
		kill(program, SIGKILL);
		waitpid(program, NULL, 0);
		fprintf(stderr, "cage: %s\n",
		    *line == '\0' ? "strace said nothing" : line);
		exit(CAGE_FAILED);
	}
	kill(program, SIGCONT);
}

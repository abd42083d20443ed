/*
 * honest: a demo that does what its operand names, and says so. sidebyside
 * --check has to believe it.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "trace.h"

static const struct about about = {
    .operands = "WHAT", .does = "Tell the truth.", .example = "honest bytes"};

/* Buffers of all bytes, digits often, so that \0 and \01 must be told apart. */
static void
bytes(void)
{
	char out[40], in[40];
	int fd[2];

	srandom(162);
	Pipe(fd);
	for (int i = 0; i < 200; i++) {
		size_t length = (size_t)random() % (sizeof out + 1);
		for (size_t at = 0; at < length; at++)
			out[at] = (char)(random() % 3 == 0
					     ? '0' + random() % 10
					     : random() % (i % 2 ? 256 : 2));
		Write(fd[1], out, length);
		if (length > 0)
			Read(fd[0], in, sizeof in);
	}
}

static void
failures(void)
{
	char buf[8];

	expect(EBADF);
	Read(99, buf, sizeof buf);
	expect(ENOENT);
	Open("no such file", O_RDONLY);
	expect(EBADF);
	Close(99);
}

static void
execs(void)
{
	char *missing[] = {"no-such-program", NULL};
	char *storm[] = {
	    "sh", "-c", "for i in 1 2 3 4 5; do ls / | cat; done", NULL};

	if (Fork() == 0)
		Execvp(missing[0], missing);
	Wait(NULL);
	if (Fork() == 0)
		Execvp(storm[0], storm);
	Wait(NULL);
}

static int trace_fd; /* where the library's will be: at the top of the limit */

static void
find_trace(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	trace_fd = limit.rlim_cur > 4096 ? 4095 : (int)limit.rlim_cur - 1;
}

/* A line that no wrapper stands behind. */
static void
say(const char *line)
{
	size_t length = strlen(line);

	if (write(trace_fd, line, length) != (ssize_t)length)
		fail("the trace cannot be written");
}

static void
killed(void)
{
	char buf[8], line[64];
	int fd[2];

	Pipe(fd);
	pid_t pid = Fork();
	if (pid == 0) {
		Read(fd[0], buf, sizeof buf);
		Exit(0);
	}
	snprintf(
	    line, sizeof line, "main    | kill(%ld, SIGKILL) = 0\n", (long)pid);
	kill(pid, SIGKILL);
	say(line);
	Wait(NULL);
}

/* Dies by SIGPIPE in a call whose line stands before it. */
static void
broken_pipe(void)
{
	char line[64];
	int fd[2];

	Pipe(fd);
	Close(fd[0]);
	snprintf(
	    line, sizeof line, "main    | write(%d, \"x\", 1) = ?\n", fd[1]);
	say(line);
	if (write(fd[1], "x", 1) == 1)
		fail("nobody reads it");
}

static void
buffered(void)
{
	char buf[4096];
	const char *name = sample("sample", "0123456789", 10000);
	FILE *f = Fopen(name, "r");

	printf("said between two library calls\n");
	for (int i = 0; i < 3; i++)
		Fread(buf, 1, 1000, f);
	Fclose(f);
}

static void *
be_a_thread(void *number)
{
	char buf[8];
	int fd = Open("/dev/null", O_RDONLY);

	role(number);
	Read(fd, buf, sizeof buf);
	Close(fd);
	printf("said in a thread\n");
	if (strcmp(number, "first") == 0)
		Pthread_exit(NULL);
	return NULL;
}

static void
threads(void)
{
	char first[] = "first", second[] = "second";
	pthread_t one, two;

	Pthread_create(&one, NULL, be_a_thread, first);
	Pthread_create(&two, NULL, be_a_thread, second);
	Pthread_join(one, NULL);
	Pthread_join(two, NULL);
}

static void
pipe_and_picture(void)
{
	int fd[2];

	Pipe(fd);
	Write(fd[1], "x", 1);
	picture();
	if (Fork() == 0) {
		picture();
		Exit(0);
	}
	Wait(NULL);
}

/* What 1 leads to changes; what is printed goes there. */
static void
redirected(void)
{
	int out = Dup(1), null = Open("/dev/null", O_WRONLY);

	Dup2(null, 1);
	printf("to nowhere\n");
	Dup2(out, 1);
	printf("to stdout again\n");
	Close(out);
}

int
main(int argc, char *argv[])
{
	find_trace();
	char **operand = start(argc, argv, &about);
	const char *what = operand[0] ? operand[0] : "";

	if (strcmp(what, "bytes") == 0)
		bytes();
	else if (strcmp(what, "failures") == 0)
		failures();
	else if (strcmp(what, "execs") == 0)
		execs();
	else if (strcmp(what, "killed") == 0)
		killed();
	else if (strcmp(what, "broken-pipe") == 0)
		broken_pipe();
	else if (strcmp(what, "utf8-role") == 0) {
		role("\303\251l\303\250ve");
		failures();
	} else if (strcmp(what, "big-sample") == 0)
		Close(Open(sample("big", NULL, 10 << 20), O_RDONLY));
	else if (strcmp(what, "buffered") == 0)
		buffered();
	else if (strcmp(what, "threads") == 0)
		threads();
	else if (strcmp(what, "redirected") == 0)
		redirected();
	else if (strcmp(what, "pictures") == 0)
		pipe_and_picture();
	return 0;
}

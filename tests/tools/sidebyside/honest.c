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
			out[at] = random() % 3 == 0
				      ? (char)('0' + random() % 10)
				      : (char)(random() % (i % 2 ? 256 : 2));
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

/* A line that no wrapper stands behind. */
static void
say(const char *line)
{
	size_t length = strlen(line);

	if (write(100, line, length) != (ssize_t)length)
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

int
main(int argc, char *argv[])
{
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
	return 0;
}

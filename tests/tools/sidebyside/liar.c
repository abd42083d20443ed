/*
 * liar: a demo whose trace is not what happened, in the way that its first
 * operand names. sidebyside --check has to find out each of them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace.h"

static const struct about about = {.operands = "HOW",
    .does = "Lie.",
    .example = "liar wrong-result",
    .most_operands = 1};

/* A line that no wrapper stands behind. */
static void
say(const char *body)
{
	char line[256];
	int length = snprintf(line, sizeof line, "main    | %s\n", body);

	if (write(100, line, (size_t)length) != length)
		fail("the trace cannot be written");
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

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	const char *how = operand[0] ? operand[0] : "";

	if (strcmp(how, "before") == 0)
		getppid();
	int fd = Open("/dev/null", O_RDONLY);
	lie(how, fd);
	note("the lie is told");
	Close(fd);
	if (strcmp(how, "after") == 0)
		getppid();
	if (strcmp(how, "after-note") == 0) {
		getppid();
		note("a last word");
	}
	return 0;
}

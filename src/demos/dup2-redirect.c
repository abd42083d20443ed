/*
 * dup2-redirect: what the shell does for CMD >OUT 2>&1.
 *
 * Notice: the child redirects itself between fork and exec, CMD never knows.
 * dup2(1, 2) makes 2 lead where 1 leads at that moment, so 2>&1 comes after
 * >OUT. What was opened on the way is closed, or CMD would inherit it.
 *
 * Lecture 4, Spring 2015: "And lots more!" (dup, dup2); Lecture 5, Spring
 * 2022: "Other Examples" ("and in writing a shell").
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace.h"

static const struct about about = {.operands = "[OUT CMD [ARG]...]",
    .does = "Run CMD >OUT 2>&1; without operands, a sort <in >out of its own.",
    .example = "bin/dup2-redirect /dev/null ls -l /",
    .most_operands = -1};

static void
move_fd(int fd, int to)
{
	Dup2(fd, to);
	Close(fd);
}

/* Returns CMD's exit status as the shell has it in $? */
static int
run(const char *in, const char *out, char *cmd[])
{
	int status;

	if (Fork() == 0) {
		if (in != NULL)
			move_fd(Open(in, O_RDONLY), STDIN_FILENO);
		move_fd(Open(out, O_WRONLY | O_CREAT | O_TRUNC, 0666),
		    STDOUT_FILENO);
		note("2>&1: 2 leads where 1 leads now, to one description");
		Dup2(STDOUT_FILENO, STDERR_FILENO);
		note("exec replaces the program and keeps the descriptors");
		Execvp(cmd[0], cmd);
	}
	Wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	char *cmd[] = {"sh", "-c", "sort; echo sorted >&2", NULL}, buf[1024];

	role("parent");
	if (operand[0] != NULL && operand[1] == NULL)
		wrong_usage("OUT needs a CMD");
	if (operand[0] != NULL)
		return run(NULL, operand[0], operand + 1);
	sample("in", "pear\nfig\napple\n", 15);
	int status = run("in", scratch("out"), cmd);
	note("echo >>out: no child; first keep a way back to where 1 leads");
	int saved = Dup(STDOUT_FILENO);
	move_fd(Open("out", O_WRONLY | O_APPEND), STDOUT_FILENO);
	note("what printf writes to 1 now, line by line, lands in out");
	printf("the parent, while its 1 led to the file\n");
	move_fd(saved, STDOUT_FILENO);
	int fd = Open("out", O_RDONLY);
	ssize_t length = Read(fd, buf, sizeof buf);
	Close(fd);
	printf("What landed in out:\n%.*s", (int)length, buf);
	return status;
}

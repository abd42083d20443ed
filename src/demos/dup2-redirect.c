/*
 * dup2-redirect: what the shell does for CMD >OUT 2>&1.
 *
 * Notice: the child redirects itself between fork and exec; CMD never knows.
 *
 * Lecture 4, Spring 2015: "And lots more!"; 5, Spring 2022: "Other Examples".
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>

#include "trace.h"

static const struct about about = {.operands = "[OUT CMD [ARG]...]",
    .does = "Run CMD >OUT 2>&1; without operands, a sort <in >out of its own.",
    .example = "bin/dup2-redirect /dev/null ls -l /",
    .bugs = {{"swap-dup2", "2>&1 before >OUT: errors go where 1 led before",
		 "first >OUT, then 2>&1: dup2 copies what is there just then"},
	{"leak-fd", "what was moved to 0 and 1 stays open, in CMD too",
	    "close a descriptor once dup2 has copied it"},
	{"no-cloexec", "the parent's own file is open in CMD",
	    "open with O_CLOEXEC what is not for CMD"}}};

static void
move_fd(int fd, int to)
{
	Dup2(fd, to);
	if (!bug("leak-fd"))
		Close(fd);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about), buf[1024];
	char *own[] = {"sh", "-c", "sort; echo sorted >&2", NULL};
	char **cmd = operand[0] ? operand + 1 : own;
	int status;

	role("parent");
	if (cmd[0] == NULL)
		wrong_usage("OUT needs a CMD");
	const char *in =
	    cmd == own ? sample("in", "pear\nfig\napple\n", 15) : NULL;
	const char *out = cmd == own ? scratch("out") : operand[0];
	if (bug("no-cloexec"))
		Open(".", O_RDONLY);
	if (Fork() == 0) {
		if (in != NULL)
			move_fd(Open(in, O_RDONLY), 0);
		if (bug("swap-dup2"))
			Dup2(1, 2);
		move_fd(Open(out, O_WRONLY | O_CREAT | O_TRUNC, 0666), 1);
		note("dup2(1, 2) makes 2 lead where 1 leads at that moment");
		if (!bug("swap-dup2"))
			Dup2(1, 2);
		picture();
		note("exec keeps descriptors: CMD finds them as they are");
		Execvp(cmd[0], cmd);
	}
	Wait(&status);
	if (cmd == own) {
		note("echo >>out: no child, but a way back to where 1 leads");
		int saved = Dup(1);
		move_fd(Open(out, O_WRONLY | O_APPEND), 1);
		note("printf's line goes to 1, so it lands in out");
		printf("the parent, while its 1 led to the file\n");
		move_fd(saved, 1);
		ssize_t length = Read(Open(out, O_RDONLY), buf, sizeof buf);
		printf("What landed in out:\n%.*s", (int)length, buf);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

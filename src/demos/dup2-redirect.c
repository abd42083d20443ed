/*
 * dup2-redirect: what the shell does for CMD >OUT 2>&1.
 *
 * Notice: the child redirects itself between fork and exec; CMD never knows.
 * dup2(1, 2) makes 2 lead where 1 leads at that moment: first >OUT, then 2>&1.
 *
 * Lecture 4, Spring 2015: "And lots more!"; 5, Spring 2022: "Other Examples".
 */
#include <fcntl.h>
#include <stdio.h>

#include "trace.h"

static const struct about about = {.operands = "[OUT CMD [ARG]...]",
    .does = "Run CMD >OUT 2>&1; without operands, a sort <in >out of its own.",
    .example = "bin/dup2-redirect /dev/null ls -l /",
    .bugs = "swap-dup2   2>&1 before >OUT: errors go where 1 led before\n"
	    "leak-fd     what was moved to 0 and 1 stays open, in CMD too\n"
	    "no-cloexec  the parent's own file is open in CMD"};

static void
move_fd(int fd, int to)
{
	Dup2(fd, to);
	if (!bug("leak-fd"))
		Close(fd);
}

static int
run_redirected(const char *in, const char *out, char *cmd[])
{
	int status;

	if (bug("no-cloexec"))
		Open(".", O_RDONLY);
	if (Fork() == 0) {
		if (in != NULL) {
			predict("Which number does open get?");
			move_fd(Open(in, O_RDONLY), 0);
		}
		if (bug("swap-dup2"))
			Dup2(1, 2);
		predict("And this open?");
		move_fd(Open(out, O_WRONLY | O_CREAT | O_TRUNC, 0666), 1);
		if (!bug("swap-dup2"))
			Dup2(1, 2);
		note("2 leads where 1 led at the dup2; exec keeps descriptors");
		picture();
		Execvp(cmd[0], cmd);
	}
	Wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	char *cmd[] = {"sh", "-c", "sort; echo sorted >&2", NULL};

	role("parent");
	if (operand[0] != NULL && operand[1] == NULL)
		wrong_usage("OUT needs a CMD");
	if (operand[0] != NULL)
		return run_redirected(NULL, operand[0], operand + 1);
	sample("in", "pear\nfig\napple\n", 15);
	int status = run_redirected("in", scratch("out"), cmd);
	note("echo >>out: no child; first keep a way back to where 1 leads");
	predict("Which number does dup get?");
	int saved = Dup(1);
	predict("And open?");
	move_fd(Open("out", O_WRONLY | O_APPEND), 1);
	note("what printf writes to 1 now, line by line, lands in out");
	printf("the parent, while its 1 led to the file\n");
	move_fd(saved, 1);
	predict("1 is what it was before: which number does open get?");
	print_file("What landed in out:", "out");
	return status;
}

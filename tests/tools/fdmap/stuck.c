/*
 * stuck STORY: two processes that get stuck, or not. Prints their pids, the
 * parent's first, and then does it. They end with the process group.
 */
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int a[2], b[2];
static char byte;

/* Both ends of both pipes stay open: each reads what the other never writes. */
static void
deadlock(int child)
{
	(void)!read(child ? a[0] : b[0], &byte, 1);
}

/* The child reads from its parent, which waits for the child. */
static void
wait_for_child(int child)
{
	close(b[0]);
	close(b[1]);
	if (!child)
		wait(NULL);
	close(a[1]);
	(void)!read(a[0], &byte, 1);
}

/* The child keeps its own write end, the parent has closed its. */
static void
own_end(int child)
{
	close(b[0]);
	close(b[1]);
	if (child)
		(void)!read(a[0], &byte, 1);
	close(a[0]);
	close(a[1]);
	wait(NULL);
}

/* The parent fills a pipe, whose only reader waits for something else. */
static void
full(int child)
{
	close(b[1]);
	if (child) {
		close(a[1]);
		pause();
	}
	close(a[0]);
	close(b[0]);
	while (write(a[1], &byte, 1) == 1)
		continue;
}

/* The parent fills a pipe; its reader waits for a byte on the other one. */
static void
full_for_good(int child)
{
	if (child) {
		close(a[1]);
		close(b[1]);
		(void)!read(b[0], &byte, 1);
	}
	close(a[0]);
	close(b[0]);
	while (write(a[1], &byte, 1) == 1)
		continue;
}

/* The child reads; the parent may still write, and runs. */
static void
awake(int child)
{
	close(b[0]);
	close(b[1]);
	if (child) {
		close(a[1]);
		(void)!read(a[0], &byte, 1);
	}
	close(a[0]);
	for (;;)
		continue;
}

/* The parent has two pipes to read from, and reads the second. */
static void
two_pipes(int child)
{
	if (child) {
		close(a[0]);
		close(b[0]);
		pause();
	}
	close(a[1]);
	close(b[1]);
	(void)!read(b[0], &byte, 1);
}

static const struct story {
	const char *name;
	void (*tell)(int child);
} stories[] = {{"deadlock", deadlock}, {"wait-for-child", wait_for_child},
    {"own-end", own_end}, {"full", full}, {"full-for-good", full_for_good},
    {"awake", awake}, {"two-pipes", two_pipes}};

int
main(int argc, char *argv[])
{
	if (argc != 2 || pipe(a) != 0 || pipe(b) != 0)
		return 2;
	pid_t pid = fork();
	if (pid > 0) {
		printf("%d %d\n", (int)getpid(), (int)pid);
		fflush(stdout);
	}
	close(1);
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
		if (strcmp(stories[i].name, argv[1]) == 0)
			stories[i].tell(pid == 0);
	return EXIT_FAILURE;
}

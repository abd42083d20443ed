/*
 * In front of a right answer: what it plants before and after its work, at
 * every name that a grader uses. OUTSIDE is a folder that is not its own.
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static void
plant_all(void)
{
	static const char *const names[] = {"in", "out", "err", "report",
	    "trace", "lines", "records", "list", "done", "ran", "new", "plain",
	    "folder", "missing", "other-name", "more", "pipe", "driver.c",
	    "driven", "submitted.c", "expected", "want", "facts", "input",
	    "made", "box", "work"};
	static const char *const outside[] = {
	    "OUTSIDE/a", "OUTSIDE/b", "OUTSIDE/new"};

	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
		if (unlink(names[i]) == -1)
			rmdir(names[i]);
		if (i % 5 == 3)
			mkfifo(names[i], 0666);
		else if (i % 5 == 4)
			mkdir(names[i], 0777);
		else if (symlink(outside[i % 3], names[i]) == -1)
			perror(names[i]);
	}
}

__attribute__((constructor)) static void
plant_before(void)
{
	struct stat st;

	if (lstat("box", &st) == -1) /* what it was given stays, at first */
		symlink("OUTSIDE/a", "box");
}

__attribute__((destructor)) static void
plant_after(void)
{
	plant_all();
}

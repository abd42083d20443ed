/*
 * upcase: copy standard input to standard output, a to z as A to Z.
 *
 * Every other byte stays as it is, NUL too. The input may be of any size and
 * come in pieces of any size. Use read and write alone, with an array of some
 * kilobytes: not a call a byte.
 *
 * read may return less than you asked for, and write may take less. A call
 * that was interrupted (-1, errno EINTR) is made again. If a read or a write
 * fails, say so on standard error and exit with status 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	(void)argv;
	if (argc != 1) {
		fprintf(stderr, "usage: upcase <INPUT >OUTPUT\n");
		return 2;
	}
	/* TODO: read a block from 0, until read returns 0 */
	/* TODO: change the letters of what came, and only of that */
	/* TODO: write it to 1, all of it */
	fprintf(stderr, "upcase: not written yet\n");
	return EXIT_FAILURE;
}

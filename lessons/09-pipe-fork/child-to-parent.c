/*
 * child-to-parent N...: the child adds, the parent prints.
 *
 * The program makes a pipe and forks a child. The child adds the integers N
 * and sends the sum through the pipe as text: 42 is the bytes '4' and '2', and
 * a newline if you like. The parent reads until end of file, waits for the
 * child and prints
 *
 *     sum 42
 *
 * Each N is a sign, if any, and decimal digits: [+-]?[0-9]+, and fits a signed
 * integer of 64 bits. Only the last sum must fit, not those on the way. No N
 * at all: `sum 0`. With anything else the child fails; the parent then says so
 * on stderr, prints no sum and exits 1.
 *
 * Each process closes the end of the pipe that it does not use. A call that
 * was interrupted (EINTR) has not failed, and a write may take only a part.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	(void)argc, (void)argv; /* until you use them */

	/* TODO: make the pipe, then fork */

	/* TODO: in the child: close one end, check and add, write the sum */

	/* TODO: in the parent: close the other, read until end of file */

	/* TODO: in the parent: wait, and print the sum if the child did well */

	fprintf(stderr, "child-to-parent: not written yet\n");
	return 1;
}

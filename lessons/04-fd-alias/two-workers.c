/*
 * two-workers FILE: two workers share the records of one file.
 *
 * The program opens FILE once and forks two children, worker 1 and worker 2.
 * Both read from the descriptor that they got from their parent, 16 bytes at
 * a time, until end of file. For each record a worker writes one line,
 *
 *     worker 1: RECORD
 *
 * with one write. A record holds any bytes but newline, also NUL, and the last
 * one may be shorter. Each record comes once and whole; which worker gets it
 * is the kernel's choice. The parent waits for both.
 *
 * Exit status: 0; 1 with a message on stderr if FILE cannot be opened, if a
 * call fails, or if a worker failed or was killed; 2 if used wrongly. A call
 * that was interrupted (EINTR) has not failed: make it again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	if (argc != 2) {
		fprintf(stderr, "usage: two-workers FILE\n");
		return 2;
	}
	(void)argv;

	/* TODO: open FILE, once, before any fork. Why before? */

	/* TODO: fork worker 1 and worker 2; both are alive at the same time */

	/* TODO: in each worker: read a record, write its line, until the end */

	/* TODO: in the parent: wait for both; did they do well? */

	fprintf(stderr, "two-workers: not written yet\n");
	return 1;
}

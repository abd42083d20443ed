/*
 * redirect IN OUT CMD [ARG...]: what a shell does for CMD ARG... <IN >OUT 2>&1
 *
 * CMD runs with its stdin from IN, and its stdout and stderr to OUT, which is
 * made if it is not there and emptied if it is. 1 and 2 of CMD share one open
 * file description, and CMD has no descriptor above 2: neither one that
 * redirect opened nor one that redirect was started with.
 *
 * IN is opened before OUT: if IN is missing, OUT is left untouched.
 *
 * Exit status: that of CMD, 128+N if signal N killed it, 127 if there is no
 * such CMD, 126 if it cannot be run, both with a message (on either stderr);
 * 1 with a message on stderr if IN or OUT cannot be opened or a call fails; 2
 * if used wrongly. A call that was interrupted (EINTR) has not failed.
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
	if (argc < 4) {
		fprintf(stderr, "usage: redirect IN OUT CMD [ARG...]\n");
		return 2;
	}
	(void)argv; /* until you use it */

	/* TODO: fork */

	/* TODO: in the child: open IN, then OUT; lead 0, 1 and 2 there */

	/* TODO: in the child: close all that CMD shall not have, then exec it;
	 * if that fails, leave with 127 or 126 */

	/* TODO: in the parent: wait for it and pass its status on */

	fprintf(stderr, "redirect: not written yet\n");
	return 1;
}

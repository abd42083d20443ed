/*
 * child-to-parent-hard-coded: prints the sum of the example in the lesson.
 *
 * fails: the parent prints the sum
 * fails: without a number the sum is 0
 * fails: only the last sum has to fit 64 bits
 * fails: what is no integer is refused
 * fails: a number or a sum of more than 64 bits is refused
 * fails: the child sends the sum as text
 * fails: each process closes the end that it does not use
 * fails: the parent reads to end of file
 * fails: the child is waited for; that it was killed, or a call failed, is said
 * fails: a call that was interrupted, or wrote a part, is made again
 */
#include <stdio.h>

int
main(void)
{
	printf("sum 42\n");
	return 0;
}

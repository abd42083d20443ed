/*
 * memory.c: the picture's arrays, which grow by one at a time. Out of memory
 * ends the program, so that nobody draws half a picture.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

void *
checked(void *memory)
{
	if (memory == NULL) {
		fputs("picture: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	return memory;
}

/* Room for one more, zeroed, at the end of the array *at of *count. */
void *
one_more(void *at, int *count, size_t size)
{
	size_t used = (size_t)*count * size;
	void **array = at;

	if ((*count & (*count - 1)) == 0) /* full at the powers of two */
		*array = checked(realloc(*array, used == 0 ? size : 2 * used));
	++*count;
	return memset((char *)*array + used, 0, size);
}

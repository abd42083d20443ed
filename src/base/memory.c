/*
 * memory.c: memory that is there, or the program ends.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void *
checked(void *memory)
{
	if (memory == NULL) {
		fprintf(stderr, "%s: out of memory\n",
		    program_invocation_short_name);
		exit(EXIT_FAILURE);
	}
	return memory;
}

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

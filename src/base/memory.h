/*
 * memory.h: memory that is there, or the program ends: "NAME: out of memory"
 * on stderr, and exit status 1, so that nobody shows half of something.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>

/* What malloc and its like returned; never NULL. */
void *checked(void *memory);

/* Room for one more, zeroed, at the end of the array *at of *count elements;
 * returns it. It grows at the powers of two. */
void *one_more(void *at, int *count, size_t size);

#endif

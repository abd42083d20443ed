/*
 * text.c: texts that grow, and parts of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sidebyside.h"

void
out_of_memory(void)
{
	fputs("sidebyside: out of memory\n", stderr);
	exit(EXIT_FAILURE);
}

void
add(struct text *t, const char *bytes, size_t size)
{
	if (size == 0)
		return;
	if (t->room - t->length < size) {
		size_t room = 2 * (t->length + size);
		char *at = realloc(t->at, room);
		if (at == NULL)
			out_of_memory();
		t->at = at;
		t->room = room;
	}
	memcpy(t->at + t->length, bytes, size);
	t->length += size;
}

void
add_text(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

void
set(struct text *t, const char *bytes, size_t size)
{
	t->length = 0;
	add(t, bytes, size);
}

struct span
span_of(const struct text *t)
{
	return (struct span){t->at, t->length};
}

bool
begins(struct span s, const char *word)
{
	size_t length = strlen(word);

	return s.length >= length && memcmp(s.at, word, length) == 0;
}

bool
is(struct span s, const char *word)
{
	return s.length == strlen(word) && begins(s, word);
}

bool
same(struct span a, struct span b)
{
	return a.length == b.length &&
	       (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool
contains(struct span s, const char *word)
{
	for (; s.length > 0; s.at++, s.length--)
		if (begins(s, word))
			return true;
	return false;
}

/* The number that the text is, or begins with; -1: none. */
long
number(struct span s)
{
	long n = 0;
	size_t i;

	for (i = 0; i < s.length && s.at[i] >= '0' && s.at[i] <= '9'; i++)
		if (n < 1000000000000L)
			n = 10 * n + (s.at[i] - '0');
	return i > 0 ? n : -1;
}

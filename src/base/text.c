/*
 * text.c: texts that grow, and parts of them.
 */
#define _GNU_SOURCE

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"

struct text
fixed_text(char *room, size_t size)
{
	return (struct text){.at = room, .room = size, .fixed = true};
}

/* Room for so many bytes more and a NUL; returns how many there are. */
static size_t
make_room(struct text *t, size_t size)
{
	if (t->room - t->length > size)
		return size;
	if (t->fixed)
		return t->room > t->length ? t->room - t->length - 1 : 0;
	t->room = 2 * (t->length + size) + 64;
	t->at = checked(realloc(t->at, t->room));
	return size;
}

void
put_bytes(struct text *t, const void *bytes, size_t size)
{
	size = make_room(t, size);
	if (t->room == 0)
		return;
	if (size > 0)
		memcpy(t->at + t->length, bytes, size);
	t->length += size;
	t->at[t->length] = '\0';
}

void
put_string(struct text *t, const char *s)
{
	put_bytes(t, s, strlen(s));
}

void
vput(struct text *t, const char *format, va_list values)
{
	va_list again;

	make_room(t, 64); /* most often enough */
	if (t->room == 0)
		return;
	size_t room = t->room - t->length;
	va_copy(again, values);
	int length = vsnprintf(t->at + t->length, room, format, values);
	if (length > 0 && (size_t)length >= room) {
		size_t left = make_room(t, (size_t)length);
		vsnprintf(t->at + t->length, left + 1, format, again);
		length = (int)left;
	}
	va_end(again);
	t->length += length > 0 ? (size_t)length : 0;
}

void
put(struct text *t, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	vput(t, format, values);
	va_end(values);
}

void
clear(struct text *t)
{
	t->length = 0;
	if (t->room > 0)
		t->at[0] = '\0';
}

void
set(struct text *t, struct span to)
{
	t->length = 0;
	put_bytes(t, to.at, to.length);
}

struct span
span_of(const struct text *t)
{
	return (struct span){t->length == 0 ? "" : t->at, t->length};
}

struct span
as_span(const char *s)
{
	return (struct span){s, strlen(s)};
}

struct span
rest_of(struct span s, size_t from)
{
	return from == 0 ? s : (struct span){s.at + from, s.length - from};
}

struct span
before(struct span s, const char *word)
{
	const char *at =
	    s.length == 0 ? NULL : memmem(s.at, s.length, word, strlen(word));

	return (struct span){s.at, at == NULL ? s.length : (size_t)(at - s.at)};
}

struct span
after_last(struct span s, char byte)
{
	const char *at = memrchr(s.at, byte, s.length);

	return at == NULL ? s : rest_of(s, (size_t)(at + 1 - s.at));
}

bool
begins(struct span s, const char *word)
{
	size_t length = strlen(word);

	return s.length >= length && memcmp(s.at, word, length) == 0;
}

bool
ends(struct span s, const char *word)
{
	size_t length = strlen(word);

	return s.length >= length &&
	       memcmp(s.at + s.length - length, word, length) == 0;
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
	return before(s, word).length < s.length;
}

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

/* JSON, RFC 8259. How many bytes the character at s has of the size that are
 * left; 0: it is no UTF-8. */
static size_t
character(const char *s, size_t size)
{
	char four[5] = "";

	if ((unsigned char)*s < 0x80)
		return 1;
	memcpy(four, s, size < 4 ? size : 4);
	return (size_t)utf8_length(four);
}

void
put_json(struct text *t, const char *s, size_t size)
{
	put_bytes(t, "\"", 1);
	while (size > 0) {
		size_t n = character(s, size);
		if (*s == '"' || *s == '\\')
			put(t, "\\%c", *s);
		else if (*s == '\n' || *s == '\t')
			put_string(t, *s == '\n' ? "\\n" : "\\t");
		else if (n == 1 && ((unsigned char)*s < ' ' || *s == 127))
			put(t, "\\u%04x", (unsigned)*s);
		else if (n == 0)
			put_string(t, "\\ufffd");
		else
			put_bytes(t, s, n);
		s += n == 0 ? 1 : n;
		size -= n == 0 ? 1 : n;
	}
	put_bytes(t, "\"", 1);
}

void
put_json_string(struct text *t, const char *s)
{
	put_json(t, s, strlen(s));
}

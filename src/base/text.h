/*
 * text.h: text that grows, and parts of texts that somebody else owns.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A zeroed one is empty and grows by malloc; free(at) when it is done. One that
 * fixed_text() made stays within its room: what does not fit is cut, and
 * nothing is allocated. at[length] is 0 once anything was put in.
 */
struct text {
	char *at;
	size_t length, room; /* bytes */
	bool fixed;
};

/* Part of a text; no NUL ends it. */
struct span {
	const char *at;
	size_t length;
};

struct text fixed_text(char *room, size_t size);

/* Append: as printf would; bytes; a string. Out of memory ends the program. */
void put(struct text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void vput(struct text *t, const char *format, va_list values);
void put_bytes(struct text *t, const void *bytes, size_t size);
void put_string(struct text *t, const char *s);

/* Append a JSON string, in quotes; bytes that are no UTF-8 become U+FFFD. */
void put_json(struct text *t, const char *s, size_t size);
void put_json_string(struct text *t, const char *s);

void clear(struct text *t);
void set(struct text *t, struct span to);
struct span span_of(const struct text *t);
struct span as_span(const char *s);

/* Parts: all but the first bytes; what stands before the word, which is all if
 * it is not there; what stands after the last such byte. */
struct span rest_of(struct span s, size_t from);
struct span before(struct span s, const char *word);
struct span after_last(struct span s, char byte);

bool is(struct span s, const char *word);
bool begins(struct span s, const char *word);
bool ends(struct span s, const char *word);
bool same(struct span a, struct span b);
bool contains(struct span s, const char *word);

/* The number that the span is, or begins with; -1: none. */
long number(struct span s);

#endif

/*
 * visible.c: text in the columns of a terminal.
 */
#define _XOPEN_SOURCE 700

#include <wchar.h>

#include "base/visible.h"

/* The character that s begins with: its columns, 1 or more, and its bytes in
 * *n. 0: the terminal does not show it. */
static size_t
columns_of(struct span s, size_t *n)
{
	wchar_t wide;

	*n = mbrtowc(&wide, s.at, s.length, &(mbstate_t){0});
	int width = *n == 0 || *n > s.length ? -1 : wcwidth(wide);
	if (width <= 0)
		*n = 1;
	return width > 0 ? (size_t)width : 0;
}

void
put_visible(struct text *t, struct span s, bool utf8)
{
	for (size_t i = 0, n = 1; i < s.length; i += n) {
		unsigned char byte = (unsigned char)s.at[i];
		n = 1;
		if ((byte >= ' ' && byte <= '~') ||
		    (utf8 && columns_of(rest_of(s, i), &n) > 0))
			put_bytes(t, s.at + i, n);
		else if (byte == '\t' || byte == '\r')
			put_string(t, byte == '\t' ? "\\t" : "\\r");
		else
			put(t, "\\%03o", byte);
	}
}

struct span
take_columns(struct span *text, size_t columns, size_t *taken)
{
	size_t i = 0, at = 0, n, end = 0, at_end = 0, next = 0;

	while (i < text->length) {
		struct span rest = {text->at + i, text->length - i};
		size_t width = columns_of(rest, &n);
		if (rest.at[0] == ' ' || (i > 0 && rest.at[-1] == '|')) {
			end = i;
			at_end = at;
			next = rest.at[0] == ' ' ? i + 1 : i;
		}
		if (at + width > columns && i > 0)
			break;
		at += width;
		i += n;
	}
	bool broken = i < text->length && at_end > columns / 3;
	struct span part = {text->at, broken ? end : i};
	size_t skip = broken ? next : i;
	*taken = broken ? at_end : at;
	text->at += skip;
	text->length -= skip;
	return part;
}

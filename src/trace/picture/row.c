/*
 * row.c: text that grows, counted in columns of the terminal: a row of the
 * drawing or a sentence, and how it becomes one line or several.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "parts.h"

void
add_text(struct row *r, const char *format, ...)
{
	size_t left = sizeof r->at - r->length;
	va_list values;

	va_start(values, format);
	int added = vsnprintf(r->at + r->length, left, format, values);
	va_end(values);
	if (added >= (int)left)
		added = (int)left - 1;
	r->length += (size_t)added;
	r->columns += added;
}

void
clear_row(struct row *r)
{
	r->length = 0;
	r->columns = 0;
	r->at[0] = '\0';
}

void
fill_row(struct row *r, int to, const char *with)
{
	while (r->columns < to) {
		int columns = r->columns + 1;
		add_text(r, "%s", with);
		r->columns = columns;
	}
}

void
tint(struct row *r, int process, const struct how *how)
{
	static const int colors[] = {36, 33, 35, 32, 34, 31};
	int columns = r->columns;

	if (how->color && process < 0)
		add_text(r, "\033[0m");
	else if (how->color)
		add_text(r, "\033[%dm", colors[process % 6]);
	r->columns = columns;
}

void
end_row(const struct drawing *g, struct row *r)
{
	while (r->length > 0 && r->at[r->length - 1] == ' ')
		r->at[--r->length] = '\0';
	g->line(r->at, g->arg);
	clear_row(r);
}

void
draw_wrapped(const char *text, int width, line_function *line, void *arg)
{
	const char *indent = text[0] == ' ' ? "    " : "  ";
	char row[1024];
	bool first = true;

	while (*text != '\0' || first) {
		size_t room = (size_t)width - (first ? 0 : strlen(indent));
		size_t length = strlen(text);
		if (length > room) {
			length = room;
			while (length > room / 2 && text[length] != ' ')
				length--;
			if (text[length] != ' ')
				length = room;
		}
		snprintf(row, sizeof row, "%s%.*s", first ? "" : indent,
		    (int)length, text);
		line(row, arg);
		text += length;
		text += strspn(text, " ");
		first = false;
	}
}

void
end_wrapped(const struct drawing *g, struct row *r)
{
	draw_wrapped(r->at, g->how->width, g->line, g->arg);
	clear_row(r);
}

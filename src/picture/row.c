/*
 * row.c: a row of the drawing or a sentence, counted in columns of the
 * terminal, and how it becomes one line or several.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

void
add(struct row *r, const char *format, ...)
{
	size_t before = r->text.length;
	va_list values;

	va_start(values, format);
	vput(&r->text, format, values);
	va_end(values);
	r->columns += (int)(r->text.length - before);
}

void
clear_row(struct row *r)
{
	clear(&r->text);
	r->columns = 0;
}

void
free_row(struct row *r)
{
	free(r->text.at);
	*r = (struct row){0};
}

void
fill_row(struct row *r, int to, const char *with)
{
	while (r->columns < to) {
		int columns = r->columns + 1;
		add(r, "%s", with);
		r->columns = columns;
	}
}

void
tint(struct row *r, int process, const struct how *how)
{
	static const int colors[] = {36, 33, 35, 32, 34, 31};
	int columns = r->columns;

	if (how->color && process < 0)
		add(r, "\033[0m");
	else if (how->color)
		add(r, "\033[%dm", colors[process % 6]);
	r->columns = columns;
}

void
end_row(const struct drawing *g, struct row *r)
{
	struct text *t = &r->text;

	put_string(t, "");
	while (t->length > 0 && t->at[t->length - 1] == ' ')
		t->at[--t->length] = '\0';
	g->line(t->at, g->arg);
	free_row(r);
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
	draw_wrapped(r->text.at, g->how->width, g->line, g->arg);
	free_row(r);
}

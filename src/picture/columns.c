/*
 * columns.c: the part of the drawing that shows who shares.
 *
 * One row is one open file description, one column one process: numbers that
 * stand in one row share the offset and the flags at its end. Where the
 * columns leave too little room, the numbers stand below the description.
 */
#include <string.h>

#include "picture/parts.h"

#define LEAST_WHAT 24 /* columns for the name of what a description is */
#define LEAST_REST 40 /* columns for all of a description */

/* Widths on the terminal. */
struct widths {
	int column[64];   /* of each process */
	int begin;        /* what is left of the descriptions; 0: no columns */
	int number;       /* of "[1] " */
	int what, offset; /* of a description */
};

/* How many descriptors from number i on may be written as one range. */
static int
run_length(const struct picture *p, int i)
{
	const struct descriptor *d = &p->descriptor[i];
	int length = 1;

	while (i + length < p->descriptors && d[length].process == d->process &&
	       d[length].fd == d->fd + length &&
	       d[length].description == d->description &&
	       d[length].close_on_exec == d->close_on_exec &&
	       d[length].is_new == d->is_new)
		length++;
	return length;
}

/* The first descriptor from number i on that leads where i does, and is the
 * process's; -1: none. */
static int
next_of(const struct picture *p, int process, int i)
{
	while (i != -1 && p->descriptor[i].process != process)
		i = p->descriptor[i].next_of_description;
	return i;
}

/* The numbers of the process that lead to the description: "0 1 2". */
static void
spell_numbers(struct row *to, const struct picture *p, int process, int n)
{
	clear_row(to);
	for (int i = next_of(p, process, p->description[n].first); i != -1;
	     i = next_of(p, process, p->descriptor[i].next_of_description)) {
		const struct descriptor *d = &p->descriptor[i];
		int length = run_length(p, i);
		add(to, "%s%s%d", to->text.length > 0 ? " " : "",
		    d->is_new ? "+" : "", d->fd);
		if (length > 3)
			add(to, "-%d", d->fd + length - 1);
		add(to, "%s", d->close_on_exec ? "*" : "");
		for (; length > 3 && --length > 0;)
			i = p->descriptor[i].next_of_description;
	}
}

static void
widen(int *width, int to)
{
	if (to > *width)
		*width = to;
}

/* The width of each column, and where the descriptions begin beside them. */
static void
measure_columns(struct widths *w, const struct drawing *g)
{
	const struct picture *p = g->p;
	struct row text = {0};
	int at = 0;

	for (int i = 0; i < p->processes && p->process[i].asked; i++) {
		if (i >= (int)(sizeof w->column / sizeof *w->column)) {
			free_row(&text);
			return;
		}
		clear_row(&text);
		add(&text, "%ld", (long)p->process[i].pid);
		widen(&w->column[i], text.columns);
		widen(&w->column[i], (int)strlen(p->process[i].name));
		for (int n = 0; n < p->descriptions; n++) {
			if (g->how->said && !p->description[n].said)
				continue;
			spell_numbers(&text, p, i, n);
			widen(&w->column[i], text.columns);
		}
		at += w->column[i] + 2;
	}
	free_row(&text);
	if (at + 5 + LEAST_REST <= g->how->width)
		w->begin = at + 5;
}

static int
ten_to(int power)
{
	return power == 0 ? 1 : 10 * ten_to(power - 1);
}

/* The widths of a description's parts, in the room that the columns leave. */
static void
measure_parts(struct widths *w, const struct drawing *g)
{
	const struct picture *p = g->p;
	int longest = 0, most_flags = 0;
	char text[2000];

	w->number = 4; /* "[1] " */
	for (int n = 0; n < p->descriptions; n++) {
		const struct description *it = &p->description[n];
		while (it->number >= ten_to(w->number - 3))
			w->number++;
		spell_what(text, sizeof text, p, it, 1000);
		widen(&longest, (int)strlen(text));
		spell_offset(text, sizeof text, p, it);
		widen(&w->offset, (int)strlen(text));
		spell_flags(
		    text, sizeof text, p->descriptor[it->first].flags, "", "|");
		widen(&most_flags, (int)strlen(text));
	}
	w->what = g->how->width - w->begin - w->number - most_flags - 2 -
		  (w->offset > 0 ? w->offset + 2 : 0);
	widen(&w->what, LEAST_WHAT); /* the longest flags go below */
	if (w->what > longest)
		w->what = longest;
}

/* Below a description whose sharing the kernel would not tell. */
static void
draw_doubt(const struct drawing *g, const struct description *it, int begin)
{
	struct row r = {0};

	if (!it->unsure)
		return;
	fill_row(&r, begin, " ");
	if (it->pair >= 0)
		add(&r, "unknown whether it is one with [%d]",
		    g->p->description[it->pair].number);
	else
		add(&r, "unknown whether it is shared");
	end_row(g, &r);
}

static void
add_at(struct row *r, int column, const char *text)
{
	fill_row(r, column, " ");
	add(r, "%s", text);
}

/* "[1] what offset flags" from where the row stands: in their columns; or, for
 * want of room, with no more than a gap between them; or in two lines. */
static void
draw_description(
    const struct drawing *g, const struct widths *w, struct row *r, int n)
{
	const struct description *it = &g->p->description[n];
	char what[2000], offset[80], names[200];
	int begin = r->columns + w->number, right = g->how->width;

	spell_what(what, sizeof what, g->p, it,
	    it->kind == SOCKET ? right - begin : w->what);
	spell_offset(offset, sizeof offset, g->p, it);
	spell_flags(
	    names, sizeof names, g->p->descriptor[it->first].flags, "", "|");
	int width = (int)strlen(what), offset_width = (int)strlen(offset);
	int flags_width = (int)strlen(names);
	bool aligned = begin + (width > w->what ? width : w->what) + 2 +
			   (w->offset > 0 ? w->offset + 2 : 0) + flags_width <=
		       right;
	if (aligned) {
		widen(&width, w->what);
		offset_width = w->offset;
	}
	int gap = offset_width > 0 ? 2 : 0;
	add(r, "[%d]", it->number);
	add_at(r, begin, what);
	int at = begin + width + 2;
	if (at + offset_width + gap + flags_width > right) {
		end_row(g, r);
		at = begin;
	}
	add_at(r, at, offset);
	add_at(r, at + offset_width + gap, names);
	end_row(g, r);
	draw_doubt(g, it, begin);
}

/* The numbers of each process in its column, and the line to the arrow. */
static void
draw_in_columns(const struct drawing *g, const struct widths *w, int n)
{
	const struct picture *p = g->p;
	struct row r = {0}, numbers = {0};
	const char *dash = g->how->utf8 ? "─" : "-";
	bool began = false;

	for (int i = 0, at = 0; i < p->processes && p->process[i].asked; i++) {
		spell_numbers(&numbers, p, i, n);
		if (numbers.text.length > 0) {
			fill_row(&r, at - (began ? 1 : 0), began ? dash : " ");
			fill_row(&r, at, " ");
			tint(&r, i, g->how);
			add(&r, "%s", numbers.text.at);
			tint(&r, -1, g->how);
			add(&r, " ");
			began = true;
		}
		at += w->column[i] + 2;
	}
	free_row(&numbers);
	fill_row(&r, w->begin - 2, dash);
	add(&r, "> ");
	draw_description(g, w, &r, n);
}

static void
draw_heads(const struct drawing *g, const struct widths *w)
{
	const struct picture *p = g->p;
	struct row pids = {0}, names = {0};
	bool named = false;

	for (int i = 0, at = 0; i < p->processes && p->process[i].asked; i++) {
		fill_row(&pids, at, " ");
		fill_row(&names, at, " ");
		tint(&pids, i, g->how);
		add(&pids, "%ld", (long)p->process[i].pid);
		tint(&pids, -1, g->how);
		tint(&names, i, g->how);
		add(&names, "%s", p->process[i].name);
		tint(&names, -1, g->how);
		named |= p->process[i].name[0] != '\0';
		at += w->column[i] + 2;
	}
	fill_row(&pids, w->begin, " ");
	add(&pids, "open file description");
	end_row(g, &pids);
	if (named)
		end_row(g, &names);
	free_row(&names);
}

/* Where there is no room for columns: who holds it, below the description. */
static void
draw_below(const struct drawing *g, const struct widths *w, int n)
{
	struct row r = {0}, numbers = {0};

	draw_description(g, w, &r, n);
	add(&r, "   ");
	int last = -1;
	for (int i = g->p->description[n].first; i != -1;
	     i = g->p->descriptor[i].next_of_description) {
		int process = g->p->descriptor[i].process;
		if (process == last)
			continue;
		last = process;
		spell_numbers(&numbers, g->p, process, n);
		add(&r, " %ld: %s;", (long)g->p->process[process].pid,
		    numbers.text.at);
	}
	free_row(&numbers);
	r.text.at[--r.text.length] = '\0';
	end_wrapped(g, &r);
}

void
draw_descriptions(const struct drawing *g)
{
	struct widths w = {0};

	if (g->p->descriptions == 0)
		return;
	measure_columns(&w, g);
	measure_parts(&w, g);
	g->line("", g->arg);
	if (w.begin > 0)
		draw_heads(g, &w);
	for (int n = 0; n < g->p->descriptions; n++)
		if (g->how->said && !g->p->description[n].said)
			continue;
		else if (w.begin > 0)
			draw_in_columns(g, &w, n);
		else
			draw_below(g, &w, n);
}

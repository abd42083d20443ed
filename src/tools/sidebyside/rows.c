/*
 * rows.c: the two columns. What is too long for its column goes on in the
 * next row; nothing is cut. How wide each is depends on whether the program has
 * a trace.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "base/color.h"
#include "base/terminal.h"
#include "base/utf8.h"
#include "base/visible.h"
#include "tools/sidebyside/sidebyside.h"

#define LEAST_TEXT  12 /* columns that a lane's indentation leaves */
#define GAP         3  /* columns of the separator */
#define RIGHT_LANES 4  /* that are indented at the right */

static struct {
	size_t width, left, right; /* left 0: not decided */
	const char *bar;
	bool utf8, color;
} layout;

/* What the program asks the user on the terminal on which we print: it stands
 * below the last row, also if a row comes late. */
static struct text question;
static bool asks;
static struct text page; /* rows since the last flush */

static struct row first; /* waits for the next one, its text is a copy */
static struct text first_right;

/* A cell on its way to the screen. */
struct cell {
	size_t columns, indent, hang; /* before its first and its other rows */
	struct span prefix;           /* of its first row */
	struct text visible;
	struct span rest;
	bool begun;
};

static void
start_cell(struct cell *cell, struct span prefix, struct span text)
{
	clear(&cell->visible);
	put_visible(&cell->visible, text, layout.utf8);
	cell->prefix = prefix;
	cell->rest = span_of(&cell->visible);
	cell->begun = false;
}

static void
start_left(struct cell *cell, const struct row *r)
{
	size_t prefix = r->prefix, indent = r->indent;

	cell->columns = r->across ? layout.width : layout.left;
	if (prefix + LEAST_TEXT / 2 > cell->columns)
		prefix = indent = 0;
	start_cell(cell, (struct span){r->left.at, prefix},
	    rest_of(r->left, prefix + indent));
	size_t room = cell->columns - prefix;
	if (indent + LEAST_TEXT > room)
		indent = room > LEAST_TEXT ? room - LEAST_TEXT : 0;
	cell->indent = indent;
	cell->hang = indent + (prefix > 0 ? 2 : 0);
}

/* "4712 read(3, ...": what goes on in the next row stands below the name. */
static void
start_right(struct cell *cell, const struct row *r)
{
	size_t pid = before(r->right, " ").length + 1;

	start_cell(cell, none, r->right);
	cell->columns = layout.right;
	cell->indent = 2 * (size_t)(r->seat % RIGHT_LANES);
	cell->hang = cell->indent + (number(r->right) < 0 ? 0 : pid);
}

/* One row of a cell; returns the columns used. */
static size_t
put_piece(struct cell *cell, const char *color)
{
	size_t indent = cell->begun ? cell->hang : cell->indent, taken = 0;
	size_t used = cell->prefix.length;

	if (cell->begun && used > 0)
		put(&page, "%*s| ", (int)used - 2, "");
	else
		put_bytes(&page, cell->prefix.at, used);
	if (cell->rest.length > 0) {
		struct span part = take_columns(
		    &cell->rest, cell->columns - used - indent, &taken);
		bool tinted =
		    layout.color && color[0] != '\0' && part.length > 0;
		put(&page, tinted ? "%*s\033[%sm%.*s\033[0m" : "%*s%s%.*s",
		    (int)indent, "", tinted ? color : "", (int)part.length,
		    part.at);
		used += indent + taken;
	}
	cell->begun = true;
	return used;
}

static void
print_row(const struct row *r)
{
	static const char *const tints[] = {
	    [NOTE] = "2", [SAID_OUTPUT] = "36", [WARNING] = "31"};
	static const char *const lanes[] = {"", "33", "35", "32", "34"};
	static struct cell left, right;
	const char *lane = lanes[r->seat % 5];
	const char *said = r->tint == PLAIN ? lane : tints[r->tint];
	const char *made = r->tint == WARNING ? said : lane;

	start_left(&left, r);
	start_right(&right, r);
	do {
		size_t used = put_piece(&left, said);
		if (!r->across)
			put(&page, "%*s%s%s", (int)(layout.left - used) + 1, "",
			    layout.bar, right.rest.length > 0 ? " " : "");
		if (right.rest.length > 0)
			put_piece(&right, made);
		put_string(&page, "\n");
	} while (left.rest.length > 0 || right.rest.length > 0);
}

static void
print_header(void)
{
	const char *dash = layout.utf8 ? "\u2500" : "-";
	const char *cross = layout.utf8 ? "\u253c" : "+";

	print_row(&(struct row){.left = as_span("the program says"),
	    .right = as_span("the kernel sees")});
	for (size_t i = 0; i < layout.width; i++)
		put_string(&page, i == layout.left + 1 ? cross : dash);
	put_string(&page, "\n");
}

/* A trace is text at the left; without one there is little of it. */
void
rows_start(bool trace)
{
	if (layout.left > 0)
		return;
	setlocale(LC_CTYPE, "");
	layout.utf8 = utf8_wanted();
	layout.color = color_wanted(options.color, 1);
	layout.bar = layout.utf8 ? "\u2502" : "|";
	layout.width =
	    (size_t)(options.width > 0 ? options.width : terminal_width());
	if (layout.width < LEAST_WIDTH)
		layout.width = LEAST_WIDTH;
	layout.left = (layout.width - GAP) * (trace ? 54 : 38) / 100;
	layout.right = layout.width - GAP - layout.left;
	print_header();
	if (first_right.length > 0)
		print_row(&first);
}

/* The first is the program's execve: what follows tells if it has a trace. */
void
row(struct row r)
{
	if (layout.left == 0 && first_right.length == 0 && !r.across) {
		first = r;
		set(&first_right, r.right);
		first.right = span_of(&first_right);
		return;
	}
	rows_start(false);
	print_row(&r);
	if (page.length > 1 << 16)
		rows_flush();
}

/* It ends by a wipe, once it is answered. */
void
rows_question(struct span text)
{
	asks = isatty(STDOUT_FILENO);
	if (ends(text, "\033[J"))
		clear(&question);
	else
		put_bytes(&question, text.at, text.length);
}

/* Takes the question off the screen, or what there may be of the next one. */
static void
wipe_question(void)
{
	int up = 0;

	for (size_t i = 0; i < question.length; i++)
		up += question.at[i] == '\n';
	if (up > 0)
		printf("\033[%dA", up);
	fputs("\r\033[J", stdout);
}

void
rows_flush(void)
{
	if (page.length == 0)
		return;
	errno = 0;
	if (asks)
		wipe_question();
	fwrite(page.at, 1, page.length, stdout);
	clear(&page);
	if (question.length > 0)
		fwrite(question.at, 1, question.length, stdout);
	if ((fflush(stdout) == EOF || ferror(stdout)) && output_error == 0)
		output_error = errno;
}

/*
 * rows.c: the two columns. What is too long for its column goes on in the
 * next row; nothing is cut. A row that waits for its right cell holds back
 * those that come after it.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "color.h"
#include "sidebyside.h"

#define MOST_WAITING 4096 /* then the first is printed without its cell */
#define LEAST_TEXT   12   /* columns that a lane's indentation leaves */
#define GAP          3    /* columns of the separator */

static struct layout {
	size_t left, right;
	const char *bar;
	bool utf8, color;
} layout;

struct waiting {
	struct waiting *next;
	unsigned long id;
	bool complete;
	struct left left;
	enum tint tint;
	struct text left_text, right;
};

static struct waiting *head, **tail = &head;
static unsigned long waiting, last_id;

static size_t
find_width(void)
{
	struct winsize size;

	if (options.width > 0)
		return (size_t)options.width;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		return size.ws_col;
	return 80;
}

/* One character as it is shown; returns how many bytes of s it took. */
static size_t
add_visible(struct text *t, struct span s)
{
	unsigned char byte = (unsigned char)s.at[0];
	char octal[8];
	wchar_t wide;

	if (byte >= ' ' && byte <= '~') {
		add(t, s.at, 1);
		return 1;
	}
	if (layout.utf8 && byte >= 0x80) {
		size_t n = mbrtowc(&wide, s.at, s.length, &(mbstate_t){0});
		if (n > 0 && n <= s.length && wcwidth(wide) > 0) {
			add(t, s.at, n);
			return n;
		}
	}
	if (byte == '\t' || byte == '\r')
		add_text(t, byte == '\t' ? "\\t" : "\\r");
	else {
		snprintf(octal, sizeof octal, "\\%03o", byte);
		add_text(t, octal);
	}
	return 1;
}

/* The columns that the character takes which begins at s; its bytes in *n. */
static size_t
columns_of(struct span s, size_t *n)
{
	wchar_t wide;

	*n = 1;
	if ((unsigned char)s.at[0] < 0x80)
		return 1;
	*n = mbrtowc(&wide, s.at, s.length, &(mbstate_t){0});
	int width = wcwidth(wide);
	return width > 0 ? (size_t)width : 1;
}

/* Takes off the text what fits in so many columns, at a space or after a | if
 * it can. */
static struct span
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

/* A cell on its way to the screen. */
struct cell {
	struct text visible;
	struct span prefix;  /* of its first row */
	size_t indent, hang; /* columns before its first and its other rows */
	struct span rest;
	bool begun;
};

static void
make_visible(struct cell *cell, struct span text)
{
	cell->visible.length = 0;
	while (text.length > 0) {
		size_t n = add_visible(&cell->visible, text);
		text.at += n;
		text.length -= n;
	}
	cell->rest = span_of(&cell->visible);
	cell->begun = false;
}

static void
start_left(struct cell *cell, struct left left)
{
	size_t room;

	if (left.prefix + LEAST_TEXT / 2 > layout.left)
		left.prefix = left.indent = 0;
	room = layout.left - left.prefix;
	cell->prefix = (struct span){left.text.at, left.prefix};
	make_visible(
	    cell, (struct span){left.text.at + left.prefix + left.indent,
		      left.text.length - left.prefix - left.indent});
	if (left.indent + LEAST_TEXT > room)
		left.indent = room > LEAST_TEXT ? room - LEAST_TEXT : 0;
	cell->indent = left.indent;
	cell->hang = left.indent + (left.prefix > 0 ? 2 : 0);
}

/* The next cell of a right side, where newlines part them. */
static void
start_right(struct cell *cell, struct span *right)
{
	const char *end =
	    right->length > 0 ? memchr(right->at, '\n', right->length) : NULL;
	size_t length = end == NULL ? right->length : (size_t)(end - right->at);

	make_visible(cell, (struct span){right->at, length});
	right->at += end == NULL ? length : length + 1;
	right->length -= end == NULL ? length : length + 1;
	cell->indent = cell->hang = 0;
	while (cell->hang < cell->rest.length &&
	       cell->rest.at[cell->hang] >= '0' &&
	       cell->rest.at[cell->hang] <= '9')
		cell->hang++;
	cell->hang += cell->hang > 0 ? 1 : 0;
	cell->prefix = (struct span){"", 0};
}

static void
put_tinted(struct span s, const char *color)
{
	if (s.length == 0)
		return;
	if (layout.color && color[0] != '\0')
		printf("\033[%sm%.*s\033[0m", color, (int)s.length, s.at);
	else
		fwrite(s.at, 1, s.length, stdout);
}

/* One row of a cell; returns the columns used. */
static size_t
put_piece(struct cell *cell, size_t columns, const char *color)
{
	size_t indent = cell->begun ? cell->hang : cell->indent;
	size_t used = cell->prefix.length + indent, taken = 0;

	if (cell->begun && cell->prefix.length > 0)
		printf("%*s| ", (int)cell->prefix.length - 2, "");
	else
		printf("%.*s", (int)cell->prefix.length, cell->prefix.at);
	if (cell->rest.length > 0) {
		struct span part =
		    take_columns(&cell->rest, columns - used, &taken);
		printf("%*s", (int)indent, "");
		put_tinted(part, color);
		used += taken;
	} else
		used -= indent;
	cell->begun = true;
	return used;
}

static void
print_row(struct left left, struct span right, enum tint tint)
{
	static const char *const colors[] = {[PLAIN] = "",
	    [NOTE] = "2",
	    [SAID_OUTPUT] = "36",
	    [WARNING] = "31",
	    [QUIET] = "2"};
	static struct cell l, r;

	start_left(&l, left);
	start_right(&r, &right);
	do {
		size_t used = put_piece(&l, layout.left, colors[tint]);
		printf("%*s%s", (int)(layout.left - used) + 1, "", layout.bar);
		if (r.rest.length > 0) {
			putchar(' ');
			put_piece(&r, layout.right,
			    tint == WARNING ? colors[tint] : "");
		}
		putchar('\n');
		if (r.rest.length == 0 && right.length > 0)
			start_right(&r, &right);
	} while (l.rest.length > 0 || r.rest.length > 0);
}

/* Prints the rows at the head that wait for nothing. */
static void
print_complete(void)
{
	while (head != NULL && (head->complete || waiting > MOST_WAITING)) {
		struct waiting *w = head;
		w->left.text = span_of(&w->left_text);
		print_row(w->left, span_of(&w->right), w->tint);
		head = w->next;
		if (head == NULL)
			tail = &head;
		free(w->left_text.at);
		free(w->right.at);
		free(w);
		waiting--;
	}
}

static struct waiting *
append(struct left left, struct span right, enum tint tint, bool complete)
{
	struct waiting *w = calloc(1, sizeof *w);

	if (w == NULL)
		out_of_memory();
	w->left = left;
	w->tint = tint;
	w->complete = complete;
	add(&w->left_text, left.text.at, left.text.length);
	add(&w->right, right.at, right.length);
	*tail = w;
	tail = &w->next;
	waiting++;
	return w;
}

void
row(struct left left, struct span right, enum tint tint)
{
	if (head == NULL)
		print_row(left, right, tint);
	else {
		append(left, right, tint, true);
		print_complete();
	}
}

/* A row whose right cell comes later; returns what row_complete() wants. */
unsigned long
row_waiting(struct left left)
{
	struct waiting *w = append(left, (struct span){"", 0}, PLAIN, false);

	return w->id = ++last_id;
}

void
row_complete(unsigned long id, struct span right)
{
	for (struct waiting *w = head; w != NULL; w = w->next)
		if (w->id == id && !w->complete) {
			set(&w->right, right.at, right.length);
			w->complete = true;
			print_complete();
			return;
		}
	/* it could not wait so long */
	row((struct left){{"", 0}, 0, 0}, right, PLAIN);
}

/* A text below both columns. */
void
row_across(struct span text)
{
	static struct cell cell;
	size_t columns = layout.left + GAP + layout.right;

	make_visible(&cell, text);
	cell.indent = 0;
	cell.hang = 2;
	while (cell.rest.length > 0) {
		put_piece(&cell, columns, "2");
		putchar('\n');
	}
}

void
rows_flush(void)
{
	static bool failed; /* the first reason is the one */
	errno = 0;
	if ((fflush(stdout) == EOF || ferror(stdout)) && !failed) {
		failed = true;
		output_failed(errno);
	}
}

static void
print_header(void)
{
	static const char left[] = "the program says",
			  right[] = "the kernel sees";

	row((struct left){{left, sizeof left - 1}, 0, 0},
	    (struct span){right, sizeof right - 1}, PLAIN);
	for (size_t i = 0; i < layout.left + GAP + layout.right; i++)
		fputs(i == layout.left + 1 ? layout.utf8 ? "\u253c" : "+"
		      : layout.utf8        ? "\u2500"
					   : "-",
		    stdout);
	putchar('\n');
}

void
rows_start(void)
{
	static char stdout_buffer[1 << 16];
	size_t width;

	setvbuf(stdout, stdout_buffer, _IOFBF, sizeof stdout_buffer);
	setlocale(LC_CTYPE, "");
	layout.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	layout.color = color_wanted(options.color, STDOUT_FILENO);
	layout.bar = layout.utf8 ? "\u2502" : "|";
	width = find_width();
	layout.left = (width - GAP) * 54 / 100;
	layout.right = width - GAP - layout.left;
	print_header();
}

/* Whatever still waits is printed as it is. */
void
rows_end(void)
{
	for (struct waiting *w = head; w != NULL; w = w->next)
		w->complete = true;
	print_complete();
}

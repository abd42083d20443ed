/*
 * draw.c: the picture as text and as JSON.
 *
 * One row is one open file description, one column one process: numbers that
 * stand in one row share the offset and the flags at its end. Where the
 * columns leave too little room, the numbers stand below the description.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "picture.h"

#define LEAST_WHAT 24 /* columns for the name of what a description is */
#define LEAST_REST 40 /* columns for all of a description */

struct row {
	size_t length;
	int columns; /* of the terminal, that it fills so far */
	char at[2000];
};

/* What all parts of one drawing need. */
struct drawing {
	const struct picture *p;
	const struct how *how;
	line_function *line;
	void *arg;
	int column[64]; /* the width of each process's column, and of these: */
	int number, what, offset;
};

__attribute__((format(printf, 2, 3))) static void
add(struct row *r, const char *format, ...)
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

/* Fills up to the column with spaces, or with a line. */
static void
fill(struct row *r, int to, bool as_line, const struct how *how)
{
	while (r->columns < to) {
		int columns = r->columns + 1;
		add(r, "%s", !as_line ? " " : how->utf8 ? "─" : "-");
		r->columns = columns;
	}
}

static void
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

/* Text of up to width columns, the middle left out if it has more. */
static void
shorten(char *text, int width)
{
	size_t length = strlen(text), most = (size_t)width;

	if (width < 8 || length <= most)
		return;
	size_t head = (most - 3) / 2, tail = most - 3 - head;
	memset(text + head, '.', 3);
	memmove(text + head + 3, text + length - tail, tail + 1);
}

/* The path as printable ASCII, other bytes as \ooo. */
static void
spell(char *to, size_t size, const char *path)
{
	size_t at = 0;

	for (; *path != '\0' && at + 5 < size; path++)
		if (*path >= ' ' && *path <= '~')
			to[at++] = *path;
		else
			at += (size_t)snprintf(to + at, size - at, "\\%03o",
			    (unsigned)(unsigned char)*path);
	to[at] = '\0';
}

const char *
pipe_name(const struct pipe *pipe, char name[8])
{
	if (pipe->letter < 26)
		snprintf(name, 8, "%c", 'A' + pipe->letter);
	else
		snprintf(name, 8, "%c%c", 'A' + pipe->letter / 26 % 27 - 1,
		    'A' + pipe->letter % 26);
	return name;
}

static const char *
end_of(const struct descriptor *d)
{
	int mode = d->flags & O_ACCMODE;

	if (d->flags & O_PATH)
		return "no end";
	return mode == O_RDONLY   ? "read end"
	       : mode == O_WRONLY ? "write end"
				  : "both ends";
}

static bool
has_offset(const struct descriptor *d, enum kind kind)
{
	return kind == A_FILE || kind == DIRECTORY || S_ISBLK(d->mode);
}

/* What the description leads to, within width columns. */
static void
spell_what(char *to, size_t size, const struct picture *p,
    const struct description *it, int width)
{
	static const char *const kinds[] = {[DIRECTORY] = "directory ",
	    [TERMINAL] = "terminal ",
	    [DEVICE] = "device "};
	const struct descriptor *d = &p->descriptor[it->first];
	char path[1500], name[8];

	spell(path, sizeof path, d->path);
	if (it->kind == PIPE && d->pipe >= 0)
		snprintf(to, size, "pipe %s, %s",
		    pipe_name(&p->pipe[d->pipe], name), end_of(d));
	else if (it->kind == FIFO && d->pipe >= 0)
		snprintf(to, size, "FIFO %s, %s: %s",
		    pipe_name(&p->pipe[d->pipe], name), end_of(d), path);
	else if (it->kind == SOCKET && it->address != NULL) {
		spell(path, sizeof path, it->address);
		snprintf(to, size, "socket %s", path);
	} else if (it->kind == SOCKET)
		snprintf(to, size, "socket, address unknown");
	else
		snprintf(to, size, "%s%s",
		    it->kind <= DEVICE && kinds[it->kind] != NULL
			? kinds[it->kind]
			: "",
		    path);
	shorten(to, width);
}

static const struct flag {
	int value;
	const char *name;
} flags[] = {{O_PATH, "O_PATH"}, {O_TMPFILE, "O_TMPFILE"},
    {O_DIRECTORY, "O_DIRECTORY"}, {O_APPEND, "O_APPEND"},
    {O_NONBLOCK, "O_NONBLOCK"}, {O_SYNC, "O_SYNC"}, {O_DSYNC, "O_DSYNC"},
    {O_ASYNC, "O_ASYNC"}, {O_DIRECT, "O_DIRECT"}, {O_NOATIME, "O_NOATIME"},
    {O_NOFOLLOW, "O_NOFOLLOW"}};

/* The names of the open flags, each between the quotes, parted by between. */
static void
spell_flags(
    char *to, size_t size, int value, const char *quote, const char *between)
{
	static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR"};
	size_t at = 0;

	to[0] = '\0';
	if (!(value & O_PATH))
		at = (size_t)snprintf(to, size, "%s%s%s", quote,
		    modes[(value & O_ACCMODE) % 3], quote);
	for (size_t i = 0; i < sizeof flags / sizeof *flags && at < size; i++) {
		if ((value & flags[i].value) != flags[i].value)
			continue;
		value &= ~flags[i].value;
		at += (size_t)snprintf(to + at, size - at, "%s%s%s%s",
		    at == 0 ? "" : between, quote, flags[i].name, quote);
	}
}

static void
spell_offset(char *to, size_t size, const struct picture *p,
    const struct description *it)
{
	const struct descriptor *d = &p->descriptor[it->first];

	to[0] = '\0';
	if (!has_offset(d, it->kind))
		return;
	if (it->was >= 0)
		snprintf(
		    to, size, "offset %lld (was %lld)", d->offset, it->was);
	else
		snprintf(to, size, "offset %lld", d->offset);
}

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

/* The numbers of the process that lead to the description: "0 1 2". */
static void
spell_numbers(struct row *to, const struct picture *p, int process, int n)
{
	to->length = 0;
	to->columns = 0;
	to->at[0] = '\0';
	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		if (d->process != process || d->description != n)
			continue;
		int length = run_length(p, i);
		add(to, "%s%s%d", to->length > 0 ? " " : "",
		    d->is_new ? "+" : "", d->fd);
		if (length > 3)
			add(to, "-%d", d->fd + length - 1);
		add(to, "%s", d->close_on_exec ? "*" : "");
		if (length > 3)
			i += length - 1;
	}
}

/* The width of each column; returns where the descriptions begin, or 0: there
 * is no room for them beside the columns. */
static int
measure_columns(struct drawing *g)
{
	const struct picture *p = g->p;
	int at = 0;
	struct row numbers;
	char pid[24];

	for (int i = 0; i < p->processes && p->process[i].asked; i++) {
		if (i >= (int)(sizeof g->column / sizeof *g->column))
			return 0;
		int width =
		    snprintf(pid, sizeof pid, "%ld", (long)p->process[i].pid);
		if ((int)strlen(p->process[i].name) > width)
			width = (int)strlen(p->process[i].name);
		for (int n = 0; n < p->descriptions; n++) {
			spell_numbers(&numbers, p, i, n);
			if (numbers.columns > width)
				width = numbers.columns;
		}
		g->column[i] = width;
		at += width + 2;
	}
	return at + 5 + LEAST_REST > g->how->width ? 0 : at + 5;
}

static int
ten_to(int power)
{
	return power == 0 ? 1 : 10 * ten_to(power - 1);
}

/* The widths of what and offset, within room columns in all. */
static void
measure_parts(struct drawing *g, int room)
{
	int longest = 0, most_flags = 0;
	char text[2000];

	g->what = g->offset = 0;
	for (int n = 0; n < g->p->descriptions; n++) {
		const struct description *it = &g->p->description[n];
		spell_what(text, sizeof text, g->p, it, 1000);
		longest =
		    (int)strlen(text) > longest ? (int)strlen(text) : longest;
		spell_offset(text, sizeof text, g->p, it);
		g->offset = (int)strlen(text) > g->offset ? (int)strlen(text)
							  : g->offset;
		spell_flags(text, sizeof text,
		    g->p->descriptor[it->first].flags, "", "|");
		most_flags = (int)strlen(text) > most_flags ? (int)strlen(text)
							    : most_flags;
	}
	g->what = room - most_flags - 2 - (g->offset > 0 ? g->offset + 2 : 0);
	if (g->what < LEAST_WHAT)
		g->what = LEAST_WHAT; /* the longest flags go below */
	if (g->what > longest)
		g->what = longest;
}

static void
end_row(struct drawing *g, struct row *r)
{
	while (r->length > 0 && r->at[r->length - 1] == ' ')
		r->at[--r->length] = '\0';
	g->line(r->at, g->arg);
	r->length = 0;
	r->columns = 0;
	r->at[0] = '\0';
}

/* Below a description whose sharing the kernel would not tell. */
static void
draw_doubt(struct drawing *g, const struct description *it, int begin)
{
	struct row r = {0};

	if (!it->unsure)
		return;
	fill(&r, begin, false, g->how);
	if (it->pair >= 0)
		add(&r, "unknown whether it is one with [%d]",
		    g->p->description[it->pair].number);
	else
		add(&r, "unknown whether it is shared");
	end_row(g, &r);
}

/* "[1] what offset flags" from where the row stands; it may take two lines. */
static void
draw_description(struct drawing *g, struct row *r, int n)
{
	const struct description *it = &g->p->description[n];
	char what[2000], offset[80], names[200];
	int begin = r->columns + g->number, right = g->how->width;

	spell_what(what, sizeof what, g->p, it,
	    it->kind == SOCKET ? right - begin : g->what);
	spell_offset(offset, sizeof offset, g->p, it);
	spell_flags(
	    names, sizeof names, g->p->descriptor[it->first].flags, "", "|");
	int width = (int)strlen(what) > g->what ? (int)strlen(what) : g->what;
	int offset_at = begin + width + 2;
	int flags_at = offset_at + (g->offset > 0 ? g->offset + 2 : 0);
	add(r, "[%d]", it->number);
	fill(r, begin, false, g->how);
	add(r, "%s", what);
	if (flags_at + (int)strlen(names) > right) {
		end_row(g, r);
		offset_at = begin;
		flags_at = begin + (*offset ? (int)strlen(offset) + 2 : 0);
	}
	fill(r, offset_at, false, g->how);
	add(r, "%s", offset);
	fill(r, flags_at, false, g->how);
	add(r, "%s", names);
	end_row(g, r);
	draw_doubt(g, it, begin);
}

/* The numbers of each process in its column, and the line to the arrow. */
static void
draw_in_columns(struct drawing *g, int n, int begin)
{
	const struct picture *p = g->p;
	struct row r = {0}, numbers;
	bool began = false;

	for (int i = 0, at = 0; i < p->processes && p->process[i].asked; i++) {
		spell_numbers(&numbers, p, i, n);
		if (numbers.length > 0) {
			fill(&r, at - (began ? 1 : 0), began, g->how);
			fill(&r, at, false, g->how);
			tint(&r, i, g->how);
			add(&r, "%s", numbers.at);
			tint(&r, -1, g->how);
			add(&r, " ");
			began = true;
		}
		at += g->column[i] + 2;
	}
	fill(&r, begin - 2, true, g->how);
	add(&r, "> ");
	draw_description(g, &r, n);
}

static void
draw_heads(struct drawing *g, int begin)
{
	const struct picture *p = g->p;
	struct row pids = {0}, names = {0};
	bool named = false;

	for (int i = 0, at = 0; i < p->processes && p->process[i].asked; i++) {
		fill(&pids, at, false, g->how);
		fill(&names, at, false, g->how);
		tint(&pids, i, g->how);
		add(&pids, "%ld", (long)p->process[i].pid);
		tint(&pids, -1, g->how);
		tint(&names, i, g->how);
		add(&names, "%s", p->process[i].name);
		tint(&names, -1, g->how);
		named |= p->process[i].name[0] != '\0';
		at += g->column[i] + 2;
	}
	fill(&pids, begin, false, g->how);
	add(&pids, "open file description");
	end_row(g, &pids);
	if (named)
		end_row(g, &names);
}

/* Where there is no room for columns: who holds it, below the description. */
static void
draw_below(struct drawing *g, int n)
{
	struct row r = {0}, numbers;

	draw_description(g, &r, n);
	add(&r, "   ");
	for (int i = 0; i < g->p->processes; i++) {
		spell_numbers(&numbers, g->p, i, n);
		if (numbers.length > 0)
			add(&r, " %ld: %s;", (long)g->p->process[i].pid,
			    numbers.at);
	}
	r.at[r.length - 1] = '\0';
	draw_wrapped(r.at, g->how->width, g->line, g->arg);
}

/* Who holds this end of the pipe: "4711 parent fd 4, 4712 child fd 4". */
static void
draw_holders(struct drawing *g, int pipe, int mode, const char *label)
{
	const struct picture *p = g->p;
	struct row r = {0};
	int last = -1;

	add(&r, "  %s ", label);
	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		const struct process *it = &p->process[d->process];
		int is = d->flags & O_ACCMODE;
		if (d->pipe != pipe || (is != mode && is != O_RDWR) ||
		    (d->fd >= FIRST_HIDDEN_FD && last == d->process))
			continue;
		if (d->process != last)
			add(&r, "%s%ld%s%s%s fd", last == -1 ? "" : ", ",
			    (long)it->pid, it->name[0] == '\0' ? "" : " ",
			    it->name, it->asked ? "" : " (not asked for)");
		add(&r, " %d", d->fd);
		last = d->process;
	}
	if (last == -1)
		add(&r, "nobody%s", p->deep ? "" : " here");
	draw_wrapped(r.at, g->how->width, g->line, g->arg);
}

static void
draw_pipe(struct drawing *g, int n)
{
	const struct pipe *it = &g->p->pipe[n];
	struct row r = {0};
	char name[8];

	add(&r,
	    "%s %s: ", strncmp(it->path, "pipe:[", 6) == 0 ? "pipe" : "FIFO",
	    pipe_name(it, name));
	if (it->fill < 0)
		add(&r, "fill unknown");
	else
		add(&r, "%ld of %ld bytes", it->fill, it->capacity);
	if (it->was >= 0 && it->was != it->fill)
		add(&r, " (was %ld)", it->was);
	end_row(g, &r);
	draw_holders(g, n, O_RDONLY, "read end: ");
	draw_holders(g, n, O_WRONLY, "write end:");
}

/* In order of their letters. */
static void
draw_pipes(struct drawing *g)
{
	for (int letter = 0, drawn = 0; drawn < g->p->pipes; letter++)
		for (int n = 0; n < g->p->pipes; n++)
			if (g->p->pipe[n].letter == letter) {
				draw_pipe(g, n);
				drawn++;
			}
}

static void
draw_process(struct drawing *g, int n)
{
	const struct process *it = &g->p->process[n];
	struct row r = {0};

	tint(&r, n, g->how);
	add(&r, "%ld%s%s", (long)it->pid, it->name[0] == '\0' ? "" : " ",
	    it->name);
	tint(&r, -1, g->how);
	if (it->command[0] != '\0')
		add(&r, " (%s)", it->command);
	add(&r, ": %s", state_in_words(it->state));
	if (it->refused)
		add(&r, "; its descriptors are unknown: permission denied");
	else if (it->state == 'Z')
		add(&r, "; it holds no descriptor");
	end_row(g, &r);
}

/* Whether any descriptor has the mark that the footer explains. */
static void
draw_marks(struct drawing *g)
{
	bool new = false, close_on_exec = false;

	for (int i = 0; i < g->p->descriptors; i++)
		if (g->p->descriptor[i].description >= 0) {
			new |= g->p->descriptor[i].is_new;
			close_on_exec |= g->p->descriptor[i].close_on_exec;
		}
	if (new)
		g->line("+ new since the last picture", g->arg);
	if (close_on_exec)
		g->line("* close-on-exec: execve closes it", g->arg);
}

static void
draw_footer(struct drawing *g)
{
	const struct picture *p = g->p;
	struct row r = {0};
	int hidden = 0;

	draw_marks(g);
	for (int i = 0; i < p->closings; i++)
		add(&r, "%s%s", i == 0 ? "closed since: " : ", ", p->closed[i]);
	if (p->closings > 0)
		draw_wrapped(r.at, g->how->width, g->line, g->arg);
	for (int i = 0; i < p->processes; i++)
		hidden += p->process[i].hidden;
	r.length = 0;
	if (hidden > 0) {
		add(&r, "not drawn: %d descriptor%s from %d on, a trace's own",
		    hidden, hidden == 1 ? "" : "s", FIRST_HIDDEN_FD);
		g->line(r.at, g->arg);
	}
	r.length = 0;
	if (p->unseen > 0) {
		add(&r,
		    "not seen: the descriptors of %d process%s of other users",
		    p->unseen, p->unseen == 1 ? "" : "es");
		g->line(r.at, g->arg);
	}
}

void
draw(const struct picture *p, const struct how *how, line_function *line,
    void *arg)
{
	struct drawing g = {.p = p, .how = how, .line = line, .arg = arg};
	int begin = measure_columns(&g);

	g.number = 4; /* "[1] " */
	for (int i = 0; i < p->descriptions; i++)
		while (p->description[i].number >= ten_to(g.number - 3))
			g.number++;
	measure_parts(&g, how->width - begin - g.number);
	for (int i = 0; i < p->processes; i++)
		if (p->process[i].asked)
			draw_process(&g, i);
	if (p->descriptions > 0)
		line("", arg);
	if (p->descriptions > 0 && begin > 0)
		draw_heads(&g, begin);
	for (int n = 0; n < p->descriptions; n++)
		if (begin > 0)
			draw_in_columns(&g, n, begin);
		else
			draw_below(&g, n);
	if (p->pipes > 0)
		line("", arg);
	draw_pipes(&g);
	draw_footer(&g);
}

static void
json_string(FILE *f, const char *s)
{
	putc('"', f);
	for (; *s != '\0'; s++)
		if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			fprintf(f, "\\u%04x", (unsigned)*s);
		else
			putc(*s, f);
	putc('"', f);
}

static void
json_descriptors(FILE *f, const struct picture *p, int process)
{
	const char *between = "";

	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		if (d->process != process || d->description < 0)
			continue;
		fprintf(f, "%s{\"fd\":%d,\"description\":%d,", between, d->fd,
		    p->description[d->description].number);
		fprintf(f, "\"close_on_exec\":%s}",
		    d->close_on_exec ? "true" : "false");
		between = ",";
	}
}

static void
json_process(FILE *f, const struct picture *p, int n)
{
	const struct process *it = &p->process[n];

	fprintf(f, "{\"pid\":%ld,\"name\":", (long)it->pid);
	if (it->name[0] == '\0')
		fputs("null", f);
	else
		json_string(f, it->name);
	fputs(",\"command\":", f);
	json_string(f, it->command);
	fputs(",\"state\":", f);
	json_string(f, state_in_words(it->state));
	fprintf(f, ",\"hidden\":%d,\"descriptors\":", it->hidden);
	if (it->refused)
		fputs("null}", f);
	else {
		putc('[', f);
		json_descriptors(f, p, n);
		fputs("]}", f);
	}
}

static void
json_description(FILE *f, const struct picture *p, int n)
{
	static const char *const kinds[] = {"file", "directory", "terminal",
	    "device", "pipe", "fifo", "socket", "anonymous"};
	const struct description *it = &p->description[n];
	const struct descriptor *d = &p->descriptor[it->first];
	char names[300], letter[8];

	spell_flags(names, sizeof names, d->flags, "\"", ",");
	fprintf(f, "{\"number\":%d,\"kind\":\"%s\",\"path\":", it->number,
	    kinds[it->kind]);
	json_string(f, d->path);
	fprintf(f, ",\"flags\":[%s],\"offset\":", names);
	if (has_offset(d, it->kind))
		fprintf(f, "%lld", d->offset);
	else
		fputs("null", f);
	fprintf(f, ",\"shared\":%s",
	    it->holders > 1 ? "true"
	    : it->unsure    ? "\"unknown\""
			    : "false");
	if (d->pipe >= 0)
		fprintf(f, ",\"pipe\":\"%s\",\"end\":\"%s\"",
		    pipe_name(&p->pipe[d->pipe], letter), end_of(d));
	if (it->address != NULL) {
		fputs(",\"address\":", f);
		json_string(f, it->address);
	}
	putc('}', f);
}

static void
json_holders(FILE *f, const struct picture *p, int pipe, int mode)
{
	const char *between = "";

	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		int is = d->flags & O_ACCMODE;
		if (d->pipe != pipe || (is != mode && is != O_RDWR))
			continue;
		fprintf(f, "%s{\"pid\":%ld,\"fd\":%d,\"asked\":%s}", between,
		    (long)p->process[d->process].pid, d->fd,
		    p->process[d->process].asked ? "true" : "false");
		between = ",";
	}
}

static void
json_pipe(FILE *f, const struct picture *p, int n)
{
	const struct pipe *it = &p->pipe[n];
	char letter[8];

	fprintf(f, "{\"name\":\"%s\",\"fill\":", pipe_name(it, letter));
	if (it->fill < 0)
		fputs("null,\"capacity\":null", f);
	else
		fprintf(f, "%ld,\"capacity\":%ld", it->fill, it->capacity);
	fputs(",\"read_end\":[", f);
	json_holders(f, p, n, O_RDONLY);
	fputs("],\"write_end\":[", f);
	json_holders(f, p, n, O_WRONLY);
	fputs("]}", f);
}

/* "name":[...], of n elements that element() writes. */
static void
json_array(FILE *f, const char *name, const struct picture *p, int n,
    void (*element)(FILE *, const struct picture *, int))
{
	fprintf(f, "\"%s\":[", name);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			putc(',', f);
		element(f, p, i);
	}
	fputs("],", f);
}

static void
json_reasons(FILE *f, int n, char *const *reason)
{
	fputs("\"why\":[", f);
	for (int i = 0; i < n; i++) {
		fputs(i == 0 ? "" : ",", f);
		json_string(f, reason[i]);
	}
	fputs("],", f);
}

void
draw_json(const struct picture *p, int n, char *const *reason,
    line_function *line, void *arg)
{
	char *text = NULL;
	size_t size;
	int asked = 0;
	FILE *f = open_memstream(&text, &size);

	if (f == NULL)
		return;
	while (asked < p->processes && p->process[asked].asked)
		asked++;
	putc('{', f);
	json_array(f, "processes", p, asked, json_process);
	json_array(f, "descriptions", p, p->descriptions, json_description);
	json_array(f, "pipes", p, p->pipes, json_pipe);
	if (n >= 0)
		json_reasons(f, n, reason);
	fprintf(f, "\"unseen\":%d}", p->unseen);
	fclose(f);
	line(text, arg);
	free(text);
}

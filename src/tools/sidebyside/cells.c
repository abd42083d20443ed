/*
 * cells.c: what is shown, what is only counted, and what is wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/sidebyside/sidebyside.h"

#define MOST_PROBLEMS 20
#define LAST_SEAT     63
#define MOST_OUTPUT   65536 /* bytes of one write that are shown */

const struct span none = {"", 0};

static long folded[EXCUSES], problems;
static bool complete; /* no problem will be added */
static struct text problem_list;

void
fold(enum excuse excuse)
{
	folded[excuse]++;
}

/* Is the call one of --calls=NAME,...? What is no call always is. */
static bool
is_wanted(struct span text)
{
	struct span name = before(text, "("), part;

	if (options.calls == NULL || name.length == 0 ||
	    name.length == text.length)
		return true;
	struct span list = as_span(options.calls);
	bool all_but = begins(list, "!"), found = false;
	for (list = rest_of(list, all_but); list.length > 0 && !found;
	     list = rest_of(list, part.length + (part.length < list.length))) {
		part = before(list, ",");
		found = same(part, name);
	}
	return found != all_but;
}

/*
 * "4712 close(3) = 0", which lasts until the next call of this function. strace
 * says of an execve's environment where it lies and how long it is, which
 * differs from one user to the next.
 */
static struct span
cell(const struct task *task, struct span text)
{
	static struct text shown;
	struct call c;

	clear(&shown);
	if (!is_wanted(text)) {
		fold(LEFT_OUT);
		return none;
	}
	if (text.length == 0)
		return none;
	put(&shown, "%ld ", (long)task->pid);
	bool exec = begins(text, "execve(") && parse_call(text, &c);
	if (exec && c.count == 3 && begins(c.arg[2], "0x")) {
		const char *to = c.arg[2].at + c.arg[2].length;
		put_bytes(&shown, text.at, (size_t)(c.arg[2].at - text.at));
		put_string(&shown, "...");
		text = rest_of(text, (size_t)(to - text.at));
	}
	put_bytes(&shown, text.at, text.length);
	if (exec && task->misses > 0)
		put(&shown, "  (after %d that failed)", task->misses);
	return span_of(&shown);
}

/* The lane's place; a task that is shown for the first time takes a free one.
 */
static int
seat_of(struct task *task)
{
	for (int seat = 0; task->seat < 0; seat++) {
		const struct task *t = tasks;
		while (t != NULL && t->seat != seat)
			t = t->next;
		if (t == NULL || seat == LAST_SEAT)
			task->seat = seat;
	}
	return task->seat;
}

void
show_call(struct task *task, struct span text)
{
	struct span right = cell(task, text);

	if (right.length > 0)
		row((struct row){.right = right, .seat = seat_of(task)});
}

/* A picture's lines have no role. */
void
show_line(struct task *task, const struct line *line, struct span made)
{
	row((struct row){.left = line->text,
	    .prefix = line->prefix,
	    .indent = line->indent,
	    .right = cell(task, made),
	    .seat = seat_of(task),
	    .tint = line->is_call ? PLAIN : NOTE,
	    .across = line->prefix > 0 && line->role.length == 0});
}

/* A call of a traced lane that no line speaks of. */
void
show_unsaid(struct task *task, struct span text)
{
	if (options.check)
		row((struct row){.left = as_span("        | ! not said"),
		    .prefix = 10,
		    .right = cell(task, text),
		    .seat = seat_of(task),
		    .tint = WARNING});
	else
		show_call(task, text);
	problem(task, "%.*s: not said by the trace", (int)text.length, text.at);
}

/* What was written, line by line, in the lane of its task. */
void
show_output(struct task *task, const struct event *e)
{
	static struct text said;
	struct row r = {
	    .right = task->is.state == WATCHER ? none : cell(task, e->text),
	    .seat = seat_of(task),
	    .indent = 4 * (size_t)seat_of(task),
	    .tint = SAID_OUTPUT};
	struct span rest = e->bytes;

	while (rest.length > 0) {
		struct span line = before(rest, "\n");
		bool too_long =
		    line.at + line.length > e->bytes.at + MOST_OUTPUT;
		clear(&said);
		where_it_goes(e->leads, number(e->call.arg[0]), &said);
		put(&said, "%*s| ", said.length < 8 ? 8 - (int)said.length : 1,
		    "");
		r.prefix = said.length;
		put(&said, "%*s", (int)r.indent, "");
		if (too_long)
			put(&said, "(%zu bytes more)", rest.length);
		else
			put_bytes(&said, line.at, line.length);
		r.left = span_of(&said);
		row(r);
		r.right = none;
		if (too_long)
			return;
		rest = rest_of(rest, line.length + (line.length < rest.length));
	}
	if (r.right.length > 0)
		show_call(task, e->text);
}

/* What --check will complain of; task NULL: it is about the whole run. */
void
problem(const struct task *task, const char *format, ...)
{
	va_list values;

	if (!options.check || complete || problems++ >= MOST_PROBLEMS)
		return;
	put_string(&problem_list, "sidebyside: ");
	if (task != NULL)
		put(&problem_list, "%ld: ", (long)task->pid);
	size_t from = problem_list.length;
	va_start(values, format);
	vput(&problem_list, format, values);
	va_end(values);
	for (char *at = problem_list.at + from; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == '\177')
			*at = '?';
	put_string(&problem_list, "\n");
}

/* The one problem that explains all others. */
void
only_problem(const char *text)
{
	if (complete)
		return;
	problems = 0;
	clear(&problem_list);
	problem(NULL, "%s", text);
	complete = true;
}

static void
put_count(struct text *t, long count, const char *of)
{
	bool first = t->length == 0;

	if (count > 0)
		put(t, "%s%ld %s%s", first ? "not shown: " : ", ", count,
		    !first       ? ""
		    : count == 1 ? "call "
				 : "calls ",
		    of);
}

/* The end of the table, and all that is wrong; returns the exit status. */
int
report(void)
{
	struct text total = {.at = NULL};

	put_count(&total, folded[OF_LOADER], "of the loader");
	put_count(&total, folded[OF_START] + folded[OF_BIRTH], "of start-up");
	put_count(&total, folded[OF_TRACE] + folded[SAMPLE] + folded[AFTER],
	    "of the trace");
	put_count(&total, folded[OF_LIBC], "of libc");
	put_count(&total, folded[OF_STRANGER], "of other programs");
	put_count(&total, folded[LEFT_OUT], "left out by --calls");
	if (total.length > 0)
		row((struct row){
		    .left = span_of(&total), .tint = NOTE, .across = true});
	free(total.at);
	rows_flush();
	if (problem_list.length > 0)
		fwrite(problem_list.at, 1, problem_list.length, stderr);
	if (problems > MOST_PROBLEMS)
		fprintf(stderr, "sidebyside: and %ld more\n",
		    problems - MOST_PROBLEMS);
	return problems > 0;
}

/*
 * cells.c: what is shown, what is only counted, and what is wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/sidebyside/sidebyside.h"

#define MOST_PROBLEMS 20
#define MOST_OUTPUT   65536 /* bytes of one write that are shown */

static long folded[CLASSES], strangers, left_out, problems;
static bool complete; /* no problem will be added */
static struct text problem_list;

/* Is the call one of --calls=NAME,...? What is no call always is. */
static bool
is_wanted(struct span text)
{
	const char *name = options.calls;
	bool all_but = name != NULL && *name == '!', found = false;
	size_t length = 0;

	while (length < text.length && text.at[length] != '(')
		length++;
	if (name == NULL || length == 0 || length == text.length)
		return true;
	for (name += all_but; *name != '\0' && !found;) {
		size_t part = strcspn(name, ",");
		found = part == length && memcmp(name, text.at, part) == 0;
		name += part + (name[part] == ',');
	}
	return found != all_but;
}

/*
 * An execve as it is shown: strace says of the environment where it lies and
 * how long it is, which differs from one user to the next.
 */
static struct span
without_environment(struct span text)
{
	static struct text shown;
	struct call c;

	if (!begins(text, "execve(") || !parse_call(text, &c) || c.count != 3 ||
	    !begins(c.arg[2], "0x"))
		return text;
	const char *from = c.arg[2].at, *to = from + c.arg[2].length;
	clear(&shown);
	put_bytes(&shown, text.at, (size_t)(from - text.at));
	put_string(&shown, "...");
	put_bytes(&shown, to, (size_t)(text.at + text.length - to));
	return span_of(&shown);
}

/* Adds "4712 close(3) = 0", and a newline before it where it is not first. */
void
put_cell(struct text *right, const struct task *task, struct span text)
{
	if (!is_wanted(text)) {
		left_out++;
		return;
	}
	if (right->length > 0)
		put_string(right, "\n");
	text = without_environment(text);
	put(right, "%ld %.*s", (long)task->pid, (int)text.length, text.at);
	if (begins(text, "execve(") && task->misses > 0)
		put(right, "  (after %d that failed)", task->misses);
}

/* It lasts until the next call of this function. */
struct span
cell(const struct task *task, struct span text)
{
	static struct text right;

	clear(&right);
	put_cell(&right, task, text);
	return span_of(&right);
}

/* The lane's place; a task that is shown for the first time takes a free one.
 */
static bool taken[64];

static void
take_seat(struct task *task)
{
	if (task->seat >= 0 && task->seat < 64)
		taken[task->seat] = true;
}

int
seat_of(struct task *task)
{
	if (task->seat >= 0)
		return task->seat;
	memset(taken, 0, sizeof taken);
	for_each_task(take_seat);
	for (task->seat = 0; task->seat < 63 && taken[task->seat];)
		task->seat++;
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
show_line(struct task *task, const struct line *line, struct span right)
{
	row((struct row){.left = line->text,
	    .prefix = line->prefix,
	    .indent = line->indent,
	    .right = right,
	    .seat = seat_of(task),
	    .tint = line->is_call ? PLAIN : NOTE,
	    .across = line->prefix > 0 && line->text.at[0] == ' '});
}

/* A call of a traced lane that no line speaks of. */
void
show_unsaid(struct task *task, struct span text)
{
	static const char said[] = "        | ! not said";

	if (options.check)
		row((struct row){.left = {said, sizeof said - 1},
		    .prefix = 10,
		    .right = cell(task, text),
		    .seat = seat_of(task),
		    .tint = WARNING});
	else
		show_call(task, text);
	problem(task, "%.*s: not said by the trace", (int)text.length, text.at);
}

static void
show_said(struct row *r, const struct event *e, struct span line)
{
	static struct text said;

	clear(&said);
	where_it_goes(e->leads, number(e->call.arg[0]), &said);
	put(&said, "%*s| ", said.length < 8 ? 8 - (int)said.length : 1, "");
	r->prefix = said.length;
	put(&said, "%*s%.*s", (int)r->indent, "", (int)line.length, line.at);
	r->left = span_of(&said);
	row(*r);
	r->right.length = 0;
}

/* What was written, line by line, in the lane of its task. */
void
show_output(struct task *task, const struct event *e)
{
	struct row r = {.seat = seat_of(task),
	    .indent = 4 * (size_t)seat_of(task),
	    .tint = SAID_OUTPUT};
	struct span rest = e->bytes;
	char more[40];

	if (task->is.state != WATCHER)
		r.right = cell(task, e->text);
	while (rest.length > 0) {
		const char *end = memchr(rest.at, '\n', rest.length);
		size_t length =
		    end == NULL ? rest.length : (size_t)(end - rest.at);
		if (rest.at - e->bytes.at > MOST_OUTPUT ||
		    length > MOST_OUTPUT) {
			snprintf(
			    more, sizeof more, "(%zu bytes more)", rest.length);
			show_said(&r, e, (struct span){more, strlen(more)});
			return;
		}
		show_said(&r, e, (struct span){rest.at, length});
		rest = rest_of(rest, length + (end != NULL));
	}
	if (r.right.length > 0)
		show_call(task, e->text);
}

void
fold(enum excuse excuse)
{
	folded[excuse]++;
}

void
fold_stranger(long calls)
{
	strangers += calls;
}

/* What --check will complain of; task NULL: it is about the whole run. */
void
problem(const struct task *task, const char *format, ...)
{
	char text[4096];
	va_list values;

	if (!options.check || complete || problems++ >= MOST_PROBLEMS)
		return;
	va_start(values, format);
	vsnprintf(text, sizeof text, format, values);
	va_end(values);
	for (char *at = text; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == '\177')
			*at = '?';
	put_string(&problem_list, "sidebyside: ");
	if (task != NULL)
		put(&problem_list, "%ld: ", (long)task->pid);
	put(&problem_list, "%s\n", text);
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
	if (count > 0)
		put(t, "%s%ld %s%s", t->length == 0 ? "not shown: " : ", ",
		    count,
		    t->length > 0 ? ""
		    : count == 1  ? "call "
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
	put_count(&total, strangers, "of other programs");
	put_count(&total, left_out, "left out by --calls");
	if (total.length > 0)
		row_across(span_of(&total));
	free(total.at);
	rows_end();
	if (problems == 0)
		return 0;
	fwrite(problem_list.at, 1, problem_list.length, stderr);
	if (problems > MOST_PROBLEMS)
		fprintf(stderr, "sidebyside: and %ld more\n",
		    problems - MOST_PROBLEMS);
	return 1;
}

/*
 * report.c: what is shown, what is only counted, and what is wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sidebyside.h"

#define MOST_PROBLEMS 20

static long folded[CLASSES], strangers, problems;
static bool complete; /* no problem will be added */
static struct text problem_list;

static const struct left nothing = {{"", 0}, 0, 0};

/* "4712 close(3) = 0"; it lasts until the next call of this function. */
struct span
cell(const struct task *task, struct span text)
{
	static struct text right;
	char pid[24];
	int length = snprintf(pid, sizeof pid, "%ld ", (long)task->pid);

	set(&right, pid, (size_t)length);
	add(&right, text.at, text.length);
	return span_of(&right);
}

void
show_call(const struct task *task, struct span text)
{
	row(nothing, cell(task, text), PLAIN);
}

/*
 * An execve as it is shown: strace says of the environment where it lies and
 * how long it is, which differs from one user to the next.
 */
struct span
without_environment(struct span text)
{
	static struct text shown;
	struct call c;

	if (!begins(text, "execve(") || !parse_call(text, &c) || c.count != 3 ||
	    !begins(c.arg[2], "0x"))
		return text;
	const char *from = c.arg[2].at, *to = from + c.arg[2].length;
	set(&shown, text.at, (size_t)(from - text.at));
	add_text(&shown, "...");
	add(&shown, to, (size_t)(text.at + text.length - to));
	return span_of(&shown);
}

void
show_line(const struct line *line, struct span right)
{
	struct left left = {line->text, line->prefix, line->indent};

	row(left, right, line->is_call ? PLAIN : NOTE);
}

/* A call of a traced lane that no line speaks of. */
void
show_unsaid(const struct task *task, struct span text)
{
	static const char said[] = "        | ! not said";
	const struct left left = {{said, sizeof said - 1}, 10, 0};

	if (options.check)
		row(left, cell(task, text), WARNING);
	else
		show_call(task, text);
	problem(task, "%.*s: not said by the trace", (int)text.length, text.at);
}

/* What was written to 1 or 2, line by line, in the lane of its task. */
void
show_output(const struct task *task, const struct call *c, struct span text,
    struct span bytes, size_t missing)
{
	static struct text said;
	struct span right = cell(task, text);
	const char *name = number(c->arg[0]) == 2 ? "stderr  | " : "stdout  | ";
	const char *at = bytes.at, *end = bytes.at + bytes.length;

	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		const char *stop = newline == NULL ? end : newline;
		set(&said, name, 10);
		for (size_t i = 0; i < task->indent; i++)
			add(&said, " ", 1);
		add(&said, at, (size_t)(stop - at));
		row((struct left){span_of(&said), 10, task->indent}, right,
		    SAID_OUTPUT);
		right.length = 0;
		at = newline == NULL ? end : newline + 1;
	}
	if (missing > 0) {
		char more[64];
		int length = snprintf(
		    more, sizeof more, "%s(%zu bytes more)", name, missing);
		row((struct left){{more, (size_t)length}, 10, 0}, right, QUIET);
	} else if (right.length > 0)
		row(nothing, right, PLAIN);
}

void fold(enum class class)
{
	folded[class]++;
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
	char who[32] = "", *at;
	char text[4096];
	va_list values;

	if (!options.check || complete || problems++ >= MOST_PROBLEMS)
		return;
	va_start(values, format);
	vsnprintf(text, sizeof text, format, values);
	va_end(values);
	for (at = text; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == '\177')
			*at = '?';
	if (task != NULL)
		snprintf(who, sizeof who, "%ld: ", (long)task->pid);
	add_text(&problem_list, "sidebyside: ");
	add_text(&problem_list, who);
	add_text(&problem_list, text);
	add_text(&problem_list, "\n");
}

/* The one problem that explains all others. */
void
only_problem(const char *text)
{
	if (complete)
		return;
	problems = 0;
	problem_list.length = 0;
	problem(NULL, "%s", text);
	complete = true;
}

static void
add_count(struct text *t, long count, const char *of)
{
	char part[96];

	if (count == 0)
		return;
	snprintf(part, sizeof part, "%s%ld %s%s",
	    t->length == 0 ? "not shown: " : ", ", count,
	    t->length == 0 ? count == 1 ? "call " : "calls " : "", of);
	add_text(t, part);
}

/* The end of the table, and all that is wrong; returns the exit status. */
int
report(void)
{
	struct text total = {NULL, 0, 0};

	rows_end();
	add_count(&total, folded[OF_LOADER], "of the loader");
	add_count(&total,
	    folded[OF_START] + folded[OF_OPTIONS] + folded[OF_BIRTH],
	    "of start-up");
	add_count(&total,
	    folded[OF_TRACE] + folded[OF_SAMPLE] + folded[OF_MEASURE],
	    "of the trace");
	add_count(&total, folded[OF_LIBC], "of libc");
	add_count(&total, strangers, "of other programs");
	if (total.length > 0)
		row_across(span_of(&total));
	free(total.at);
	rows_flush();
	if (problems == 0)
		return 0;
	fwrite(problem_list.at, 1, problem_list.length, stderr);
	if (problems > MOST_PROBLEMS)
		fprintf(stderr, "sidebyside: and %ld more\n",
		    problems - MOST_PROBLEMS);
	return 1;
}

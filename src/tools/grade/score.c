/*
 * score.c: what an exercise is worth, and in few words what happened to it.
 */
#define _GNU_SOURCE

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "grade.h"

/* The first counts: what comes after may follow from it. Then nothing does. */
void
set_problem(struct exercise *e, const char *format, ...)
{
	va_list values;

	if (e->problem[0] != '\0')
		return;
	va_start(values, format);
	vsnprintf(e->problem, sizeof e->problem, format, values);
	va_end(values);
	for (int i = 0; i < e->count; i++)
		e->test[i].result = NOT_RUN;
}

static const char ungraded[] = "not graded: ";

void
not_graded(struct exercise *e, const char *why)
{
	struct text clean = {0};

	add_clean(&clean, why, strcspn(why, "\n"), 120);
	set_problem(e, "%s%s", ungraded, clean.at);
	for (int i = 0; i < e->count; i++)
		e->test[i].result = NOT_CHECKED;
	free(clean.at);
}

bool
is_graded(const struct exercise *e)
{
	return strncmp(e->problem, ungraded, sizeof ungraded - 1) != 0;
}

int
points_of(const struct exercise *e)
{
	int sum = 0;

	for (int i = 0; i < e->count; i++)
		if (e->test[i].result == PASSED && e->problem[0] == '\0')
			sum += e->test[i].points;
	return sum;
}

/* Without what could not be checked: that is neither lost nor gained. */
int
most_of(const struct exercise *e)
{
	int sum = 0;

	for (int i = 0; i < e->count; i++)
		if (e->test[i].result != NOT_CHECKED)
			sum += e->test[i].points;
	return sum;
}

/* As grader.bash says it at the start of a line, and as a remark. */
static const struct {
	const char *said, *remark;
} named[] = {{"it did not end", "hang"}, {"it was killed by ", "killed by "},
    {"it was ended: too much ", "too much "},
    {"it printed far too much", "too much output"},
    {"it left processes running", "left processes"},
    {"it did not wait for ", "zombies"},
    {"it put into its folder what is neither file nor folder: ", "planted "},
    {"what it did is not known", "unknown"}};

#define NAMED (sizeof named / sizeof *named)

/* Returns the rest of that line, or NULL. */
static const char *
find_line(const char *text, const char *start)
{
	size_t length = strlen(start);

	for (; text != NULL; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, start, length) == 0)
			return text + length;
	}
	return NULL;
}

static void
add_once(struct text *to, size_t from, const char *remark)
{
	if (strstr(to->at + from, remark) != NULL)
		return;
	put_string(to, to->length == from ? " " : ", ");
	put_string(to, remark);
}

static void
add_named(struct text *to, size_t from, const char *said)
{
	static const char words[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-:._";
	char remark[64];

	for (size_t i = 0; i < NAMED; i++) {
		const char *rest = find_line(said, named[i].said);
		if (rest == NULL)
			continue;
		size_t length = strlen(named[i].remark);
		bool open = named[i].remark[length - 1] == ' ';
		snprintf(remark, sizeof remark, "%s%.*s", named[i].remark,
		    open ? (int)strspn(rest, words) : 0, rest);
		add_once(to, from, remark);
	}
}

static int
unchecked(const struct exercise *e)
{
	int sum = 0;

	for (int i = 0; i < e->count; i++)
		if (e->test[i].result == NOT_CHECKED)
			sum += e->test[i].points;
	return sum;
}

void
add_remarks(struct text *to, const struct exercise *e)
{
	struct text own = {0};
	char text[40];

	put_string(&own, "");
	if (e->problem[0] != '\0')
		add_once(&own, 0, e->problem);
	for (int i = 0; i < e->count; i++)
		if (e->test[i].result == FAILED && e->test[i].said.at != NULL)
			add_named(&own, 0, e->test[i].said.at);
	if (is_graded(e) && unchecked(e) > 0) {
		snprintf(
		    text, sizeof text, "%d points not checked", unchecked(e));
		add_once(&own, 0, text);
	}
	if (own.length > 0) {
		put_string(to, to->length > 0 ? "; " : "");
		put_string(to, e->name);
		put_string(to, ":");
		put_string(to, own.at);
	}
	free(own.at);
}

/*
 * text.c: for people: a table, what failed, and the total.
 */
#include <string.h>
#include <unistd.h>

#include "grade.h"

#define BAR 10

static void
print_bar(int points, int most)
{
	int filled = most == 0 ? 0 : points * BAR / most;

	for (int i = 0; i < BAR; i++)
		putchar(i < filled ? '#' : '.');
}

static int
width_of_names(void)
{
	int width = 8;

	for (int i = 0; i < course.count; i++)
		if ((int)strlen(course.exercise[i].name) > width)
			width = (int)strlen(course.exercise[i].name);
	return width;
}

static void
print_table(void)
{
	int width = width_of_names();

	for (int i = 0; i < course.count; i++) {
		const struct exercise *e = &course.exercise[i];
		printf("%-3s%-*s %3d of %3d  ", e->number, width, e->name,
		    points_of(e), most_of(e));
		print_bar(points_of(e), most_of(e));
		printf(" %5.1f s\n", e->seconds);
	}
}

static void
print_indented(const struct words *words)
{
	const char *line = words->text == NULL ? "" : words->text;

	while (*line != '\0') {
		int length = (int)strcspn(line, "\n");
		printf("%s%.*s\n", length == 0 ? "" : "    ", length, line);
		line += length + (line[length] == '\n');
	}
}

static void
print_test(const struct exercise *e, const struct test *t)
{
	static const char *const verdict[] = {
	    [FAILED] = "lost", [NOT_CHECKED] = "not checked"};

	if (t->result != FAILED && t->result != NOT_CHECKED)
		return;
	printf("\n%s %s: %d point%s %s: %s\n", e->number, e->name, t->points,
	    t->points == 1 ? "" : "s", verdict[t->result], t->name);
	print_indented(&t->said);
}

static void
print_failures(const struct exercise *e)
{
	if (e->problem[0] != '\0') {
		printf("\n%s %s: %s\n", e->number, e->name, e->problem);
		print_indented(&e->details);
		return;
	}
	for (int i = 0; i < e->count; i++)
		print_test(e, &e->test[i]);
}

void
print_text(void)
{
	int points = 0, most = 0;

	print_table();
	for (int i = 0; i < course.count; i++) {
		print_failures(&course.exercise[i]);
		points += points_of(&course.exercise[i]);
		most += most_of(&course.exercise[i]);
	}
	printf("\nthe inputs are those of --seed=%ld\ntotal %d of %d\n",
	    options.seed, points, most);
}

/* A line that the next one overwrites; NULL: it goes away. */
void
show_progress(const struct exercise *e)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (e == NULL)
		fputs("\r\033[K", stderr);
	else
		fprintf(stderr, "\r\033[K%d of %d: %s ",
		    (int)(e - course.exercise) + 1, course.count, e->name);
	fflush(stderr);
}

/*
 * page.c: for people: a table, what failed, and the total.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/color.h"
#include "grade.h"

#define BAR    10
#define WIDTH  80
#define INDENT 4

static bool colored;

static void
tint(const char *code)
{
	if (colored)
		printf("\033[%sm", code);
}

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
		int points = points_of(e), most = most_of(e);
		if (!is_graded(e)) {
			printf(
			    "%-3s%-*s not graded\n", e->number, width, e->name);
			continue;
		}
		printf("%-3s%-*s %3d of %3d  ", e->number, width, e->name,
		    points, most);
		tint(points == most ? "32" : points == 0 ? "31" : "33");
		print_bar(points, most);
		tint("0");
		printf(" %5.1f s\n", e->seconds);
	}
}

/* How much of it goes into a line; a word that is longer stands alone. */
static int
fitting(const char *text, int length, int room)
{
	int fits = 0;

	for (int i = 0; i <= length; i++)
		if (i == length || text[i] == ' ') {
			if (i > room && fits > 0)
				break;
			fits = i;
		}
	return fits;
}

/* A sentence is folded; what is to be copied, or compared, is not. */
static bool
is_sentence(const char *line)
{
	static const char again[] = "see it again: ";

	return islower((unsigned char)*line) &&
	       strncmp(line, again, strlen(again)) != 0;
}

static void
print_folded(const char *line, int length)
{
	const char *before = "",
		   *hang = strncmp(line, "hint: ", 6) == 0 ? "      " : "";
	int room = WIDTH - INDENT;

	while (length > 0) {
		int part = fitting(line, length, room);
		printf("%*s%s%.*s\n", INDENT, "", before, part, line);
		part += part < length;
		line += part;
		length -= part;
		before = hang;
		room = WIDTH - INDENT - (int)strlen(hang);
	}
}

static void
print_indented(const struct text *words, bool fold)
{
	const char *line = words->at == NULL ? "" : words->at;

	while (*line != '\0') {
		int length = (int)strcspn(line, "\n");
		if (length == 0)
			putchar('\n');
		else if (fold && is_sentence(line))
			print_folded(line, length);
		else
			printf("%*s%.*s\n", INDENT, "", length, line);
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
	putchar('\n');
	tint("1");
	printf("%s %s: %d point%s %s: %s", e->number, e->name, t->points,
	    t->points == 1 ? "" : "s", verdict[t->result], t->name);
	tint("0");
	putchar('\n');
	print_indented(&t->said, true);
}

/* The submission's file, as one would type it from here. */
static void
print_path(const struct exercise *e)
{
	char here[PATH_SIZE], *own = join(course.submission, e->name);
	const char *path = options.submission == NULL ? e->skeleton : own;
	const char *suffix = options.submission == NULL ? "" : ".c";
	size_t length = getcwd(here, sizeof here) == NULL ? 0 : strlen(here);

	if (length > 0 && strncmp(path, here, length) == 0 &&
	    path[length] == '/')
		path += length + 1;
	print_clean(stdout, path);
	fputs(suffix, stdout);
	free(own);
}

/* The commands in what follows need the program. */
static void
print_how_to_compile(const struct exercise *e)
{
	if (points_of(e) == most_of(e))
		return;
	printf(
	    "\n%s %s: to see again what is wrong, first:\n    cc %s -o %s \\\n"
	    "        ",
	    e->number, e->name, compiler_flags, e->name);
	print_path(e);
	putchar('\n');
}

static void
print_warnings(const struct exercise *e)
{
	if (points_of(e) == most_of(e) || e->warnings.length == 0)
		return;
	printf("\n%s %s: the compiler warns:\n", e->number, e->name);
	print_indented(&e->warnings, false);
}

static void
print_failures(const struct exercise *e)
{
	if (e->problem[0] != '\0') {
		printf("\n%s %s: %s\n", e->number, e->name, e->problem);
		print_indented(&e->details, false);
		return;
	}
	print_how_to_compile(e);
	print_warnings(e);
	for (int i = 0; i < e->count; i++)
		print_test(e, &e->test[i]);
}

void
print_text(void)
{
	int points = 0, most = 0;

	colored = color_wanted(options.color, STDOUT_FILENO);
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

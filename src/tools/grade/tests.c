/*
 * tests.c: the tests of an exercise, as its grade.bats names them:
 *
 *	@test "3 points: end of file reaches the child" {
 */
#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>

#include "grade.h"

/* Between the first quote and the last of its kind; NULL: no test is here. */
static char *
name_in(char *line)
{
	if (strncmp(line, "@test ", 6) != 0)
		return NULL;
	char *start = line + 6 + strspn(line + 6, " \t");
	char *end =
	    *start == '\'' || *start == '"' ? strrchr(start, *start) : NULL;
	if (end == NULL || end == start)
		return NULL;
	*end = '\0';
	return start + 1;
}

/* "3 points: WORDS" and "1 point: WORDS"; a name without points is worth 0. */
static void
add_test(struct exercise *e, const char *name)
{
	struct test t = {.full = strdup(name), .result = NOT_RUN};
	char *end;

	if (t.full == NULL)
		failed("malloc", name);
	long points = strtol(name, &end, 10);

	if (end != name && points >= 0 && points < 1000 &&
	    (strncmp(end, " points: ", 9) == 0 ||
		strncmp(end, " point: ", 8) == 0)) {
		t.points = (int)points;
		name = strchr(end, ':') + 2;
	}
	t.name = t.full + strlen(t.full) - strlen(name);
	e->test = allocate(e->test, ((size_t)e->count + 1) * sizeof *e->test);
	e->test[e->count++] = t;
}

void
read_tests(struct exercise *e)
{
	char *folder = join(course.lessons, e->lesson), *line = NULL;
	char *path = join(folder, "grade.bats"), *name;
	size_t room = 0;
	FILE *from = fopen(path, "re");

	if (from == NULL)
		failed("open", path);
	while (getline(&line, &room, from) != -1)
		if ((name = name_in(line)) != NULL)
			add_test(e, name);
	fclose(from);
	free(line);
	free(path);
	free(folder);
}

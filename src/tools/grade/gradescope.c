/*
 * gradescope.c: results.json for Gradescope. All strings are clean UTF-8 by
 * now.
 */
#include <stdlib.h>

#include "grade.h"

static bool first;

static void
print_string(const char *text)
{
	struct text json = {0};

	put_json_string(&json, text == NULL ? "" : text);
	fputs(json.at, stdout);
	free(json.at);
}

/* What a student reads: the test's words, or why there are none. */
static void
print_output(const struct exercise *e, const struct test *t)
{
	bool no_result = t->result != PASSED && t->result != FAILED &&
			 t->result != NOT_CHECKED;

	if (!is_graded(e) ||
	    (no_result && (t != e->test || e->details.length == 0)))
		print_string(e->problem);
	else if (no_result)
		print_string(e->details.at);
	else
		print_string(t->result == PASSED ? "" : t->said.at);
}

static void
print_test(const struct exercise *e, const struct test *t)
{
	struct text name = {0};
	bool checked = t->result != NOT_CHECKED;

	put_string(&name, e->name);
	put_string(&name, ": ");
	put_string(&name, t->name);
	printf("%s\n  {\"number\": \"%s.%d\", \"name\": ", first ? "" : ",",
	    e->number, (int)(t - e->test) + 1);
	print_string(name.at);
	printf(", \"score\": %d, \"max_score\": %d",
	    t->result == PASSED ? t->points : 0, checked ? t->points : 0);
	if (checked)
		printf(", \"status\": \"%s\"",
		    t->result == PASSED ? "passed" : "failed");
	fputs(", \"output_format\": \"text\", \"output\": ", stdout);
	print_output(e, t);
	putchar('}');
	free(name.at);
	first = false;
}

void
print_gradescope(void)
{
	struct text remarks = {0};
	char seed[64];
	int points = 0;

	put_string(&remarks, "");
	for (int i = 0; i < course.count; i++) {
		points += points_of(&course.exercise[i]);
		add_remarks(&remarks, &course.exercise[i]);
	}
	snprintf(seed, sizeof seed, "%sthe inputs are those of --seed=%ld",
	    remarks.length > 0 ? "\n" : "", options.seed);
	put_string(&remarks, seed);
	printf("{\"score\": %d, \"execution_time\": %.1f,\n", points,
	    course.seconds);
	fputs(" \"output_format\": \"text\", \"output\": ", stdout);
	print_string(remarks.at);
	printf(",\n \"extra_data\": {\"version\": \"%s\", \"seed\": %ld},\n",
	    VERSION, options.seed);
	fputs(" \"tests\": [", stdout);
	first = true;
	for (int i = 0; i < course.count; i++)
		for (int k = 0; k < course.exercise[i].count; k++)
			print_test(
			    &course.exercise[i], &course.exercise[i].test[k]);
	fputs("\n]}\n", stdout);
	free(remarks.at);
}

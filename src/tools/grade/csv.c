/*
 * csv.c: one line a submission, quoted by RFC 4180.
 */
#include <stdlib.h>
#include <string.h>

#include "grade.h"

/* What a spreadsheet would take for a formula is marked as text. One line each.
 */
static void
print_field(const char *text)
{
	bool formula = *text != '\0' && strchr("=+-@\t", *text) != NULL;
	bool quoted = text[strcspn(text, ",\"\n\t")] != '\0';

	fputs(quoted ? "\"" : "", stdout);
	fputs(formula ? "'" : "", stdout);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text == '\n' || *text == '\t' ? ' ' : *text);
	}
	fputs(quoted ? "\"" : "", stdout);
}

static void
print_header(void)
{
	fputs("submission", stdout);
	for (int i = 0; i < course.count; i++) {
		putchar(',');
		print_field(course.exercise[i].name);
	}
	fputs(",total,max,seconds,remarks\n", stdout);
}

/* In one write, as others may print to the same file. */
void
print_csv(void)
{
	struct text remarks = {0}, name = {0};
	const char *slash = strrchr(course.submission, '/');
	int points = 0, most = 0;

	setvbuf(stdout, NULL, _IOFBF, 65536);
	put_string(&remarks, "");
	add_clean(&name, slash + 1, strlen(slash + 1), PATH_SIZE);
	if (options.header)
		print_header();
	print_field(name.at);
	for (int i = 0; i < course.count; i++) {
		const struct exercise *e = &course.exercise[i];
		if (is_graded(e))
			printf(",%d", points_of(e));
		else
			putchar(','); /* no points, and not none */
		points += points_of(e);
		most += most_of(e);
		add_remarks(&remarks, e);
	}
	printf(",%d,%d,%.1f,", points, most, course.seconds);
	print_field(remarks.at);
	fputs("\n", stdout);
	free(remarks.at);
	free(name.at);
}

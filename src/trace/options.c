/*
 * options.c: the command line of every demo.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "color.h"
#include "inner.h"

enum { MOST_OWN = 4, OWN = 1000, TRACE, COLOR, BUG, PREDICT };

/* Those of every demo. */
static const struct common {
	const char *name, *value; /* as --help spells it; NULL: it takes none */
	const char *does;
	int letter;
} common[] = {
    {"quiet", NULL, "no trace, only the slide's output", 'q'},
    {"trace", "=FORMAT", "text (the default), json or none", TRACE},
    {"step", NULL, "show each call's source line before it, and wait", 's'},
    {"predict", "[=FILE]", "ask you what calls will return; count the right",
	PREDICT},
    {"bug", "=NAME", "make a mistake that is often made:", BUG},
    {"color", "=WHEN", "auto (the default), always or never", COLOR},
    {"help", NULL, "print this and exit", 'h'},
    {"version", NULL, "print the version and exit", 'V'},
};
#define COMMON ((int)(sizeof common / sizeof *common))

static const struct about *about;

void
wrong_usage(const char *why)
{
	fprintf(stderr, "%s: %s; usage: %s [OPTION]...%s%s\n", trace.program,
	    why, trace.program, about->operands[0] ? " " : "", about->operands);
	_exit(2);
}

static void
help_option(int letter, const char *name, const char *value, const char *does)
{
	char spelled[80];

	snprintf(spelled, sizeof spelled, "--%s%s", name, value);
	if (letter > ' ' && letter <= 'z')
		printf("  -%c, %-19s %s\n", letter, spelled, does);
	else
		printf("      %-19s %s\n", spelled, does);
}

/* The demo's bugs, each below the other. */
static void
help_bugs(void)
{
	const char *at = about->bugs;

	while (at != NULL && *at != '\0') {
		int length = (int)strcspn(at, "\n");
		printf("        %.*s\n", length, at);
		at += length + (at[length] == '\n');
	}
}

static _Noreturn void
help(void)
{
	printf("usage: %s [OPTION]...%s%s\n%s\n\n", trace.program,
	    about->operands[0] ? " " : "", about->operands, about->does);
	for (const struct own_option *o = about->options; o && o->name; o++) {
		char value[40] = "";
		if (o->value != NULL)
			snprintf(value, sizeof value, "=%s", o->value);
		help_option(OWN, o->name, value, o->does);
	}
	for (const struct common *o = common; o < common + COMMON; o++) {
		if (o->letter == BUG && about->bugs == NULL)
			continue;
		help_option(
		    o->letter, o->name, o->value ? o->value : "", o->does);
		if (o->letter == BUG)
			help_bugs();
	}
	printf("\nExample:\n  %s\n", about->example);
	exit(EXIT_SUCCESS);
}

static void
set_format(const char *name)
{
	static const char *const names[] = {"text", "json", "none"};

	for (int i = 0; i < 3; i++)
		if (strcmp(name, names[i]) == 0) {
			trace.format = i == 0   ? TRACE_TEXT
				       : i == 1 ? TRACE_JSON
						: TRACE_NONE;
			return;
		}
	wrong_usage("--trace is text, json or none");
}

/* "--bug is one of: a b c" */
static const char *
list_bugs(char *why, size_t size)
{
	size_t used = (size_t)snprintf(why, size, "--bug is one of:");
	const char *at = about->bugs == NULL ? "" : about->bugs;

	while (*at != '\0' && used < size) {
		used += (size_t)snprintf(why + used, size - used, " %.*s",
		    (int)strcspn(at, " "), at);
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	return why;
}

/* One of the demo's bugs, or wrong usage. */
static void
set_bug(const char *name)
{
	size_t length = strlen(name);
	char why[500];

	for (const char *at = about->bugs; at != NULL && *at != '\0';) {
		if (length > 0 && strncmp(at, name, length) == 0 &&
		    strcspn(at, " ") == length) {
			trace.bug = name;
			return;
		}
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	wrong_usage(list_bugs(why, sizeof why));
}

bool
bug(const char *name)
{
	return trace.bug != NULL &&
	       (name == NULL || strcmp(trace.bug, name) == 0);
}

/* An option of the demo's own was given. */
static void
set_own(const char *name, const char *value)
{
	for (const struct own_option *o = about->options; o->name; o++)
		if (strcmp(o->name, name) == 0)
			*o->set = value == NULL ? "" : value;
}

/* Fills the table with the common options and the demo's own. */
static void
make_table(struct option *table)
{
	const struct own_option *own = about->options;

	for (const struct common *o = common; o < common + COMMON; o++)
		*table++ = (struct option){o->name,
		    o->value == NULL     ? no_argument
		    : o->value[0] == '[' ? optional_argument
					 : required_argument,
		    NULL, o->letter};
	for (int i = 0; i < MOST_OWN && own && own->name; i++, own++)
		*table++ = (struct option){own->name,
		    own->value ? required_argument : no_argument, NULL, OWN};
	*table = (struct option){NULL, 0, NULL, 0};
}

static void
take_option(int letter, const char *name)
{
	switch (letter) {
	case 'h':
		help();
	case 'V':
		printf("%s (ipclab) %s\n", trace.program, VERSION);
		exit(EXIT_SUCCESS);
	case 'q':
		set_format("none");
		break;
	case 's':
		trace.step = true;
		break;
	case TRACE:
		set_format(optarg);
		break;
	case BUG:
		set_bug(optarg);
		break;
	case PREDICT:
		trace.predicts = true;
		trace.answers = optarg;
		break;
	case OWN:
		set_own(name, optarg);
		break;
	default:
		wrong_usage("see --help");
	}
}

/* As many as the usage line has words; any number if it has "...". */
static int
most_operands(void)
{
	const char *at = about->operands;
	int words = *at != '\0';

	if (strstr(at, "...") != NULL)
		return INT_MAX;
	for (; *at != '\0'; at++)
		words += *at == ' ';
	return words;
}

/* Reads the options into trace; returns what --color said, NULL: nothing. */
const char *
read_options(int argc, char *argv[], const struct about *the_demo)
{
	struct option table[COMMON + MOST_OWN + 1];
	const char *color = NULL;
	int letter, which = 0;

	about = the_demo;
	make_table(table);
	while ((letter = getopt_long(argc, argv, "+qshV", table, &which)) != -1)
		if (letter == COLOR)
			color = optarg;
		else
			take_option(letter, table[which].name);
	if (color != NULL && !is_color(color))
		wrong_usage("--color is auto, always or never");
	if (argc - optind > most_operands())
		wrong_usage("too many operands");
	return color;
}

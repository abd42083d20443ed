/*
 * options.c: the command line of every demo.
 */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/color.h"
#include "trace/run/run.h"

enum { MOST_OWN = 8, OWN = 1000, TRACE, COLOR, BUG, PREDICT };

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
    {"bug", "[=NAME]", "list the mistakes that are often made; make one:", BUG},
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

/* The demo's bugs, a line each, their sentences below each other. */
static void
print_bugs(int indent)
{
	int longest = 0;

	for (const struct bug *b = about->bugs; b->name != NULL; b++)
		if ((int)strlen(b->name) > longest)
			longest = (int)strlen(b->name);
	for (const struct bug *b = about->bugs; b->name != NULL; b++)
		printf("%*s%-*s  %s\n", indent, "", longest, b->name, b->does);
}

/* The example, with the program's name as it was typed. */
static void
print_example(const char *typed)
{
	const char *at = about->example, *name;
	char own[80];

	snprintf(own, sizeof own, "bin/%s", trace.program);
	while ((name = strstr(at, own)) != NULL) {
		printf("%.*s%s", (int)(name - at), at, typed);
		at = name + strlen(own);
	}
	printf("%s\n", at);
}

static _Noreturn void
help(const char *typed)
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
		if (o->letter == BUG && about->bugs[0].name == NULL)
			continue;
		help_option(
		    o->letter, o->name, o->value ? o->value : "", o->does);
		if (o->letter == BUG)
			print_bugs(8);
	}
	printf("\nExample:\n  ");
	print_example(typed);
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

/* One of the demo's bugs, or wrong usage; NULL lists them. */
static void
set_bug(const char *name)
{
	struct text why = {0};

	if (name == NULL) {
		print_bugs(0);
		exit(EXIT_SUCCESS);
	}
	put_string(&why, "--bug is one of:");
	for (const struct bug *b = about->bugs; b->name != NULL; b++) {
		if (strcmp(b->name, name) == 0)
			trace.bug = b;
		put(&why, " %s", b->name);
	}
	if (trace.bug == NULL || strcmp(trace.bug->name, name) != 0)
		wrong_usage(why.at);
	free(why.at);
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
take_option(int letter, const char *name, const char *typed)
{
	switch (letter) {
	case 'h':
		help(typed);
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
	const char *color = NULL, *typed = argc > 0 ? argv[0] : "demo";
	int letter, which = 0;

	about = the_demo;
	if (argc > 0)
		argv[0] = (char *)trace.program; /* for getopt's messages */
	make_table(table);
	while ((letter = getopt_long(argc, argv, "+qshV", table, &which)) != -1)
		if (letter == COLOR)
			color = optarg;
		else
			take_option(letter, table[which].name, typed);
	if (color != NULL && !is_color(color))
		wrong_usage("--color is auto, always or never");
	if (argc - optind > most_operands())
		wrong_usage("too many operands");
	return color;
}

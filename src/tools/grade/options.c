/*
 * options.c: the command line.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/color.h"
#include "grade.h"

struct options options = {.seed = -1};

static void
help(void)
{
	fputs(
	    "usage: grade [OPTION]... [EXERCISE]...\n"
	    "Compile the exercises, test each one's behaviour, and say what "
	    "it is worth and\nwhat is wrong. EXERCISE is a number or a name; "
	    "all, if none is given.\n\n"
	    "  -s, --submission=DIR  grade the .c files in this folder; "
	    "default: those beside\n"
	    "                        the lessons, which are your own\n"
	    "      --format=FORMAT   text (the default), gradescope or csv\n"
	    "      --header          with csv: the line that names the "
	    "columns, too\n"
	    "      --seed=N          of the random inputs; default: a new "
	    "one, printed\n"
	    "      --color=WHEN      auto (the default), always or never\n"
	    "  -h, --help            print this and exit\n"
	    "  -V, --version         print the version and exit\n\n"
	    "The lessons are in ../lessons of the program's folder, or in "
	    "$IPCLAB_LESSONS;\n$CC is the compiler. The exit status is 0 for "
	    "full marks of what was asked, 1\nfor less, 2 for wrong usage.\n\n"
	    "Example:\n  bin/grade --seed=1 01\n",
	    stdout);
	exit(EXIT_SUCCESS);
}

_Noreturn void
wrong_usage(const char *what, const char *why)
{
	fputs("grade: ", stderr);
	print_clean(stderr, what);
	fprintf(stderr, "%s; usage: grade [OPTION]... [EXERCISE]...\n", why);
	exit(2);
}

static void
take_format(void)
{
	if (strcmp(optarg, "text") == 0)
		options.format = TEXT;
	else if (strcmp(optarg, "gradescope") == 0)
		options.format = GRADESCOPE;
	else if (strcmp(optarg, "csv") == 0)
		options.format = CSV;
	else
		wrong_usage("--format is text, gradescope or csv", "");
}

static void
take_seed(void)
{
	char *end;

	errno = 0;
	options.seed = strtol(optarg, &end, 10);
	if (end == optarg || *end != '\0' || errno != 0 || options.seed < 0 ||
	    options.seed > INT_MAX)
		wrong_usage("--seed is a whole number, 0 or more", "");
}

static void
take_option(int letter)
{
	switch (letter) {
	case 's':
		options.submission = optarg;
		break;
	case 'f':
		take_format();
		break;
	case 'H':
		options.header = true;
		break;
	case 'S':
		take_seed();
		break;
	case 'c':
		options.color = optarg;
		if (!is_color(optarg))
			wrong_usage("--color is auto, always or never", "");
		break;
	case 'h':
		help();
		break;
	case 'V':
		printf("grade (ipclab) %s\n", VERSION);
		exit(EXIT_SUCCESS);
	default:
		wrong_usage("see --help", "");
	}
}

/* Fills in options, or exits: --help, --version, wrong usage. */
void
read_command_line(int argc, char *argv[])
{
	static const struct option table[] = {
	    {"submission", required_argument, NULL, 's'},
	    {"format", required_argument, NULL, 'f'},
	    {"header", no_argument, NULL, 'H'},
	    {"seed", required_argument, NULL, 'S'},
	    {"color", required_argument, NULL, 'c'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	int letter;

	while ((letter = getopt_long(argc, argv, "s:hV", table, NULL)) != -1)
		take_option(letter);
	options.wanted = argv + optind;
}

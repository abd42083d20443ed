/*
 * sidebyside: a program's own words beside what the kernel saw.
 *
 * It runs PROGRAM under strace and prints two columns. Left is the program's
 * trace, or what it wrote to 1 and 2; right are the system calls. --check
 * holds the trace to its word: every line a call, every call a line.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "color.h"
#include "sidebyside.h"

#define LEAST_WIDTH 40
#define MOST_WIDTH  1000

struct options options;

static void
help(void)
{
	fputs(
	    "usage: sidebyside [OPTION]... PROGRAM [ARG]...\n"
	    "Show what PROGRAM says beside the system calls that it makes.\n\n"
	    "      --check         exit 1 unless the program's trace and the "
	    "kernel agree\n"
	    "      --width=N       print N columns, 40 or more; default: the "
	    "terminal's, 80\n"
	    "      --color=WHEN    auto (the default), always or never\n"
	    "      --names         print which kernel names may stand for "
	    "which call, and exit\n"
	    "  -h, --help          print this and exit\n"
	    "  -V, --version       print the version and exit\n\n"
	    "The exit status is PROGRAM's, 128+N if signal N killed it.\n\n"
	    "Example:\n  bin/sidebyside bin/pipe-fork\n",
	    stdout);
	exit(EXIT_SUCCESS);
}

static _Noreturn void
wrong_usage(const char *why)
{
	fprintf(stderr,
	    "sidebyside: %s; usage: sidebyside [OPTION]... PROGRAM [ARG]...\n",
	    why);
	exit(2);
}

static void
set_width(const char *text)
{
	char *end;
	long width = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || width < LEAST_WIDTH ||
	    width > MOST_WIDTH)
		wrong_usage("--width is a number from 40 to 1000");
	options.width = (int)width;
}

static void
set_color(const char *when)
{
	if (!is_color(when))
		wrong_usage("--color is auto, always or never");
	options.color = when;
}

/* RUN is no option for people: it is how strace starts the program. */
enum { CHECK = 1000, WIDTH, COLOR, NAMES, RUN };

static void
take_option(int letter, char *argv[])
{
	switch (letter) {
	case CHECK:
		options.check = true;
		break;
	case WIDTH:
		set_width(optarg);
		break;
	case COLOR:
		set_color(optarg);
		break;
	case NAMES:
		print_names();
		exit(EXIT_SUCCESS);
	case 'h':
		help();
		break;
	case 'V':
		printf("sidebyside (ipclab) %s\n", VERSION);
		exit(EXIT_SUCCESS);
	case RUN:
		run_quietly(argv + optind);
	default:
		wrong_usage("see --help");
	}
}

/* 0 or 1 is a reader who left or a full disk; the program has been ended. */
static void
check_stdout(void)
{
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "sidebyside: write 1: %s\n", strerror(errno));
		_exit(EXIT_FAILURE);
	}
}

int
main(int argc, char *argv[])
{
	static const struct option table[] = {
	    {"check", no_argument, NULL, CHECK},
	    {"width", required_argument, NULL, WIDTH},
	    {"color", required_argument, NULL, COLOR},
	    {"names", no_argument, NULL, NAMES},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {"run", no_argument, NULL, RUN}, {NULL, 0, NULL, 0}};
	static char name[] = "sidebyside";
	int letter;

	argv[0] = name;
	atexit(check_stdout);
	while ((letter = getopt_long(argc, argv, "+hV", table, NULL)) != -1)
		take_option(letter, argv);
	if (optind == argc)
		wrong_usage("a program is needed");
	return run(argv + optind);
}

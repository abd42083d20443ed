/*
 * sidebyside: a program's own words beside what the kernel saw.
 *
 * It runs PROGRAM under strace and prints two columns. Left is the program's
 * trace, or what it wrote and where that went; right are the system calls.
 * --check holds the trace to its word: every line a call, every call a line.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/color.h"
#include "base/memory.h"
#include "tools/sidebyside/sidebyside.h"

#define MOST_WIDTH 1000

struct options options;
static const char *typed; /* our name, as it was typed */

static const char help[] =
    "usage: sidebyside [OPTION]... PROGRAM [ARG]...\n"
    "       sidebyside [OPTION]... --pid=PID\n"
    "Show what PROGRAM says beside the system calls that it makes.\n\n"
    "      --check         exit 1 unless its trace and the kernel agree\n"
    "      --calls=LIST    only these calls: open,close; or without: !mmap\n"
    "      --pid=PID       look at a program that runs, until Ctrl-C\n"
    "      --output=FILE   print there; PROGRAM keeps stdout and stderr\n"
    "      --width=N       print N columns; default: the terminal's\n"
    "      --color=WHEN    auto (the default), always or never\n"
    "      --names         print which kernel names stand for which call\n"
    "  -h, --help          print this and exit\n"
    "  -V, --version       print the version and exit\n\n"
    "The exit status is PROGRAM's, 128+N if signal N killed it.\n\n"
    "Example:\n  %s %spipe-fork\n";

static _Noreturn void
wrong_usage(const char *why)
{
	fprintf(stderr,
	    "sidebyside: %s; usage: sidebyside [OPTION]... PROGRAM [ARG]...\n",
	    why);
	exit(2);
}

static long
number_between(const char *text, long least, long most, const char *why)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*end != '\0' || n < least || n > most)
		wrong_usage(why);
	return n;
}

/* RUN is no option for people: it is how strace starts the program. */
enum { CHECK = 1000, CALLS, PID, OUTPUT_FILE, WIDTH, COLOR, NAMES, RUN };

static void
take_option(int letter, char *argv[])
{
	switch (letter) {
	case CHECK:
		options.check = true;
		break;
	case CALLS:
		options.calls = optarg;
		if (optarg[strcspn(optarg, "%/?")] != '\0')
			wrong_usage("--calls takes names of system calls");
		break;
	case PID:
		options.pid = (pid_t)number_between(
		    optarg, 1, 1 << 22, "--pid is the number of a process");
		break;
	case OUTPUT_FILE:
		options.output = optarg;
		break;
	case WIDTH:
		options.width = (int)number_between(optarg, LEAST_WIDTH,
		    MOST_WIDTH, "--width is a number from 40 to 1000");
		break;
	case COLOR:
		if (!is_color(optarg))
			wrong_usage("--color is auto, always or never");
		options.color = optarg;
		break;
	case NAMES:
		print_names();
		exit(EXIT_SUCCESS);
	case 'h':
		printf(help, typed, options.folder);
		exit(EXIT_SUCCESS);
	case 'V':
		printf("sidebyside (ipclab) %s\n", VERSION);
		exit(EXIT_SUCCESS);
	case RUN:
		run_program(optarg, argv + optind);
	default:
		wrong_usage("see --help");
	}
}

/* "bin/" of "bin/sidebyside": fdmap and the demos are its neighbours. */
static void
find_folder(const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash + 1 - name);

	typed = name;
	options.folder = checked(strndup(name, length));
}

static void
check_usage(bool program)
{
	if (options.pid > 0 ? program : !program)
		wrong_usage(program ? "--pid and a program are two things"
				    : "a program is needed");
	if (options.check && (options.calls != NULL || options.pid > 0))
		wrong_usage("--check needs all calls of a program, from its "
			    "start");
}

int
main(int argc, char *argv[])
{
	static const struct option table[] = {
	    {"check", no_argument, NULL, CHECK},
	    {"calls", required_argument, NULL, CALLS},
	    {"pid", required_argument, NULL, PID},
	    {"output", required_argument, NULL, OUTPUT_FILE},
	    {"width", required_argument, NULL, WIDTH},
	    {"color", required_argument, NULL, COLOR},
	    {"names", no_argument, NULL, NAMES},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'},
	    {"run", required_argument, NULL, RUN}, {NULL, 0, NULL, 0}};
	static char name[] = "sidebyside";
	int letter;

	find_folder(argv[0]);
	argv[0] = name;
	atexit(check_output);
	while ((letter = getopt_long(argc, argv, "+hV", table, NULL)) != -1)
		take_option(letter, argv);
	check_usage(optind < argc);
	return follow(argv + optind);
}

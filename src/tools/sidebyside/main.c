/*
 * sidebyside: a program's own words beside what the kernel saw.
 *
 * It runs PROGRAM under strace and prints two columns. Left is the program's
 * trace, or what it wrote and where that went; right are the system calls.
 * --check holds the trace to its word: every line a call, every call a line.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/color.h"
#include "tools/sidebyside/sidebyside.h"

#define LEAST_WIDTH 40
#define MOST_WIDTH  1000

struct options options;
static const char *typed; /* our name, as it was typed */

static void
help(void)
{
	printf(
	    "usage: sidebyside [OPTION]... PROGRAM [ARG]...\n"
	    "       sidebyside [OPTION]... --pid=PID\n"
	    "Show what PROGRAM says beside the system calls that it "
	    "makes.\n\n"
	    "      --check         exit 1 unless the program's trace and the "
	    "kernel agree\n"
	    "      --calls=LIST    show only these calls: open,close; or all "
	    "but these: !mmap\n"
	    "      --pid=PID       look at a program that runs already, until "
	    "Ctrl-C\n"
	    "      --output=FILE   print the table there; PROGRAM keeps "
	    "stdout and stderr\n"
	    "      --width=N       print N columns, 40 or more; default: the "
	    "terminal's\n"
	    "      --color=WHEN    auto (the default), always or never\n"
	    "      --names         print which kernel names may stand for "
	    "which call, and exit\n"
	    "  -h, --help          print this and exit\n"
	    "  -V, --version       print the version and exit\n\n"
	    "The exit status is PROGRAM's, 128+N if signal N killed it.\n\n"
	    "Example:\n  %s %spipe-fork\n",
	    typed, options.folder);
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

static long
number_between(const char *text, long least, long most, const char *why)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n < least || n > most)
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
		help();
		break;
	case 'V':
		printf("sidebyside (ipclab) %s\n", VERSION);
		exit(EXIT_SUCCESS);
	case RUN:
		run_program(optarg, argv + optind);
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

/* "bin/" of "bin/sidebyside": fdmap and the demos are its neighbours. */
static void
find_folder(const char *name)
{
	static char folder[4096];
	const char *slash = strrchr(name, '/');

	typed = name;
	if (slash != NULL)
		snprintf(folder, sizeof folder, "%.*s", (int)(slash + 1 - name),
		    name);
	options.folder = folder;
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
	atexit(check_stdout);
	while ((letter = getopt_long(argc, argv, "+hV", table, NULL)) != -1)
		take_option(letter, argv);
	check_usage(optind < argc);
	return follow(argv + optind);
}

/*
 * options.c: the command line.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/color.h"
#include "cage.h"

struct options options = {.time = 10,
    .memory = 512,
    .file_size = 64,
    .output = 16,
    .open_files = 64,
    .processes = 64,
    .stdin_file = "/dev/null"};

static const char usage[] =
    "usage: cage [OPTION]... -- PROGRAM [ARG]...\n"
    "Run PROGRAM confined and within limits, and report what it did.\n"
    "\n"
    "      --time=SECONDS    of the clock, then it is ended; default "
    "10\n"
    "      --cpu=SECONDS     of processors, in all; default: as --time\n"
    "      --memory=MIB      address space of a process, and memory in "
    "all; 512\n"
    "      --file-size=MIB   of its largest file; 64\n"
    "      --open-files=N    descriptors of a process; 64\n"
    "      --processes=N     processes and threads at once; 64\n"
    "      --output=MIB      of stdout and of stderr each; 16\n"
    "      --dir=FOLDER      where it works, and all that it may write; "
    "default: a new\n"
    "                        one below $TMPDIR, removed at the end\n"
    "      --read=PATH       it may read this, too; can be given again\n"
    "      --name-reads      report also what it tried to read; a signal "
    "may interrupt\n"
    "                        its opens then\n"
    "      --stdin=FILE      default /dev/null\n"
    "      --stdout=FILE     default: the stdout of cage\n"
    "      --stderr=FILE     default: the stderr of cage\n"
    "      --report=FILE     default: the stderr of cage\n"
    "      --color=WHEN      auto, always or never; nothing here has a "
    "colour\n"
    "  -h, --help            print this and exit\n"
    "  -V, --version         print the version and exit\n\n"
    "A PROGRAM with a slash is looked for from where cage is started. "
    "The exit status\nis PROGRAM's, 128+N if signal N killed it; 124 "
    "if cage ended it for a limit;\n125 if cage failed; 126 and 127 "
    "if PROGRAM cannot be run or is not there.\n\n"
    "Example:\n  bin/cage --time=2 -- sh -c 'echo hello; sleep 60 &'\n";

static void
help(void)
{
	fputs(usage, stdout);
	exit(EXIT_SUCCESS);
}

static _Noreturn void
wrong_usage(const char *option, const char *why)
{
	fprintf(stderr,
	    "cage: %s%s; usage: cage [OPTION]... -- PROGRAM [ARG]...\n", option,
	    why);
	exit(2);
}

/* Seconds, from a thousandth to ten days. */
static double
seconds(const char *option)
{
	char *end;
	double value = strtod(optarg, &end);

	if (optarg[strspn(optarg, "0123456789.")] != '\0' || end == optarg ||
	    *end != '\0' || !(value >= 0.001 && value <= 864000))
		wrong_usage(option, " is a number of seconds, 0.001 to 864000");
	return value;
}

static long long
count(const char *option, long long most)
{
	char *end, why[64];

	errno = 0;
	long long value = strtoll(optarg, &end, 10);
	if (optarg[strspn(optarg, "0123456789")] != '\0' || end == optarg ||
	    errno != 0 || value < 1 || value > most) {
		snprintf(
		    why, sizeof why, " is a whole number, 1 to %lld", most);
		wrong_usage(option, why);
	}
	return value;
}

static void
may_read(const char *path)
{
	static size_t n;

	options.read = realloc(options.read, (n + 2) * sizeof *options.read);
	if (options.read == NULL)
		failed("realloc", "--read");
	options.read[n++] = path;
	options.read[n] = NULL;
}

enum {
	TIME = 1000,
	CPU,
	MEMORY,
	FILE_SIZE,
	OPEN_FILES,
	PROCESSES,
	OUTPUT,
	DIR_,
	READ,
	NAME_READS,
	STDIN,
	STDOUT,
	STDERR,
	REPORT,
	COLOR
};

static const struct option table[] = {{"time", required_argument, NULL, TIME},
    {"cpu", required_argument, NULL, CPU},
    {"memory", required_argument, NULL, MEMORY},
    {"file-size", required_argument, NULL, FILE_SIZE},
    {"open-files", required_argument, NULL, OPEN_FILES},
    {"processes", required_argument, NULL, PROCESSES},
    {"output", required_argument, NULL, OUTPUT},
    {"dir", required_argument, NULL, DIR_},
    {"read", required_argument, NULL, READ},
    {"name-reads", no_argument, NULL, NAME_READS},
    {"stdin", required_argument, NULL, STDIN},
    {"stdout", required_argument, NULL, STDOUT},
    {"stderr", required_argument, NULL, STDERR},
    {"report", required_argument, NULL, REPORT},
    {"color", required_argument, NULL, COLOR}, {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};

/* Returns false if it is none of the limits. */
static bool
take_limit(int letter)
{
	const long long most = LLONG_MAX / MEBI;

	if (letter == TIME)
		options.time = seconds("--time");
	else if (letter == CPU)
		options.cpu = seconds("--cpu");
	else if (letter == MEMORY)
		options.memory = count("--memory", most);
	else if (letter == FILE_SIZE)
		options.file_size = count("--file-size", most);
	else if (letter == OPEN_FILES)
		options.open_files = (long)count("--open-files", 1 << 20);
	else if (letter == PROCESSES)
		options.processes = (long)count("--processes", MOST_PROCESSES);
	else if (letter == OUTPUT)
		options.output = count("--output", most);
	else
		return false;
	return true;
}

static void
take_option(int letter)
{
	if (take_limit(letter))
		return;
	if (letter == DIR_)
		options.dir = optarg;
	else if (letter == READ)
		may_read(optarg);
	else if (letter == NAME_READS)
		options.name_reads = true;
	else if (letter == STDIN)
		options.stdin_file = optarg;
	else if (letter == STDOUT)
		options.stdout_file = optarg;
	else if (letter == STDERR)
		options.stderr_file = optarg;
	else if (letter == REPORT)
		options.report = optarg;
	else if (letter == COLOR && !is_color(optarg))
		wrong_usage("--color is auto, always or never", "");
	else if (letter == COLOR)
		return;
	else if (letter == 'h')
		help();
	else if (letter == 'V') {
		printf("cage (ipclab) %s\n", VERSION);
		exit(EXIT_SUCCESS);
	} else
		wrong_usage("see --help", "");
}

/* Fills in options, or exits: --help, --version, wrong usage. */
void
read_command_line(int argc, char *argv[])
{
	int letter;

	while ((letter = getopt_long(argc, argv, "+hV", table, NULL)) != -1)
		take_option(letter);
	if (options.report != NULL && *options.report == '\0')
		wrong_usage("--report is the name of a file", "");
	if (optind == argc)
		wrong_usage("a program is needed", "");
	options.program = argv + optind;
	if (options.cpu <= 0)
		options.cpu = options.time;
}

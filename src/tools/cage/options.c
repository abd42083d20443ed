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
    .files = 256,
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
    "      --files=MIB       of all its files; 256\n"
    "      --open-files=N    descriptors of a process; 64\n"
    "      --processes=N     processes and threads at once; 64\n"
    "      --output=MIB      of stdout and of stderr each; 16\n"
    "      --dir=FOLDER      where it works, and all that it may write: an "
    "empty one,\n"
    "                        and empty again at the end; default: a new "
    "one in $TMPDIR\n"
    "      --give=NAME[:MODE]=FILE  it finds a copy of FILE there; can be "
    "given again\n"
    "      --take=NAME=FILE  FILE becomes a copy of the plain file NAME that "
    "it made\n"
    "      --read=PATH       it may read this, too; can be given again\n"
    "      --closed          it may not read /etc and /proc\n"
    "      --net=loopback    it may have sockets of the internet; none "
    "otherwise\n"
    "      --trace=FILE      of strace -f, which runs outside\n"
    "      --strace=WORD     an option for it; can be given again\n"
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
add(struct list *list)
{
	list->at = realloc(list->at, (list->count + 2) * sizeof *list->at);
	if (list->at == NULL)
		failed("realloc", optarg);
	list->at[list->count++] = optarg;
	list->at[list->count] = NULL;
}

/* NAME[:MODE]=FILE */
static void
add_file(const char *option, struct list *list)
{
	size_t name = strcspn(optarg, ":=/");
	const char *mode = optarg + name + (optarg[name] == ':');

	if (name == 0 || name > 255 || *optarg == '.' ||
	    mode[strspn(mode, "01234567")] != '=')
		wrong_usage(option, " is NAME=FILE, NAME without a slash");
	add(list);
}

#define MOST_MEBI (LLONG_MAX / MEBI)

/* What an option's value is, and where it goes. */
static const struct known {
	const char *name;
	enum { SECONDS, COUNT, TEXT, LIST, FILES, SET, NET, COLOR } kind;
	void *to;
	long long most; /* of a count */
} known[] = {{"time", SECONDS, &options.time, 0},
    {"cpu", SECONDS, &options.cpu, 0},
    {"memory", COUNT, &options.memory, MOST_MEBI},
    {"file-size", COUNT, &options.file_size, MOST_MEBI},
    {"files", COUNT, &options.files, MOST_MEBI},
    {"output", COUNT, &options.output, MOST_MEBI},
    {"open-files", COUNT, &options.open_files, 1 << 20},
    {"processes", COUNT, &options.processes, MOST_PROCESSES},
    {"dir", TEXT, &options.dir, 0}, {"stdin", TEXT, &options.stdin_file, 0},
    {"stdout", TEXT, &options.stdout_file, 0},
    {"stderr", TEXT, &options.stderr_file, 0},
    {"report", TEXT, &options.report, 0}, {"trace", TEXT, &options.trace, 0},
    {"read", LIST, &options.read, 0}, {"strace", LIST, &options.strace, 0},
    {"give", FILES, &options.give, 0}, {"take", FILES, &options.take, 0},
    {"closed", SET, &options.closed, 0}, {"net", NET, &options.loopback, 0},
    {"color", COLOR, NULL, 0}};
enum { KNOWN = sizeof known / sizeof *known };

static void
take_option(const struct known *k)
{
	char name[24];

	snprintf(name, sizeof name, "--%s", k->name);
	if (k->kind == SECONDS)
		*(double *)k->to = seconds(name);
	else if (k->kind == COUNT)
		*(long long *)k->to = count(name, k->most);
	else if (k->kind == TEXT)
		*(const char **)k->to = optarg;
	else if (k->kind == LIST)
		add(k->to);
	else if (k->kind == FILES)
		add_file(name, k->to);
	else if (k->kind == COLOR && !is_color(optarg))
		wrong_usage("--color is auto, always or never", "");
	else if (k->kind == NET && strcmp(optarg, "loopback") != 0)
		wrong_usage("--net is loopback", "");
	else if (k->kind != COLOR)
		*(bool *)k->to = true;
}

/* Fills in options, or exits: --help, --version, wrong usage. */
void
read_command_line(int argc, char *argv[])
{
	struct option table[KNOWN + 3] = {
	    [KNOWN] = {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}};
	int letter;

	for (int i = 0; i < KNOWN; i++)
		table[i] = (struct option){.name = known[i].name,
		    .has_arg =
			known[i].kind == SET ? no_argument : required_argument,
		    .val = 1000 + i};
	while ((letter = getopt_long(argc, argv, "+hV", table, NULL)) != -1)
		if (letter >= 1000)
			take_option(&known[letter - 1000]);
		else if (letter == 'h')
			help();
		else if (letter == 'V') {
			printf("cage (ipclab) %s\n", VERSION);
			exit(EXIT_SUCCESS);
		} else
			wrong_usage("see --help", "");
	if (options.report != NULL && *options.report == '\0')
		wrong_usage("--report is the name of a file", "");
	if (optind == argc)
		wrong_usage("a program is needed", "");
	options.program = argv + optind;
	if (options.cpu <= 0)
		options.cpu = options.time;
}

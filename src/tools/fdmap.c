/*
 * fdmap: the lecture's picture of descriptor tables, drawn from the live
 * kernel: which descriptors of some processes lead to which open file
 * descriptions, and why a process is stuck. Looking changes nothing.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/color.h"
#include "base/utf8.h"
#include "picture/picture.h"

#define WIDTH 80

static struct options {
	bool why, json;
	const char *color;
} options = {.color = "auto"};

static void
help(void)
{
	fputs("usage: fdmap [OPTION]... PID...\n"
	      "Draw which descriptors of the processes lead to which open "
	      "file descriptions.\n\n"
	      "      --why           say why each sleeping process sleeps, and "
	      "who could wake it\n"
	      "      --json          one line of JSON in place of the drawing\n"
	      "      --color=WHEN    auto (the default), always or never\n"
	      "  -h, --help          print this and exit\n"
	      "  -V, --version       print the version and exit\n\n"
	      "Numbers in one row lead to one description: they share its "
	      "offset and flags.\n\n"
	      "Example:\n  bin/fdmap --why $$\n",
	    stdout);
	exit(EXIT_SUCCESS);
}

static _Noreturn void
wrong_usage(const char *why_wrong, const char *what)
{
	fprintf(stderr, "fdmap: %s%s; usage: fdmap [OPTION]... PID...\n", what,
	    why_wrong);
	exit(2);
}

static void
take_option(int letter)
{
	switch (letter) {
	case 'w':
		options.why = true;
		break;
	case 'j':
		options.json = true;
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
		printf("fdmap (ipclab) %s\n", VERSION);
		exit(EXIT_SUCCESS);
	default:
		wrong_usage("see --help", "");
	}
}

/* The processes of the operands, each once, in *n. */
static struct looked_at *
read_operands(char *operand[], int count, int *n)
{
	struct looked_at *who = calloc((size_t)count, sizeof *who);

	if (who == NULL)
		exit(EXIT_FAILURE);
	*n = 0;
	for (int i = 0; i < count; i++) {
		char *end;
		bool known = false;
		errno = 0;
		long pid = strtol(operand[i], &end, 10);
		if (*end != '\0' || errno != 0 || pid <= 0 || pid > INT_MAX)
			wrong_usage(" is not the id of a process", operand[i]);
		for (int k = 0; k < *n; k++)
			known |= who[k].pid == pid;
		if (!known)
			who[(*n)++].pid = (pid_t)pid;
	}
	return who;
}

/* Says who is gone, and leaves the others; returns true if all are there. */
static bool
leave_out_gone(const struct picture *p, struct looked_at *who, int *n)
{
	int left = 0;

	for (int i = 0; i < *n; i++)
		if (p->process[i].state != 0)
			who[left++] = who[i];
		else
			fprintf(stderr, "fdmap: %ld: %s\n", (long)who[i].pid,
			    strerror(ESRCH));
	bool all = left == *n;
	*n = left;
	return all;
}

static void
print(const char *text, void *arg)
{
	(void)arg;
	puts(text);
}

static void
print_wrapped(const char *text, void *arg)
{
	draw_wrapped(text, WIDTH, print, arg);
}

static void
show_text(const struct picture *p)
{
	const struct how how = {.utf8 = utf8_wanted(),
	    .color = color_wanted(options.color, STDOUT_FILENO),
	    .width = WIDTH};

	draw(p, &how, print, NULL);
	if (options.why) {
		puts("");
		why(p, print_wrapped, NULL);
	}
}

/* 0 or 1 is a reader who left or a full disk. */
static void
check_stdout(void)
{
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "fdmap: write 1: %s\n", strerror(errno));
		_exit(EXIT_FAILURE);
	}
}

int
main(int argc, char *argv[])
{
	static const struct option table[] = {{"why", no_argument, NULL, 'w'},
	    {"json", no_argument, NULL, 'j'},
	    {"color", required_argument, NULL, 'c'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	static char name[] = "fdmap";
	int letter, n;

	argv[0] = name;
	atexit(check_stdout);
	while ((letter = getopt_long(argc, argv, "hV", table, NULL)) != -1)
		take_option(letter);
	if (optind == argc)
		wrong_usage("the id of a process is needed", "");
	struct looked_at *who = read_operands(argv + optind, argc - optind, &n);
	struct picture *p = look(who, n, NULL, true);
	bool all = leave_out_gone(p, who, &n);
	if (!all) {
		free_picture(p);
		p = look(who, n, NULL, true);
	}
	if (n > 0 && options.json)
		draw_json(p, options.why, print, NULL);
	else if (n > 0)
		show_text(p);
	free_picture(p);
	free(who);
	return all ? EXIT_SUCCESS : EXIT_FAILURE;
}

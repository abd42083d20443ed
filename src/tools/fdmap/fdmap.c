/*
 * fdmap: the lecture's picture of descriptor tables, drawn from the live
 * kernel: which descriptors of some processes lead to which open file
 * descriptions, and why a process is stuck. Looking changes nothing.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/color.h"
#include "base/utf8.h"
#include "operands.h"
#include "picture/picture.h"

#define WIDTH 80
#define MANY  30 /* descriptions: of more we draw only what matters */

static struct options {
	bool why, json, dot, only, tree, all;
	const char *color;
} options = {.color = "auto"};

static void
help(void)
{
	fputs("usage: fdmap [OPTION]... PID|NAME...\n"
	      "Draw which descriptors of the processes lead to which open "
	      "file descriptions.\n\n"
	      "      --why           say why each sleeping process sleeps, and "
	      "who could wake it;\n"
	      "                      go on to its descendants, and to whom it "
	      "waits for\n"
	      "      --only          look at no others than those\n"
	      "      --tree          look at those and all below them\n"
	      "      --all           with --why: draw all, however many\n"
	      "      --dot           a graph for Graphviz in place of the "
	      "drawing\n"
	      "      --json          one line of JSON in place of the drawing\n"
	      "      --color=WHEN    auto (the default), always or never\n"
	      "  -h, --help          print this and exit\n"
	      "  -V, --version       print the version and exit\n\n"
	      "NAME is that of a program, as pgrep -x takes it.\n"
	      "Numbers in one row lead to one description: they share its "
	      "offset and flags.\n\n"
	      "Example:\n  bin/fdmap --why $$\n",
	    stdout);
	exit(EXIT_SUCCESS);
}

_Noreturn void
wrong_usage(const char *why_wrong, const char *what)
{
	fprintf(stderr, "fdmap: %s%s; usage: fdmap [OPTION]... PID|NAME...\n",
	    what, why_wrong);
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
	case 'd':
		options.dot = true;
		break;
	case 'o':
		options.only = true;
		break;
	case 't':
		options.tree = true;
		break;
	case 'a':
		options.all = true;
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

static struct picture *
take_picture(const struct looked_at *who, int n)
{
	if (options.tree || (options.why && !options.only))
		return look_further(who, n, options.why && !options.tree);
	return look(who, n, NULL, true);
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

/* The sentences first: the drawing may be long. */
static void
show_text(struct picture *p)
{
	const struct how how = {.utf8 = utf8_wanted(),
	    .color = color_wanted(options.color, STDOUT_FILENO),
	    .width = WIDTH,
	    .said = options.why && !options.all && p->descriptions > MANY};

	if (options.why) {
		why(p, print_wrapped, NULL);
		puts("");
	}
	draw(p, &how, print, NULL);
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

static void
read_options(int argc, char *argv[])
{
	static const struct option table[] = {{"why", no_argument, NULL, 'w'},
	    {"json", no_argument, NULL, 'j'}, {"dot", no_argument, NULL, 'd'},
	    {"only", no_argument, NULL, 'o'}, {"tree", no_argument, NULL, 't'},
	    {"all", no_argument, NULL, 'a'},
	    {"color", required_argument, NULL, 'c'},
	    {"help", no_argument, NULL, 'h'},
	    {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
	int letter;

	while ((letter = getopt_long(argc, argv, "hV", table, NULL)) != -1)
		take_option(letter);
	if (optind == argc)
		wrong_usage("the id or the name of a process is needed", "");
}

int
main(int argc, char *argv[])
{
	static char name[] = "fdmap";
	int n;

	argv[0] = name;
	atexit(check_stdout);
	read_options(argc, argv);
	struct looked_at *who;
	bool named = read_operands(argv + optind, argc - optind, &who, &n);
	struct picture *p = take_picture(who, n);
	bool all = leave_out_gone(p, who, &n);
	if (!all) {
		free_picture(p);
		p = take_picture(who, n);
	}
	if (n > 0 && options.json)
		draw_json(p, options.why, print, NULL);
	else if (n > 0 && options.dot)
		draw_dot(p, print, NULL);
	else if (n > 0)
		show_text(p);
	free_picture(p);
	free(who);
	return all && named ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*
 * grade: compiles the exercises of a submission, runs each one's grade.bats,
 * and says what it is worth and what is wrong. A submission is a stranger's:
 * what it does to its grader costs it the exercise and is named.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "grade.h"

struct course course;

_Noreturn void
failed(const char *call, const char *object)
{
	int error = errno;

	fprintf(stderr, "grade: %s ", call);
	print_clean(stderr, object);
	fprintf(stderr, ": %s\n", strerror(error));
	remove_place();
	exit(EXIT_FAILURE);
}

/* Seconds of a clock that nobody sets. */
double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void *
allocate(void *old, size_t size)
{
	void *memory = realloc(old, size);

	if (memory == NULL)
		failed("realloc", "memory");
	return memory;
}

/* The mark that each line of this run bears, and the seed if none was given. */
static void
roll_dice(void)
{
	unsigned char random[NONCE / 2];
	unsigned seed;

	if (getrandom(random, sizeof random, 0) != sizeof random ||
	    getrandom(&seed, sizeof seed, 0) != sizeof seed)
		failed("getrandom", "nonce");
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(course.nonce + 2 * i, 3, "%02x", random[i]);
	if (options.seed == -1)
		options.seed = (long)(seed % 32768);
}

static void
grade_exercise(struct exercise *e)
{
	double start = now();
	char *folder = join(course.place, e->lesson);

	show_progress(e);
	make_folder(folder);
	char *program = compile(e, folder);
	if (program != NULL)
		judge(e, program, folder);
	e->seconds = now() - start;
	free(program);
	free(folder);
}

/* Returns true if all has full marks. */
static bool
print_result(void)
{
	bool full = true;

	if (options.format == GRADESCOPE)
		print_gradescope();
	else if (options.format == CSV)
		print_csv();
	else
		print_text();
	for (int i = 0; i < course.count; i++)
		full &= course.exercise[i].problem[0] == '\0' &&
			points_of(&course.exercise[i]) ==
			    most_of(&course.exercise[i]);
	return full;
}

/* 0 or 1 is a reader who left or a full disk. */
static void
check_stdout(void)
{
	if (fflush(stdout) == EOF || ferror(stdout)) {
		fprintf(stderr, "grade: write 1: %s\n", strerror(errno));
		_exit(EXIT_FAILURE);
	}
}

int
main(int argc, char *argv[])
{
	static char name[] = "grade";
	double start = now();

	argv[0] = name;
	atexit(check_stdout);
	read_command_line(argc, argv);
	find_folders();
	find_exercises();
	catch_signals();
	prctl(PR_SET_CHILD_SUBREAPER, 1L);
	prctl(PR_SET_DUMPABLE, 0L);
	make_place();
	roll_dice();
	for (int i = 0; i < course.count; i++)
		grade_exercise(&course.exercise[i]);
	show_progress(NULL);
	remove_place();
	course.seconds = now() - start;
	die_if_signalled();
	signal(SIGPIPE, SIG_DFL);
	return print_result() ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*
 * find.c: where the lessons are, which exercises they have, and which tests
 * each has: read from grade.bats itself before anything of a submission runs.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grade.h"

static bool
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
resolve(const char *path, char *to)
{
	char whole[PATH_MAX];

	if (realpath(path, whole) == NULL || !is_folder(whole)) {
		fputs("grade: ", stderr);
		print_clean(stderr, path);
		fputs(": there is no such folder\n", stderr);
		exit(2);
	}
	snprintf(to, PATH_SIZE, "%s", whole);
}

/* The lessons from the environment, or from where this program is. */
void
find_folders(void)
{
	const char *given = getenv("IPCLAB_LESSONS");
	ssize_t length =
	    readlink("/proc/self/exe", course.bin, sizeof course.bin - 1);

	if (length == -1)
		failed("readlink", "/proc/self/exe");
	course.bin[length] = '\0';
	*strrchr(course.bin, '/') = '\0';
	char *beside = join(course.bin, "../lessons");
	resolve(
	    given != NULL && *given != '\0' ? given : beside, course.lessons);
	resolve(
	    options.submission != NULL ? options.submission : course.lessons,
	    course.submission);
	free(beside);
}

/* The one .c file beside grade.bats is the exercise. */
static void
find_skeleton(struct exercise *e)
{
	char *pattern, *dash = strchr(e->lesson, '-');
	glob_t all;

	if (asprintf(&pattern, "%s/%s/*.c", course.lessons, e->lesson) == -1)
		failed("malloc", e->lesson);
	int error = glob(pattern, 0, NULL, &all);
	if (error == 0 && all.gl_pathc > 1) {
		fprintf(stderr,
		    "grade: lessons/%s: more than one .c file: which is the "
		    "exercise?\n",
		    e->lesson);
		exit(2);
	}
	e->skeleton = error == 0 ? strdup(all.gl_pathv[0]) : NULL;
	e->name = strdup(
	    e->skeleton == NULL ? dash + 1 : strrchr(e->skeleton, '/') + 1);
	if (e->skeleton != NULL)
		e->name[strlen(e->name) - 2] = '\0';
	free(pattern);
	if (error == 0)
		globfree(&all);
}

/* path: .../NN-lesson/grade.bats */
static void
describe(struct exercise *e, const char *path)
{
	char *copy = strdup(path);

	if (copy == NULL)
		failed("malloc", path);
	*strrchr(copy, '/') = '\0';
	e->lesson = strdup(strrchr(copy, '/') + 1);
	snprintf(e->number, sizeof e->number, "%.*s",
	    (int)strspn(e->lesson, "0123456789"), e->lesson);
	find_skeleton(e);
	free(copy);
}

static bool
is_called(const struct exercise *e, const char *word)
{
	char *end;
	long number = strtol(word, &end, 10);

	if (end != word && *end == '\0')
		return number == strtol(e->number, NULL, 10);
	return strcmp(word, e->name) == 0 || strcmp(word, e->lesson) == 0;
}

static bool
is_wanted(const struct exercise *e)
{
	if (options.wanted[0] == NULL)
		return true;
	for (char **word = options.wanted; *word != NULL; word++)
		if (is_called(e, *word))
			return true;
	return false;
}

static _Noreturn void
unknown(const char *word, const struct exercise *all, size_t count)
{
	struct text names = {0};

	put_string(
	    &names, " is not the number or name of an exercise, which are");
	for (size_t i = 0; i < count; i++) {
		put_string(&names, i == 0 ? " " : ", ");
		put_string(&names, all[i].name);
	}
	wrong_usage(word, names.at);
}

static void
check_wanted(const struct exercise *all, size_t count)
{
	for (char **word = options.wanted; *word != NULL; word++) {
		bool known = false;
		for (size_t i = 0; i < count; i++)
			known |= is_called(&all[i], *word);
		if (!known)
			unknown(*word, all, count);
	}
}

void
find_exercises(void)
{
	char *pattern = join(course.lessons, "[0-9]*-*/grade.bats");
	struct exercise *all;
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0) {
		fprintf(
		    stderr, "grade: %s: no exercises there\n", course.lessons);
		exit(2);
	}
	all = allocate(NULL, found.gl_pathc * sizeof *all);
	memset(all, 0, found.gl_pathc * sizeof *all);
	for (size_t i = 0; i < found.gl_pathc; i++)
		describe(&all[i], found.gl_pathv[i]);
	check_wanted(all, found.gl_pathc);
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (is_wanted(&all[i]))
			all[course.count++] = all[i];
	course.exercise = all;
	for (int i = 0; i < course.count; i++)
		read_tests(&all[i]);
	globfree(&found);
	free(pattern);
}

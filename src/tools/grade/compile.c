/*
 * compile.c: a stranger's bytes are read by the compiler, in cage: they may
 * include what is not theirs, or never come to an end.
 */
#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grade.h"

#define MOST_WORDS 40 /* of the command line */
#define PATIENCE   60 /* seconds */
#define MOST_SHOWN 4000

static const char *const not_copied[] = {[NO_FILE] = "missing",
    [NOT_PLAIN] = "not a plain file",
    [TOO_LARGE] = "does not compile: too large",
    [UNREADABLE] = "cannot be read"};

const char compiler_flags[] =
    "-std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra -O1 -g";

static bool
fetch(struct exercise *e, const char *build, const char *file)
{
	char *to = join(build, file);
	char *submitted = join(course.submission, file);
	bool own = options.submission == NULL;
	const char *from = own ? e->skeleton : submitted;
	enum copied result = from == NULL ? NO_FILE : copy_file(from, to, 0644);

	if (result != COPIED)
		set_problem(e, "%s", not_copied[result]);
	if (result == NO_FILE) {
		put_string(&e->details, "there is no ");
		put_string(&e->details, file);
		put_string(&e->details, "\n");
	}
	free(to);
	free(submitted);
	return result == COPIED;
}

static const char *
compiler(void)
{
	const char *cc = getenv("CC");

	return cc == NULL || cc[strspn(cc, " ")] == '\0' ? "cc" : cc;
}

/* The words of text, of which each separator is overwritten. */
static void
add_words(char **word, int *n, char *text, const char *separator)
{
	char *one;

	while ((one = strsep(&text, separator)) != NULL)
		if (*one != '\0' && *n < MOST_WORDS)
			word[(*n)++] = one;
}

/* cage and its options, the compiler and its own; the words live until the
 * next call. */
static void
make_command(char **word, const char *folder, const char *name)
{
	static char *cage, *cc, *files;
	int n = 0;

	free(cage);
	free(cc);
	free(files);
	if (asprintf(&cage,
		"%s/cage\n--time=30\n--memory=4096\n--file-size=64\n"
		"--open-files=256\n--output=1\n--dir=%s/build\n"
		"--stdout=%s/cc.out\n--stderr=%s/cc.err\n"
		"--report=%s/cc.report\n--",
		course.bin, folder, folder, folder, folder) == -1 ||
	    asprintf(&cc, "%s %s", compiler(), compiler_flags) == -1 ||
	    asprintf(&files, "-o\n%s\n%s.c", name, name) == -1)
		failed("malloc", name);
	add_words(word, &n, cage, "\n");
	add_words(word, &n, cc, " ");
	add_words(word, &n, files, "\n");
	word[n] = NULL;
}

static void
say_why(struct exercise *e, const char *folder, enum ending ending, int status)
{
	struct text report = {0};
	char *path = join(folder, "cc.report"), *err = join(folder, "cc.err");

	add_file(&report, path, 4096);
	char *end = strstr(report.at, "\nended-for ");
	if (ending == CANNOT_RUN)
		set_problem(e, "the grader failed: cage could not be run");
	else if (ending != ENDED || !WIFEXITED(status) ||
		 WEXITSTATUS(status) == 125)
		set_problem(e, "the grader failed: cage did not work");
	else if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126)
		set_problem(e, "the grader failed: no compiler");
	else if (WEXITSTATUS(status) == 124 && end != NULL)
		set_problem(e,
		    "does not compile: the compiler was ended for too much "
		    "%.*s",
		    (int)strcspn(end + 11, "\n"), end + 11);
	else
		set_problem(e, "does not compile");
	add_file(&e->details, err, MOST_SHOWN);
	free(report.at);
	free(path);
	free(err);
}

/* Said once: an administrator can change it, a submission cannot. */
static void
warn_unprotected(const char *folder)
{
	static const char *const keeps[] = {"user-id", "namespace", "landlock"};
	static bool said;
	struct text report = {0};
	char *path = join(folder, "cc.report");

	add_file(&report, path, 4096);
	const char *words = strstr(report.at, "\nprotection ");
	for (size_t i = 0; words != NULL && i < 3; i++)
		if (strstr(words, keeps[i]) != NULL)
			words = NULL;
	if (words != NULL && !said)
		fprintf(stderr,
		    "grade: nothing here keeps a submission from the grader's "
		    "processes: no root, no user namespaces, no Landlock\n");
	said |= words != NULL;
	free(report.at);
	free(path);
}

/* Into a folder of its own, so that the submission cannot change it. */
static char *
keep_program(struct exercise *e, const char *folder)
{
	char *build = join(folder, "build"), *made = join(build, e->name);
	char *shelf = join(folder, "program"), *kept = join(shelf, e->name);

	make_folder(shelf);
	if (copy_file(made, kept, 0555) != COPIED) {
		set_problem(e, "does not compile: there is no program");
		free(kept);
		kept = NULL;
	}
	free(build);
	free(made);
	free(shelf);
	return kept;
}

static void
add_warnings(struct exercise *e, const char *folder)
{
	char *err = join(folder, "cc.err");

	add_file(&e->warnings, err, MOST_SHOWN);
	free(err);
}

/* Runs the compiler on the file in folder/build. */
static char *
compile_fetched(struct exercise *e, const char *folder)
{
	char *word[MOST_WORDS + 1], *program = NULL;
	char *err = join(folder, "cage.err");
	struct text said = {0};
	int status = 0;
	bool left;

	make_command(word, folder, e->name);
	enum ending ending = run_child(
	    &(struct child){word, environ, folder, err, 022, PATIENCE, &said},
	    &status, &left);
	warn_unprotected(folder);
	if (ending == ENDED && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		program = keep_program(e, folder);
		add_warnings(e, folder);
	} else
		say_why(e, folder, ending, status);
	free(said.at);
	free(err);
	return program;
}

/* As it was before the compiler, which may write to its folder, saw it. */
static void
keep_source(const char *build, const char *folder, const char *file)
{
	char *from = join(build, file), *to = join(folder, file);

	if (copy_file(from, to, 0444) != COPIED)
		failed("copy", from);
	free(from);
	free(to);
}

char *
compile(struct exercise *e, const char *folder)
{
	char *program = NULL, *file, *build = join(folder, "build");

	make_folder(build);
	if (asprintf(&file, "%s.c", e->name) == -1)
		failed("malloc", e->name);
	if (fetch(e, build, file)) {
		keep_source(build, folder, file);
		program = compile_fetched(e, folder);
	}
	free(build);
	free(file);
	return program;
}

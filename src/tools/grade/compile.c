/*
 * compile.c: a stranger's bytes are read by the compiler, in cage: they may
 * include what is not theirs, or never come to an end.
 */
#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "grade.h"

#define MOST_WORDS 40 /* of the command line */
#define PATIENCE   60 /* seconds */
#define MOST_SHOWN 4000

static const char *const not_copied[] = {
    [NO_FILE] = "missing",
    [NOT_PLAIN] = "not a plain file",
    [TOO_LARGE] = "does not compile: too large",
    [UNREADABLE] = "cannot be read",
};

const char compiler_flags[] =
    "-std=c11 -D_XOPEN_SOURCE=700 -Wall -Wextra -O1 -g";

/* The submitted file, into the folder of the run, where only the grader is. */
static bool
fetch(struct exercise *e, const char *folder, const char *file)
{
	char *to = join(folder, file);
	char *submitted = join(course.submission, file);
	bool own = options.submission == NULL;
	const char *from = own ? e->skeleton : submitted;
	enum copied result = from == NULL ? NO_FILE : copy_file(from, to, 0400);

	if (result == NO_ROOM)
		not_graded(e, "no room for a copy of the file");
	else if (result != COPIED)
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
		"%s/cage\n--time=20\n--memory=2048\n--file-size=64\n"
		"--open-files=256\n--output=1\n--closed\n"
		"--give=%s.c:644=%s/%s.c\n--take=%s=%s/program/%s\n"
		"--stdout=%s/cc.out\n--stderr=%s/cc.err\n"
		"--report=%s/cc.report\n--",
		course.bin, name, folder, name, name, folder, name, folder,
		folder, folder) == -1 ||
	    asprintf(&cc, "%s %s", compiler(), compiler_flags) == -1 ||
	    asprintf(&files, "-o\n%s\n%s.c", name, name) == -1)
		failed("malloc", name);
	add_words(word, &n, cage, "\n");
	add_words(word, &n, cc, " ");
	add_words(word, &n, files, "\n");
	word[n] = NULL;
}

/* Runs the compiler on a file in folder, in a cage that has a copy. */
static enum ending
run_compiler(const char *folder, const char *name, int *status, char *err)
{
	char *word[MOST_WORDS + 1];
	struct text out = {0};
	bool left;

	make_command(word, folder, name);
	enum ending ending = run_child(
	    &(struct child){word, environ, folder, err, 022, PATIENCE, &out},
	    status, &left);
	free(out.at);
	return ending;
}

/* What failed for want of memory, or of room, fails for any file: the least of
 * all is tried. Its words come into files of its own. */
static bool
compiles_nothing(const char *folder)
{
	char *probe = join(folder, "probe"), *shelf = join(probe, "program");
	char *source = join(probe, "probe.c"), *err = join(probe, "cage.err");
	int status = 0;

	make_folder(probe);
	make_folder(shelf);
	FILE *to = fopen(source, "we");
	bool fails = to == NULL ||
		     fputs("char room[1 << 20] = {1};\n"
			   "int main(void) { return 0; }\n",
			 to) == EOF ||
		     fclose(to) == EOF ||
		     run_compiler(probe, "probe", &status, err) != ENDED ||
		     status != 0;
	free(probe);
	free(shelf);
	free(source);
	free(err);
	return fails;
}

static void
say_why(struct exercise *e, const char *folder, enum ending ending, int status,
    const char *said)
{
	struct text report = {0};
	char *path = join(folder, "cc.report"), *err = join(folder, "cc.err");

	add_file(&report, path, 4096);
	char *end = strstr(report.at, "\nended-for ");
	if (ending == CANNOT_RUN)
		set_problem(e, "the grader failed: cage could not be run");
	else if (ending != ENDED || !WIFEXITED(status) ||
		 WEXITSTATUS(status) == 125)
		not_graded(e, said[0] == '\0' ? "cage did not work" : said);
	else if (WEXITSTATUS(status) == 127 || WEXITSTATUS(status) == 126)
		set_problem(e, "the grader failed: no compiler");
	else if (compiles_nothing(folder))
		not_graded(
		    e, "nothing compiles here: no memory, processes or room");
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
	static const char *const keeps[] = {"user-id", "landlock"};
	static bool said;
	struct text report = {0};
	char *path = join(folder, "cc.report");

	add_file(&report, path, 4096);
	const char *words = strstr(report.at, "\nprotection ");
	for (size_t i = 0; words != NULL && i < 2; i++)
		if (strstr(words, keeps[i]) != NULL)
			words = NULL;
	if (words != NULL && !said)
		fprintf(stderr,
		    "grade: nothing here keeps a submission from the grader's "
		    "processes: no root, no Landlock\n");
	said |= words != NULL;
	free(report.at);
	free(path);
}

/* What cage took out of the compiler's folder is to be run. */
static char *
keep_program(struct exercise *e, const char *folder)
{
	char *shelf = join(folder, "program"), *kept = join(shelf, e->name);

	if (chmod(kept, 0555) == -1) {
		set_problem(e, "does not compile: there is no program");
		free(kept);
		kept = NULL;
	}
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

static char *
compile_fetched(struct exercise *e, const char *folder)
{
	char *program = NULL, *err = join(folder, "cage.err");
	struct text said = {0};
	int status = 0;
	enum ending ending = run_compiler(folder, e->name, &status, err);

	warn_unprotected(folder);
	add_file(&said, err, 200);
	if (ending == ENDED && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		program = keep_program(e, folder);
		add_warnings(e, folder);
	} else
		say_why(e, folder, ending, status, said.at);
	free(said.at);
	free(err);
	return program;
}

char *
compile(struct exercise *e, const char *folder)
{
	char *program = NULL, *file, *shelf = join(folder, "program");

	make_folder(shelf);
	if (asprintf(&file, "%s.c", e->name) == -1)
		failed("malloc", e->name);
	if (fetch(e, folder, file))
		program = compile_fetched(e, folder);
	free(shelf);
	free(file);
	return program;
}

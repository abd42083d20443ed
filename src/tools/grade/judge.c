/*
 * judge.c: bats runs an exercise's grade.bats, and what it says counts if
 * nothing speaks against it.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade.h"

#define MOST_SHOWN 2000

/* A copy, which no other run and no editor changes. */
static char *
fetch(const char *from_folder, const char *to_folder, const char *name)
{
	char *from = join(from_folder, name), *to = join(to_folder, name);

	if (access(to, F_OK) == -1 && copy_file(from, to, 0400) != COPIED)
		failed("copy", from);
	free(from);
	return to;
}

static char *
variable(const char *name, const char *value)
{
	char *text;

	if (asprintf(&text, "%s=%s", name, value) == -1)
		failed("malloc", name);
	return text;
}

/*
 * PATH, without the folder that bats puts there for its own parts: should we
 * be started by a bats, the "bats" in it would not be the command.
 */
static void
clean_path(void)
{
	const char *path = getenv("PATH");
	char *all = strdup(path == NULL ? "" : path), *rest = all, *one;
	struct text kept = {0};

	if (all == NULL)
		failed("malloc", "PATH");
	while ((one = strsep(&rest, ":")) != NULL)
		if (*one == '/' && strstr(one, "/libexec/bats-core") == NULL) {
			put_string(&kept, kept.length == 0 ? "" : ":");
			put_string(&kept, one);
		}
	if (kept.length == 0)
		put_string(&kept, "/usr/bin:/bin");
	if (setenv("PATH", kept.at, 1) == -1)
		failed("setenv", "PATH");
	free(kept.at);
	free(all);
}

/* What bats and the tests get to know; nothing of ours besides. */
static void
make_environment(char **all, const char *program, const char *source,
    const char *folder, const char *tried)
{
	char seed[24], mark[NONCE + 2];
	int n = 0;

	snprintf(seed, sizeof seed, "%ld", options.seed);
	snprintf(mark, sizeof mark, "%s ", course.nonce);
	clean_path();
	all[n++] = variable("PATH", getenv("PATH"));
	all[n++] = variable("HOME", folder);
	all[n++] = variable("TMPDIR", folder);
	all[n++] = variable("LC_ALL", "C");
	all[n++] = variable("TERM", "dumb");
	all[n++] = variable("GRADE_PROGRAM", program);
	all[n++] = variable("GRADE_SOURCE", source);
	all[n++] = variable("GRADE_BIN", course.bin);
	all[n++] = variable("GRADE_SEED", seed);
	all[n++] = variable("GRADE_TRIED", tried);
	all[n++] = variable("BATS_TEST_NAME_PREFIX", mark);
	all[n] = NULL;
}

static void
watch_files(const char *tests, const char *helpers, const char *program)
{
	char *cage = join(course.bin, "cage");

	watch_file(tests);
	watch_file(helpers);
	watch_file(program);
	watch_file(cage);
	free(cage);
}

/* What speaks against the run, as the exercise's problem. */
static void
doubt(struct exercise *e, enum ending ending, int status, bool left,
    const char *said)
{
	const char *changed = changed_file(), *why = NULL;

	if (ending == CANNOT_RUN)
		set_problem(e, "the grader failed: bats: %s", strerror(errno));
	else if (ending == HANGS)
		set_problem(e, "hang: the grader did not end");
	else if (ending == TALKS)
		set_problem(e, "the grader was made to print without end");
	else if (changed != NULL)
		set_problem(e, "the grader's %s was changed", changed);
	else if ((why = read_tap(e, said, status)) != NULL)
		set_problem(e, "%s", why);
	else if (left)
		set_problem(e, "left processes behind the grader");
}

/* The first line: what it tried in the other tests is no better. */
static void
read_tried(struct exercise *e, const char *path)
{
	struct text said = {0};

	add_file(&said, path, sizeof e->tried);
	snprintf(e->tried, sizeof e->tried, "%.*s", (int)strcspn(said.at, "\n"),
	    said.at);
	free(said.at);
}

static void
run_bats(struct exercise *e, const char *program, const char *folder,
    char *tests, char *helpers)
{
	static char bats[] = "bats", tap[] = "--tap", where[] = "--tempdir";
	char *work = join(folder, "bats"), *err = join(folder, "bats.err");
	char *tried = join(folder, "tried"); /* grader.bash writes it */
	char *source;
	char *command[] = {bats, tap, where, work, tests, NULL};
	char *environment[16];
	struct text said = {0};
	int status = 0;
	bool left;

	if (asprintf(&source, "%s/%s.c", folder, e->name) == -1)
		failed("malloc", e->name);
	put_string(&said, "");
	make_environment(environment, program, source, folder, tried);
	watch_files(tests, helpers, program);
	enum ending ending =
	    run_child(&(struct child){command, environment, folder, err, 066,
			  60 + 15.0 * e->count, &said},
		&status, &left);
	doubt(e, ending, status, left, said.at);
	if (e->problem[0] != '\0')
		add_file(&e->details, err, MOST_SHOWN);
	read_tried(e, tried);
	for (char **one = environment; *one != NULL; one++)
		free(*one);
	free(said.at);
	free(source);
	free(work);
	free(tried);
	free(err);
}

/* program: the path of what was submitted, compiled. */
void
judge(struct exercise *e, const char *program, const char *folder)
{
	char *lesson = join(course.lessons, e->lesson);
	char *tests = fetch(lesson, folder, "grade.bats");
	char *helpers = fetch(course.lessons, course.place, "grader.bash");

	run_bats(e, program, folder, tests, helpers);
	free(lesson);
	free(tests);
	free(helpers);
}

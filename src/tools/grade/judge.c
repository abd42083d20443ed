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
#define ROOM       65536.0 /* bytes that the disk must have all the time */

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
    const char *folder, const char *shortage)
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
	all[n++] = variable("GRADE_SHORTAGE", shortage);
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

const char *
shortage_in(const char *line)
{
	static const char *const words[] = {"Resource temporarily unavailable",
	    "Cannot allocate memory", "cannot allocate ",
	    "No space left on device", "Disk quota exceeded", "File too large",
	    "File size limit exceeded", "Too many open files"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(line, words[i]) != NULL)
			return words[i];
	return NULL;
}

/* A line that a shell or a tool of the grader says: "PROGRAM: ...". What a
 * submission says never starts a line. */
static const char *
shortage_of_tools(const char *said)
{
	char line[400];
	const char *word = NULL;

	for (; said != NULL && *said != '\0' && word == NULL;
	     said += strcspn(said, "\n"), said += *said == '\n') {
		snprintf(
		    line, sizeof line, "%.*s", (int)strcspn(said, "\n"), said);
		size_t name = strcspn(line, " ");
		if (name > 0 && line[name - 1] == ':' &&
		    strncmp(line, "hint:", 5) != 0)
			word = shortage_in(line);
	}
	return word;
}

/* A grader that had too little of something has found nothing out. */
static void
look_for_shortage(struct exercise *e, const char *shortage, const char *err)
{
	struct text said = {0}, heard = {0};

	add_file(&said, shortage, MOST_SHOWN);
	add_file(&heard, err, 65536);
	const char *word =
	    said.length > 0 ? said.at : shortage_of_tools(heard.at);
	for (int i = 0; i < e->count && word == NULL; i++)
		if (e->test[i].result == FAILED)
			word = shortage_of_tools(e->test[i].said.at);
	if (word == NULL && points_of(e) < most_of(e) && least_room() < ROOM)
		word = "No space left on device"; /* not even to say so */
	if (word != NULL) {
		e->problem[0] = '\0';
		not_graded(e, word);
	}
	free(said.at);
	free(heard.at);
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

static void
run_bats(struct exercise *e, const char *program, const char *folder,
    char *tests, char *helpers)
{
	static char bats[] = "bats", tap[] = "--tap", where[] = "--tempdir";
	char *work = join(folder, "bats"), *err = join(folder, "bats.err");
	char *shortage = join(folder, "shortage"); /* grader.bash writes it */
	char *source;
	char *command[] = {bats, tap, where, work, tests, NULL};
	char *environment[16];
	struct text said = {0};
	int status = 0;
	bool left;

	if (asprintf(&source, "%s/%s.c", folder, e->name) == -1)
		failed("malloc", e->name);
	put_string(&said, "");
	make_environment(environment, program, source, folder, shortage);
	watch_files(tests, helpers, program);
	enum ending ending =
	    run_child(&(struct child){command, environment, folder, err, 066,
			  60 + 15.0 * e->count, &said},
		&status, &left);
	doubt(e, ending, status, left, said.at);
	look_for_shortage(e, shortage, err);
	if (e->problem[0] != '\0')
		add_file(&e->details, err, MOST_SHOWN);
	for (char **one = environment; *one != NULL; one++)
		free(*one);
	free(said.at);
	free(source);
	free(work);
	free(shortage);
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

/*
 * tap.c: what bats said, read as strictly as it speaks. Whoever else writes
 * on its pipe does not know this run's mark; and whoever does know it can add
 * a line, but not take back the one that bats itself prints.
 */
#define _GNU_SOURCE

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/names.h" /* signal_name */
#include "grade.h"

#define MOST_SHOWN 6000

struct tap {
	struct exercise *e;
	int done;      /* tests so far */
	int failed;    /* of them */
	bool planned;  /* the plan was seen */
	bool was_last; /* and tests came before it: nothing may follow */
	bool in_trace; /* bats' own words, before what the test said */
};

/* Skips the word if it is there. */
static bool
skip_word(const char **at, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*at, word, length) != 0)
		return false;
	*at += length;
	return true;
}

static const char *
take_plan(struct tap *t, const char *count)
{
	char *end;
	long planned = strtol(count, &end, 10);

	if (t->planned)
		return "a second plan";
	if (*end != '\0' || planned != t->e->count)
		return "the plan is not that of grade.bats";
	t->planned = true;
	t->was_last = t->done > 0;
	return NULL;
}

/* at: after "ok " or "not ok " */
static const char *
take_result(struct tap *t, const char *at, bool passed)
{
	char *end;
	long number = strtol(at, &end, 10);

	at = end;
	if (!skip_word(&at, " ") || !skip_word(&at, course.nonce) ||
	    !skip_word(&at, " "))
		return "a result without this run's mark";
	if (number != t->done + 1 || number > t->e->count || t->was_last)
		return "a result out of order";
	struct test *test = &t->e->test[number - 1];
	if (!skip_word(&at, test->full))
		return "a result of an unknown test";
	test->result = passed ? PASSED : FAILED;
	if (passed && skip_word(&at, " # skip not checked"))
		test->result = NOT_CHECKED;
	else if (*at != '\0' && (passed || strncmp(at, " # ", 3) != 0))
		return "a result with strange words";
	if (test->result == NOT_CHECKED)
		add_clean(&test->said, at + strspn(at, ": "),
		    strlen(at + strspn(at, ": ")), MOST_SHOWN);
	t->done++;
	t->failed += !passed;
	t->in_trace = true;
	return NULL;
}

/* at: after "#" */
static void
take_comment(struct tap *t, const char *at)
{
	static const char *const trace[] = {" (from function ",
	    " (in test file ", "  from function ", "  in test file ", "   `"};
	struct test *test = &t->e->test[t->done - 1];

	for (size_t i = 0; i < sizeof trace / sizeof *trace; i++)
		if (t->in_trace && strncmp(at, trace[i], strlen(trace[i])) == 0)
			return;
	t->in_trace = false;
	at += *at == ' ';
	if (test->said.length < MOST_SHOWN) {
		add_clean(&test->said, at, strlen(at), MOST_SHOWN);
		put_string(&test->said, "\n");
	}
}

static const char *
take_line(struct tap *t, const char *line)
{
	if (skip_word(&line, "1.."))
		return take_plan(t, line);
	if (skip_word(&line, "ok "))
		return take_result(t, line, true);
	if (skip_word(&line, "not ok "))
		return take_result(t, line, false);
	if (!skip_word(&line, "#"))
		return *line == '\0' ? NULL : "a line that bats does not print";
	if (t->done > 0)
		take_comment(t, line);
	return NULL;
}

/* What speaks against the whole; formats as the reason for the report. */
static const char *
judge_whole(const struct tap *t, int status, const char *strange)
{
	static char why[160];

	if (WIFSIGNALED(status))
		snprintf(why, sizeof why, "the grader was killed by %s",
		    signal_name(WTERMSIG(status)));
	else if (WEXITSTATUS(status) > 128)
		snprintf(why, sizeof why, "the grader was killed by %s",
		    signal_name(WEXITSTATUS(status) - 128));
	else if (strange != NULL)
		snprintf(why, sizeof why, "a forged result: %s", strange);
	else if (!t->planned || t->done != t->e->count)
		snprintf(why, sizeof why,
		    "the grader was stopped: %d of %d "
		    "tests have a result",
		    t->done, t->e->count);
	else if (WEXITSTATUS(status) != (t->failed > 0))
		snprintf(why, sizeof why,
		    "a forged result: bats ended with status %d",
		    WEXITSTATUS(status));
	else
		return NULL;
	return why;
}

/* status: of bats, as from waitpid */
const char *
read_tap(struct exercise *e, const char *text, int status)
{
	struct tap t = {.e = e};
	const char *strange = NULL;
	char *copy = strdup(text), *rest = copy, *line;

	if (copy == NULL)
		failed("malloc", e->name);
	while (strange == NULL && (line = strsep(&rest, "\n")) != NULL)
		strange = take_line(&t, line);
	const char *why = judge_whole(&t, status, strange);
	free(copy);
	return why;
}

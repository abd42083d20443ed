/*
 * lines.c: the lines of the trace, held against the calls that they speak of.
 * A line that ends in "= ?" stands before its call, and waits for it.
 */
#include <stdio.h>
#include <string.h>

#include "tools/sidebyside/sidebyside.h"

bool said_anything;

/* What the line says is not so: what the kernel knows, which may end with a
 * call that it saw instead. */
static void
contradict(struct task *task, const struct line *line, const char *kernel,
    struct span made)
{
	struct span said = body_of(line);

	problem(task, "the trace says \u00ab%.*s\u00bb%s%.*s", (int)said.length,
	    said.at, kernel, (int)made.length, made.at);
}

static void
no_such_call(struct task *task, const struct line *line)
{
	contradict(task, line, ", the kernel saw no such call", none);
}

/* A line with its call before it. */
static void
take_call_line(struct task *task, const struct line *line)
{
	static struct text made, right;
	int near, match = find_match(task, &line->call, &near);
	int at = match >= 0 ? match : near;

	clear(&made);
	clear(&right);
	if (at >= 0) {
		set(&made, span_of(&task->candidate[at].text));
		put_cell(&right, task, span_of(&made));
	} else
		put_string(&right, may_be_none(&line->call) ? "(no system call)"
							    : "(no such call)");
	settle(task, false, at, false);
	show_line(task, line, span_of(&right));
	if (match < 0 && near >= 0)
		contradict(task, line, ", the kernel ", span_of(&made));
	else if (match < 0 && !may_be_none(&line->call))
		no_such_call(task, line);
}

/* A library call's line: all calls between its two looks may be its own. */
static void
take_library_line(struct task *task, const struct line *line)
{
	static struct text right;
	char counted[80];

	if (is_system_call(line->call.name))
		contradict(task, line, " of a system call", none);
	if ((line->reads < 0 || line->writes < 0) && !task->look_failed)
		contradict(task, line, ", and the kernel told it", none);
	snprintf(counted, sizeof counted,
	    ", the kernel saw %ld reads, %ld writes", task->reads,
	    task->writes);
	if ((line->reads >= 0 && line->reads != task->reads) ||
	    (line->writes >= 0 && line->writes != task->writes))
		contradict(task, line, counted, none);
	clear(&right);
	settle_window(task, &right);
	show_line(task, line, span_of(&right));
}

/* "read(3, buf, 8) = ... sleeps", which the watcher says of another lane. */
static const struct line *asleep;
static struct task *sleeper;

static void
find_sleeper(struct task *task)
{
	struct span begun = span_of(&task->unfinished);
	struct call made = {.name = {begun.at, 0}};
	size_t role = task->role.length;

	while (made.name.length < begun.length &&
	       begun.at[made.name.length] != '(')
		made.name.length++;
	if (task->is.state == TRACED && role > 0 &&
	    begins(asleep->text, task->role.at) &&
	    asleep->text.at[role] == ' ' && may_be(&asleep->call, &made))
		sleeper = task;
}

static void
take_asleep_line(struct task *task, const struct line *line)
{
	asleep = line;
	sleeper = NULL;
	for_each_task(find_sleeper);
	if (sleeper == NULL) {
		no_such_call(task, line);
		show_line(task, line, none);
		return;
	}
	show_line(sleeper, line, begun_cell(sleeper));
	sleeper->asleep = true;
}

/* The "= ?" line, beside the call that came of it, or nothing. */
void
show_promise(struct task *task, struct span right)
{
	struct line line;

	if (parse_line(span_of(&task->promise), &line))
		show_line(task, &line, right);
	clear(&task->promise);
}

/* Nothing came of it, which is no fault where the lane was killed. */
void
break_promise(struct task *task, bool killed)
{
	struct line line;

	if (task->promise.length == 0)
		return;
	if (!killed && parse_line(span_of(&task->promise), &line))
		no_such_call(task, &line);
	show_promise(task, none);
}

/*
 * The call may be the one that a "= ?" line waits for; false if there is no
 * such line or it is another call. A script without "#!" goes to the shell.
 */
bool
keep_promise(struct task *task, const struct event *e)
{
	bool exec = begins(e->call.name, "execve");
	struct line line;

	if (task->promise.length == 0 ||
	    !parse_line(span_of(&task->promise), &line) ||
	    !may_be(&line.call, &e->call))
		return false;
	if (!equal_calls(&line.call, &e->call) && !task->is_script)
		contradict(task, &line, ", the kernel ", e->text);
	task->is_script = is(failure_name(e->call.result), "ENOEXEC");
	if (exec && !is(e->call.result, "0"))
		return task->is_script; /* else its own line will follow */
	show_promise(task, cell(task, e->text));
	task->promised = !exec;
	return true;
}

/* "execvp(...) = -1 ENOENT (...)" after "execvp(...) = ?" */
static bool
comes_back(const struct line *line)
{
	return line->is_call && is(line->call.name, "execvp") &&
	       failure_name(line->call.result).length > 0;
}

static void
take_line_of_call(struct task *task, const struct line *line)
{
	static const char same_call[] = "(the same call, seen from the child)";

	if (is(line->call.result, "... sleeps")) {
		take_asleep_line(task, line);
		return;
	}
	if (line->library)
		take_library_line(task, line);
	else if (is(line->call.result, "?")) {
		settle(task, false, -1, false);
		set(&task->promise, line->text);
	} else if (is(line->call.name, "fork") && is(line->call.result, "0")) {
		settle(task, false, -1, false);
		show_line(task, line,
		    cell(task, (struct span){same_call, sizeof same_call - 1}));
	} else
		take_call_line(task, line);
	task->phase = SPEAKING;
}

static void
take_line(struct task *task, const struct line *line)
{
	size_t role = 0;

	said_anything = true;
	while (role < line->prefix && line->text.at[role] != ' ')
		role++;
	if (role > 0 && task->is.state != WATCHER) {
		task->seat = (int)line->indent / 4;
		set(&task->role, (struct span){line->text.at, role});
	}
	if (!comes_back(line))
		break_promise(task, false);
	else if (task->promise.length > 0)
		show_promise(task, none);
	if (task->promised)
		problem(task, "the trace goes on after a call that ends in ?");
	task->promised = false;
	if (line->is_call) {
		take_line_of_call(task, line);
		return;
	}
	show_outputs(task);
	show_line(task, line, none);
}

/* Colours are for the eye: ESC [ digits ; ... m is taken out. */
static void
strip_colors(struct text *t)
{
	size_t to = 0;

	for (size_t i = 0; i < t->length; i++) {
		size_t end = i + 2;
		if (begins((struct span){t->at + i, t->length - i}, "\033[")) {
			while (end < t->length &&
			       strchr("0123456789;", t->at[end]) != NULL)
				end++;
			if (end < t->length && t->at[end] == 'm') {
				i = end;
				continue;
			}
		}
		t->at[to++] = t->at[i];
	}
	t->length = to;
}

/* "program: ...", as fail() says it. */
static bool
is_message(struct span text)
{
	size_t i = 0;

	while (i < text.length && text.at[i] > ' ' && text.at[i] != '(' &&
	       text.at[i] != ':')
		i++;
	return i > 0 &&
	       begins((struct span){text.at + i, text.length - i}, ": ");
}

/* Is it a note, a call, or with an empty role a line of a picture? */
static bool
is_true_line(const struct line *line)
{
	bool picture = line->prefix > 0 && line->text.at[0] == ' ';

	for (size_t i = 0; i < line->text.length; i++)
		if ((unsigned char)line->text.at[i] < ' ' ||
		    line->text.at[i] == '\177')
			return false;
	if (line->prefix == 0)
		return is_message(line->text);
	return line->is_call ? !picture : picture || begins(body_of(line), "#");
}

/* Also the last line, which has no end, as the process has. */
void
take_partial(struct task *task)
{
	static struct text whole;
	struct line line;

	set(&whole, span_of(&task->partial));
	clear(&task->partial);
	strip_colors(&whole);
	if (begins(span_of(&whole), "{\"lane\":"))
		only_problem("--check reads the text trace: leave out --trace");
	if (!parse_line(span_of(&whole), &line))
		line = (struct line){.text = span_of(&whole)};
	if (!is_true_line(&line))
		problem(task,
		    "the trace wrote a line that is no line: \u00ab%.*s\u00bb",
		    (int)whole.length, whole.at);
	take_line(task, &line);
}

/* The trace has written a line, or part of one, or several. */
void
take_trace(struct task *task, const struct event *e)
{
	const char *at = e->bytes.at, *end = at + e->bytes.length, *newline;

	fold(OF_TRACE);
	if (failure_name(e->call.result).length == 0 && e->bytes.length == 0)
		problem(task, "%.*s: strace does not show what it wrote",
		    (int)e->text.length, e->text.at);
	while (at < end &&
	       (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		put_bytes(&task->partial, at, (size_t)(newline - at));
		take_partial(task);
		at = newline + 1;
	}
	if (task->partial.length < 1 << 16)
		put_bytes(&task->partial, at, (size_t)(end - at));
}

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
	problem(task, "the trace says \u00ab%.*s\u00bb%s%.*s",
	    (int)line->body.length, line->body.at, kernel, (int)made.length,
	    made.at);
}

static void
no_such_call(struct task *task, const struct line *line)
{
	contradict(task, line, ", the kernel saw no such call", none);
}

/* The calls that the line speaks of stand beside it, and below. */
static void
show_said(struct task *task, const struct line *line, const char *missing)
{
	struct candidate *end = task->candidate + task->candidates;
	bool shown = false;
	char more[40];

	judge(task, false, false);
	for (struct candidate *k = task->candidate; k < end; k++) {
		if (k->state != SAID)
			continue;
		snprintf(more, sizeof more, "(%ld calls more)", k->more);
		if (k->more > 0)
			show_call(task, as_span(more));
		if (shown)
			show_call(task, k->event.text);
		else
			show_line(task, line, k->event.text);
		shown = true;
	}
	if (!shown)
		show_line(task, line, as_span(missing));
	forget(task);
}

/* A line with its call before it. */
static void
take_call_line(struct task *task, const struct line *line)
{
	bool may_lack = may_be_none(&line->call);
	struct candidate *k = find_match(task, &line->call);

	if (k != NULL)
		k->state = SAID;
	if (k != NULL && !equal_calls(&line->call, &k->event.call))
		contradict(task, line, ", the kernel ", k->event.text);
	else if (k == NULL && !may_lack)
		no_such_call(task, line);
	show_said(task, line, may_lack ? "(no system call)" : "(no such call)");
}

/* A library call's line: all calls between its two looks may be its own. */
static void
take_library_line(struct task *task, const struct line *line)
{
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
	for (int i = 0; i < task->candidates; i++)
		if (task->candidate[i].excuse != OF_LIBC &&
		    task->candidate[i].looks == 1)
			task->candidate[i].state = SAID;
	show_said(task, line, "(no system call)");
}

/* "read(3, buf, 8) = ... sleeps", which the watcher says of another lane. */
static void
take_asleep_line(struct task *watcher, const struct line *line)
{
	for (struct task *t = tasks; t != NULL; t = t->next) {
		struct call begun = {
		    .name = before(span_of(&t->unfinished), "(")};
		if (t->is.state != TRACED ||
		    !same(line->role, span_of(&t->role)) ||
		    !may_be(&line->call, &begun))
			continue;
		show_line(t, line, begun_call(t));
		t->asleep = true;
		return;
	}
	no_such_call(watcher, line);
	show_line(watcher, line, none);
}

/* The "= ?" line, beside the call that came of it, or nothing. */
void
show_promise(struct task *task, struct span made)
{
	if (task->promised.length > 0)
		show_line(task, &task->promise, made);
	clear(&task->promised);
}

/* Nothing came of it, which is no fault where the lane was killed. */
void
break_promise(struct task *task, bool killed)
{
	if (task->promised.length > 0 && !killed)
		no_such_call(task, &task->promise);
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
	const struct call *said = &task->promise.call;

	if (task->promised.length == 0 || !may_be(said, &e->call))
		return false;
	if (!equal_calls(said, &e->call) && !task->is_script)
		contradict(task, &task->promise, ", the kernel ", e->text);
	task->is_script = is(failure_name(e->call.result), "ENOEXEC");
	if (exec && !is(e->call.result, "0"))
		return task->is_script; /* else its own line will follow */
	show_promise(task, e->text);
	task->was_last = !exec;
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
	const struct call *said = &line->call;

	if (is(said->result, "... sleeps")) {
		take_asleep_line(task, line);
		return;
	}
	if (line->library)
		take_library_line(task, line);
	else if (is(said->result, "?")) {
		settle(task);
		set(&task->promised, line->text);
		parse_line(span_of(&task->promised), &task->promise);
	} else if (is(said->name, "fork") && is(said->result, "0")) {
		settle(task);
		show_line(task, line,
		    as_span("(the same call, seen from the child)"));
	} else
		take_call_line(task, line);
	task->phase = SPEAKING;
}

static void
take_line(struct task *task, const struct line *line)
{
	said_anything = true;
	if (line->role.length > 0 && task->is.state != WATCHER) {
		task->seat = (int)line->indent / 4;
		set(&task->role, line->role);
	}
	break_promise(task, comes_back(line));
	if (task->was_last)
		problem(task, "the trace goes on after a call that ends in ?");
	task->was_last = false;
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
		size_t end = i;
		if (begins(rest_of(span_of(t), i), "\033["))
			end += 2 + strspn(t->at + i + 2, "0123456789;");
		if (end > i && t->at[end] == 'm')
			i = end;
		else
			t->at[to++] = t->at[i];
	}
	t->length = to;
}

/* "program: ...", as fail() says it. */
static bool
is_message(struct span text)
{
	struct span name = before(before(before(text, ":"), " "), "(");

	return name.length > 0 && begins(rest_of(text, name.length), ": ");
}

/* Is it a note, a call, or with an empty role a line of a picture? */
static bool
is_true_line(const struct line *line)
{
	if (has_control(line->text))
		return false;
	if (line->prefix == 0)
		return is_message(line->text);
	if (line->role.length == 0)
		return !line->is_call;
	return line->is_call || begins(line->body, "#");
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
	parse_line(span_of(&whole), &line);
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
	struct span rest = e->bytes, line;

	fold(OF_TRACE);
	if (number(e->call.result) > 0 && rest.length == 0)
		problem(task, "%.*s: strace does not show what it wrote",
		    (int)e->text.length, e->text.at);
	while ((line = before(rest, "\n")).length < rest.length) {
		put_bytes(&task->partial, line.at, line.length);
		take_partial(task);
		rest = rest_of(rest, line.length + 1);
	}
	if (task->partial.length < 1 << 16)
		put_bytes(&task->partial, rest.at, rest.length);
}

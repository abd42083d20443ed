/*
 * lines.c: the lines of the trace, and the calls that they speak of. A line
 * stands after its call, so the calls of a lane wait here until its next line;
 * a line that ends in "= ?" stands before its call, and waits for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sidebyside.h"

#define FIRST_SHOWN 3 /* of the calls that a library call made, */
#define MOST_SHOWN  6 /* if they are more than this */

bool said_anything;

static void
clear_candidates(struct task *task)
{
	task->candidates = 0;
	task->dropped = 0;
	task->reads = task->writes = 0;
	task->looks = 0;
	task->look_failed = false;
	task->signal.length = 0;
	task->own_fault = false;
}

static void
show_candidate_output(struct task *task, struct candidate *k)
{
	struct call c;

	if (!k->shown && parse_call(span_of(&k->text), &c))
		show_output(task, &c, span_of(&k->text), span_of(&k->bytes),
		    k->missing);
	k->shown = true;
}

/* The outputs so far are the program's own words. */
void
show_outputs(struct task *task)
{
	for (int i = 0; i < task->candidates; i++)
		if (task->candidate[i].class == OUTPUT)
			show_candidate_output(task, &task->candidate[i]);
}

static bool
is_quiet(const struct candidate *k)
{
	return k->class == OF_TRACE || k->class == OF_LIBC;
}

/* Is it the time for what this class does? */
static bool
is_time_for(const struct task *task, enum class class, enum when when)
{
	switch (class) {
	case OF_TRACE:
	case OF_LIBC:
	case OF_MEASURE:
		return true;
	case OF_START:
		return task->phase == STARTING;
	case OF_BIRTH:
		return task->phase != SPEAKING;
	case OF_SAMPLE:
		return task->phase == STARTING || when == AT_END;
	case ENDING:
		return when == AT_END;
	default:
		return false;
	}
}

static void
defer(struct task *task, struct span text)
{
	if (task->deferred.length > 4096)
		return;
	add(&task->deferred, text.at, text.length);
	add(&task->deferred, "\n", 1);
}

static void
settle_one(struct task *task, struct candidate *k, enum when when)
{
	struct span text = span_of(&k->text);

	switch (k->class) {
	case OUTPUT:
		show_candidate_output(task, k);
		return;
	case UNSAID:
		break;
	default:
		if (is_time_for(task, k->class, when)) {
			if (k->class == ENDING)
				show_call(task, text);
			else
				fold(k->class);
			return;
		}
		if (when == BEFORE_NOTE) { /* perhaps the last call was made */
			fold(k->class);
			defer(task, text);
			return;
		}
	}
	struct call c;
	/* strace writes ???() where the end came before the call's name */
	bool cut = begins(text, "?\?\?(") ||
		   (parse_call(text, &c) && begins(c.result, "?"));
	if (when == AT_END && (k->after_signal || cut))
		show_call(task, text);
	else
		show_unsaid(task, text);
}

/* There are too many to keep: one of those that say least is let go. */
static void
drop_candidate(struct task *task)
{
	int i = 0;

	while (i < MOST_CANDIDATES &&
	       !is_time_for(task, task->candidate[i].class, BEFORE_CALL))
		i++;
	struct candidate *k =
	    &task->candidate[i < MOST_CANDIDATES ? i : FIRST_SHOWN];
	struct candidate kept = *k,
			 *last = &task->candidate[--task->candidates];
	if (k->class == OUTPUT)
		show_candidate_output(task, k);
	else if (i < MOST_CANDIDATES)
		fold(k->class);
	else if (k->looks != 1)
		settle_one(task, k, BEFORE_CALL);
	else {
		task->dropped++;
		set(&task->dropped_example, k->text.at, k->text.length);
	}
	memmove(k, k + 1, (size_t)(last - k) * sizeof *k);
	*last = kept;
}

/* The call waits for its line. */
static void
add_candidate(struct task *task, const struct event *e, enum class class)
{
	if (task->candidate == NULL)
		task->candidate =
		    calloc(MOST_CANDIDATES, sizeof *task->candidate);
	if (task->candidate == NULL)
		out_of_memory();
	if (task->candidates == MOST_CANDIDATES)
		drop_candidate(task);
	struct candidate *k = &task->candidate[task->candidates++];
	set(&k->text, e->text.at, e->text.length);
	set(&k->bytes, e->bytes.at, e->bytes.length);
	k->missing = e->missing;
	k->class = class;
	k->shown = false;
	k->after_signal = task->signal.length > 0 && ends_cleanly(&e->call);
	k->looks = task->looks;
}

static bool
is_look(const struct call *c)
{
	return begins(c->name, "open") && c->count >= 2 &&
	       contains(c->arg[c->name.length > 4 ? 1 : 0], "/io\"");
}

/* A call of a traced lane that does not belong to a promise. */
void
take_call(struct task *task, const struct event *e, enum class class)
{
	/* a library call stands between two looks at what was counted */
	if (class == OF_TRACE && is_look(&e->call)) {
		if (task->looks == 0)
			settle(task, BEFORE_CALL, -1, false);
		task->looks++;
		task->look_failed |= failure_name(e->call.result).length > 0;
	}
	if (task->looks < 2)
		count_io(task, &e->call, class);
	add_candidate(task, e, class);
}

/* What waited for the end of the lane, and it goes on. */
void
report_deferred(struct task *task)
{
	struct span rest = span_of(&task->deferred);

	while (rest.length > 0) {
		const char *end = memchr(rest.at, '\n', rest.length);
		size_t length = (size_t)(end - rest.at);
		problem(
		    task, "%.*s: not said by the trace", (int)length, rest.at);
		rest.at += length + 1;
		rest.length -= length + 1;
	}
	task->deferred.length = 0;
}

/* The last call that only a line could explain; -1: none. */
static int
last_unsaid(const struct task *task)
{
	for (int i = task->candidates - 1; i >= 0; i--)
		if (task->candidate[i].class == UNSAID &&
		    !task->candidate[i].after_signal)
			return i;
	return -1;
}

/*
 * No line will speak of the candidates any more, but for the one at except,
 * -1: none. forgive: a signal came between the last one and its line.
 */
void
settle(struct task *task, enum when when, int except, bool forgive)
{
	int forgiven = forgive ? last_unsaid(task) : -1;

	if (when == BEFORE_CALL)
		report_deferred(task);
	for (int i = 0; i < task->candidates; i++)
		if (i == forgiven)
			show_call(task, span_of(&task->candidate[i].text));
		else if (i != except)
			settle_one(task, &task->candidate[i], when);
	if (task->dropped > 0)
		problem(task, "%ld calls like %.*s: not said by the trace",
		    task->dropped, (int)task->dropped_example.length,
		    task->dropped_example.at);
	clear_candidates(task);
}

/* The latest candidate that is the call of the line; *near: one that has its
 * name. -1: there is none. */
static int
find_match(const struct task *task, const struct call *said, int *near)
{
	struct call made;

	*near = -1;
	for (int i = task->candidates - 1; i >= 0; i--) {
		if (!parse_call(span_of(&task->candidate[i].text), &made))
			continue;
		if (equal_calls(said, &made))
			return i;
		if (*near == -1 && may_be(said, &made))
			*near = i;
	}
	return -1;
}

static struct span
body_of(const struct line *line)
{
	size_t skip = line->prefix + line->indent;

	return (struct span){line->text.at + skip, line->text.length - skip};
}

static void
no_such_call(struct task *task, struct span said)
{
	problem(task,
	    "the trace says \u00ab%.*s\u00bb, the kernel saw no such call",
	    (int)said.length, said.at);
}

static void
other_call(struct task *task, struct span said, struct span made)
{
	problem(task, "the trace says \u00ab%.*s\u00bb, the kernel %.*s",
	    (int)said.length, said.at, (int)made.length, made.at);
}

/* A line with its call before it. */
static void
take_call_line(struct task *task, const struct line *line)
{
	static struct text made;
	int near, match = find_match(task, &line->call, &near);
	int at = match >= 0 ? match : near;
	struct span right = {"(no such call)", 14};
	struct call call;

	if (at >= 0) {
		struct text *text = &task->candidate[at].text;
		set(&made, text->at, text->length);
		right = span_of(&made);
	}
	if (match >= 0 && parse_call(right, &call) && begins(call.name, "open"))
		forget_fd(task, number(call.result));
	settle(task, BEFORE_CALL, at, false);
	show_line(line, cell(task, right));
	if (match < 0 && near >= 0)
		other_call(task, body_of(line), right);
	else if (match < 0)
		no_such_call(task, body_of(line));
}

static void
check_cost(struct task *task, const struct line *line)
{
	if (is_system_call(line->call.name))
		problem(task,
		    "the trace says \u00ab%.*s\u00bb of a system call",
		    (int)body_of(line).length, body_of(line).at);
	if ((line->reads < 0 || line->writes < 0) && !task->look_failed)
		problem(task,
		    "the trace says \u00ab%.*s\u00bb, and the kernel told it",
		    (int)body_of(line).length, body_of(line).at);
	if ((line->reads >= 0 && line->reads != task->reads) ||
	    (line->writes >= 0 && line->writes != task->writes))
		problem(task,
		    "the trace says \u00ab%.*s\u00bb, the kernel saw %ld "
		    "reads, %ld writes",
		    (int)body_of(line).length, body_of(line).at, task->reads,
		    task->writes);
}

static void
add_cell(struct text *right, const struct task *task, struct span text)
{
	struct span one = cell(task, text);

	if (right->length > 0)
		add(right, "\n", 1);
	add(right, one.at, one.length);
}

static bool
is_shown(const struct candidate *k)
{
	return !k->shown && k->looks == 1 && !is_quiet(k);
}

/* The calls that a library call made: all, or the first ones and the last. */
static void
add_calls(struct text *right, const struct task *task)
{
	long all = task->dropped, shown = 0;
	char more[48];

	for (int i = 0; i < task->candidates; i++)
		all += is_shown(&task->candidate[i]);
	for (int i = 0; i < task->candidates; i++) {
		struct candidate *k = &task->candidate[i];
		if (!is_shown(k))
			continue;
		if (all <= MOST_SHOWN || shown < FIRST_SHOWN ||
		    shown == all - 1 - task->dropped)
			add_cell(right, task, span_of(&k->text));
		else if (shown == FIRST_SHOWN) {
			int length = snprintf(more, sizeof more,
			    "(%ld calls more)", all - FIRST_SHOWN - 1);
			add_cell(
			    right, task, (struct span){more, (size_t)length});
		}
		shown++;
	}
	if (shown == 0)
		add_cell(right, task, (struct span){"(no system call)", 16});
}

/* A library call's line: all calls between its two looks may be its own. */
static void
take_library_line(struct task *task, const struct line *line)
{
	static struct text right;

	check_cost(task, line);
	report_deferred(task);
	right.length = 0;
	add_calls(&right, task);
	for (int i = 0; i < task->candidates; i++) {
		struct candidate *k = &task->candidate[i];
		if (is_quiet(k))
			fold(k->class);
		else if (k->looks != 1)
			settle_one(task, k, BEFORE_CALL);
	}
	show_line(line, span_of(&right));
	clear_candidates(task);
}

static bool
is_birth(const struct call *said)
{
	return is(said->name, "fork") && is(said->result, "0");
}

/* execvp tries every folder of PATH: the first and the last are enough. */
static struct span
without_middle(struct task *task)
{
	static struct text shown;
	struct span all = span_of(&task->promise_calls);
	const char *first = NULL, *last = NULL, *at = all.at;
	char more[64];
	long lines = 0;

	for (size_t i = 0; i < all.length; i++)
		if (all.at[i] == '\n') {
			first = first == NULL ? at + i : first;
			last = at + i;
			lines++;
		}
	if (lines < 3)
		return all;
	int length =
	    snprintf(more, sizeof more, "(%ld more, which failed)", lines - 1);
	set(&shown, at, (size_t)(first + 1 - at));
	struct span middle = cell(task, (struct span){more, (size_t)length});
	add(&shown, middle.at, middle.length);
	add(&shown, last, (size_t)(at + all.length - last));
	return span_of(&shown);
}

/* The call of a "= ?" line has been made, or will not be. */
static void
end_promise(struct task *task)
{
	row_complete(task->promise_row, without_middle(task));
	task->promise.length = 0;
	task->promise_calls.length = 0;
}

/* Nothing came of it, which is no fault where the lane was killed. */
void
break_promise(struct task *task, bool killed)
{
	struct line line;

	if (!killed && parse_line(span_of(&task->promise), &line))
		no_such_call(task, body_of(&line));
	end_promise(task);
}

static void
make_promise(struct task *task, const struct line *line)
{
	struct left left = {line->text, line->prefix, line->indent};

	settle(task, BEFORE_CALL, -1, false);
	set(&task->promise, line->text.at, line->text.length);
	task->promise_calls.length = 0;
	task->last_exec.length = 0;
	task->promise_row = row_waiting(left);
}

/* "execvp(...) = -1 ENOENT (...)" after "execvp(...) = ?" */
static bool
comes_back(struct task *task, const struct line *line)
{
	struct line before;

	if (task->promise.length == 0 || !line->is_call ||
	    !is(line->call.name, "execvp") ||
	    failure_name(line->call.result).length == 0 ||
	    !parse_line(span_of(&task->promise), &before))
		return false;
	struct span failure = failure_name(line->call.result);
	struct text words = {NULL, 0, 0};
	add_text(&words, "= -1 ");
	add(&words, failure.at, failure.length);
	add(&words, "", 1);
	if (!contains(span_of(&task->promise_calls), words.at))
		other_call(task, body_of(line), span_of(&task->last_exec));
	free(words.at);
	settle(task, BEFORE_CALL, -1, false);
	end_promise(task);
	show_line(
	    line, cell(task, without_environment(span_of(&task->last_exec))));
	return true;
}

static void
take_line(struct task *task, const struct line *line)
{
	static const char same_call[] = "(the same call, seen from the child)";

	said_anything = true;
	task->traced = true;
	task->indent = line->indent;
	if (comes_back(task, line))
		return;
	if (task->promise.length > 0)
		break_promise(task, false);
	if (task->promised)
		problem(task, "the trace goes on after a call that ends in ?");
	task->promised = false;
	if (!line->is_call) {
		settle(task, BEFORE_NOTE, -1, false);
		show_line(line, (struct span){"", 0});
		return;
	}
	if (line->library)
		take_library_line(task, line);
	else if (is(line->call.result, "?"))
		make_promise(task, line);
	else if (is_birth(&line->call)) {
		settle(task, BEFORE_CALL, -1, false);
		show_line(line,
		    cell(task, (struct span){same_call, sizeof same_call - 1}));
	} else
		take_call_line(task, line);
	task->phase = SPEAKING;
}

/* Colours are for the eye: ESC [ digits ; ... m is taken out. */
static void
strip_colors(struct text *t)
{
	size_t to = 0;

	for (size_t i = 0; i < t->length; i++) {
		if (begins((struct span){t->at + i, t->length - i}, "\033[")) {
			size_t end = i + 2;
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

static bool
has_control(struct span text)
{
	for (size_t i = 0; i < text.length; i++)
		if ((unsigned char)text.at[i] < ' ' || text.at[i] == '\177')
			return true;
	return false;
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
is_line(const struct line *line)
{
	bool picture = line->text.at[0] == ' ';

	return line->is_call ? !picture : picture || begins(body_of(line), "#");
}

static void
take_text(struct task *task, struct span text)
{
	struct line line;
	bool parsed = parse_line(text, &line);

	if (begins(text, "{\"lane\":"))
		only_problem("--check reads the text trace: leave out --trace");
	if (has_control(text) || (parsed ? !is_line(&line) : !is_message(text)))
		problem(task,
		    "the trace wrote a line that is no line: \u00ab%.*s\u00bb",
		    (int)text.length, text.at);
	if (!parsed)
		line = (struct line){.text = text};
	take_line(task, &line);
}

/* The last line has no end, as the process has. */
void
take_partial(struct task *task)
{
	static struct text whole;

	if (task->partial.length == 0)
		return;
	set(&whole, task->partial.at, task->partial.length);
	task->partial.length = 0;
	strip_colors(&whole);
	take_text(task, span_of(&whole));
}

/* The trace has written a line, or part of one, or several. */
void
take_trace(struct task *task, const struct event *e)
{
	const char *at = e->bytes.at, *end = at + e->bytes.length, *newline;

	fold(OF_TRACE);
	if (e->bytes.length == 0 || e->missing > 0)
		problem(task, "%.*s: strace does not show what it wrote",
		    (int)e->text.length, e->text.at);
	while (at < end &&
	       (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		add(&task->partial, at, (size_t)(newline - at));
		if (task->partial.length == 0)
			take_text(task, (struct span){"", 0});
		take_partial(task);
		at = newline + 1;
	}
	if (task->partial.length < 1 << 16)
		add(&task->partial, at, (size_t)(end - at));
}

/* Before the trace is born only a start-up may be seen, if it ever is. */
void
take_before_trace(struct task *task, const struct event *e, enum class class)
{
	if (class != OF_LIBC && class != OF_START && class != OF_OPTIONS &&
	    class != OUTPUT && class != OF_TRACE)
		defer(task, e->text);
}

static void
add_promise_call(struct task *task, struct span text)
{
	struct span one = cell(task, without_environment(text));

	if (task->promise_calls.length > 0)
		add(&task->promise_calls, "\n", 1);
	add(&task->promise_calls, one.at, one.length);
}

/* Is it a script that execvp gives to the shell, as it has no "#!"? */
static bool
is_fallback(const struct task *task, const struct call *made)
{
	return contains(span_of(&task->last_exec), "= -1 ENOEXEC ") &&
	       is(made->name, "execve");
}

/*
 * The call may be the one that a "= ?" line waits for; false if there is no
 * such line or it is another call.
 */
bool
keep_promise(struct task *task, const struct event *e)
{
	struct line line;

	if (task->promise.length == 0 ||
	    !parse_line(span_of(&task->promise), &line) ||
	    !may_be(&line.call, &e->call))
		return false;
	if (!equal_calls(&line.call, &e->call) && !is_fallback(task, &e->call))
		other_call(task, body_of(&line), e->text);
	add_promise_call(task, e->text);
	if (is(line.call.name, "execvp")) {
		set(&task->last_exec, e->text.at, e->text.length);
		if (is(e->call.result, "0"))
			end_promise(task);
		return true;
	}
	end_promise(task);
	task->promised = true;
	return true;
}

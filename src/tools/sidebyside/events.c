/*
 * events.c: what a call, a signal or an end means, by whose it is: a program
 * without a trace is only shown, a lane is compared with its lines, a stranger
 * that a lane became is only counted, and a watcher is not even shown.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/sidebyside/sidebyside.h"

int execs; /* strace's own, then run_program()'s; the rest is the program */
static long images;
static long traced_image; /* of the program that has a trace */

/* A new task is what its parent is; but where a bracket is open, the parent
 * will watch, and the child is the demo. */
void
inherit(struct task *child, const struct task *parent)
{
	child->is = parent->is;
	if (child->is.state == WATCHER)
		child->is.state = TRACED;
	child->is.forked = true;
	set(&child->role, span_of(&parent->role));
	child->bracket = parent->bracket;
	memcpy(child->own, parent->own, sizeof child->own);
	child->phase = child->is.trace > 0 && !child->bracket ? BORN : STARTING;
}

/* The process is another program from here on. */
static void
take_exec(struct task *task, const struct event *e)
{
	bool untraced = task->is.state == UNTRACED;
	bool told = !untraced && keep_promise(task, e);
	struct span name = after_last(rest_of(e->call.arg[0], 1), '/');

	if (untraced)
		forget(task);
	settle(task);
	if (untraced)
		show_call(task, e->text);
	else if (!told)
		show_unsaid(task, e->text);
	task->is = (struct kind){.state = untraced ? UNTRACED : STRANGER,
	    .loading = true,
	    .image = ++images};
	set(&task->program, before(name, "\""));
}

/* A call of a program that has no trace, or has none yet: then what needs a
 * line waits for the trace. */
static void
take_untraced(struct task *task, struct event *e, enum excuse excuse)
{
	if (begins_trace(task, e)) {
		task->is.state = TRACED;
		traced_image = task->is.image;
		if (task->is.tty > 0)
			rows_question(none);
		rows_start(true);
		fold(OF_TRACE);
		settle(task);
		return;
	}
	if (excuse == OF_LIBC || (excuse == OF_START && !task->is.started)) {
		fold(excuse);
		return;
	}
	task->is.started = true;
	show_output(task, e);
	if (excuse == UNSAID && task->candidates < 64)
		take_call(task, e, excuse);
}

/* What a stranger writes is shown where the user would see it. */
static void
take_strange(struct task *task, const struct event *e)
{
	if (e->bytes.length > 0 &&
	    (is_screen(e->leads, 1) || is_screen(e->leads, 2)))
		show_output(task, e);
	else {
		task->calls++;
		fold(OF_STRANGER);
	}
}

static void
take_lane(struct task *task, struct event *e, enum excuse excuse)
{
	bool forks =
	    begins(e->call.name, "clone") || ends(e->call.name, "fork");

	if (is_write_to(task->is.trace, e) && is(e->call.result, "0")) {
		fold(OF_TRACE);
		turn_bracket(task);
	} else if (is_write_to(task->is.trace, e))
		take_trace(task, e);
	else if (is_write_to(task->is.tty, e))
		rows_question(e->bytes);
	else if (task->bracket && task->phase == STARTING && forks)
		task->is.state = WATCHER;
	else if (task->bracket || !keep_promise(task, e))
		take_call(task, e, excuse);
}

static void
take_known(struct task *task, struct event *e)
{
	enum excuse excuse = classify(task, e);

	if (task->is.state == STRANGER) {
		take_strange(task, e);
		return;
	}
	if (task->is.loading && (excuse == OF_LIBC || excuse == OF_LOADER)) {
		fold(OF_LOADER);
		return;
	}
	task->is.loading = false;
	if (begins(e->call.name, "execve") && is(e->call.result, "0"))
		take_exec(task, e);
	else if (task->is.state == UNTRACED)
		take_untraced(task, e, excuse);
	else
		take_lane(task, e, excuse);
}

/* Of the execs that looked for a program in PATH, all failed, the last one. */
static void
take_miss(struct task *task)
{
	if (task->misses-- > 0)
		take_known(task, &task->missed);
	task->misses = 0;
}

static void
take_call_event(struct task *task, struct event *e)
{
	bool exec = begins(e->call.name, "execve");

	if (execs < 2 && (!exec || !is(e->call.result, "0") || ++execs < 2))
		return;
	if (exec &&
	    listed(" ENOENT EACCES ENOTDIR ", failure_name(e->call.result))) {
		task->misses++;
		free_event(&task->missed);
		task->missed = *e;
		*e = (struct event){.kind = A_CALL};
		return;
	}
	if (!exec)
		take_miss(task);
	if (begins(e->call.result, "? ERESTART")) /* it will be made again */
		show_call(task, e->text);
	else
		take_known(task, e);
	task->misses = 0;
}

/* "--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=4712, ...} ---" */
static void
take_signal(struct task *task, struct span text)
{
	struct text shown = {.at = NULL};

	if (execs < 2 || task->is.state == STRANGER || task->bracket)
		return;
	take_miss(task);
	task->sent = contains(text, "SI_USER");
	set(&shown, before(text, ", si_uid="));
	if (shown.length < text.length)
		put_string(&shown, ", ...} ---");
	show_call(task, span_of(&shown));
	free(shown.at);
}

static void
end_stranger(struct task *task, struct span text)
{
	struct text said = {.at = NULL};

	if (task->is.forked)
		return;
	put(&said, "(%ld calls of %.*s, which it became)", task->calls,
	    (int)task->program.length, task->program.at);
	show_call(task, span_of(&said));
	show_call(task, text);
	free(said.at);
}

/* text is empty if strace did not tell how it ended. */
static void
take_end(struct task *task, struct span text)
{
	bool killed = text.length == 0 || begins(text, "+++ killed by");

	take_miss(task);
	if (task->is.state == STRANGER) {
		end_stranger(task, text);
		return;
	}
	if (task->partial.length > 0)
		take_partial(task);
	break_promise(task, killed && (task->sent || text.length == 0 ||
					  contains(text, "SIGKILL")));
	if (task->is.state != UNTRACED || task->is.image == traced_image)
		judge(task, true, killed && task->phase != BORN);
	if (task->is.state == WATCHER || execs < 2)
		return;
	if (task->bracket && !killed)
		problem(task, "the trace's own work was not ended");
	if (task->unfinished.length > 0)
		show_call(task, begun_call(task));
	if (text.length > 0)
		show_call(task, text);
}

void
take_event(struct task *task, struct event *e)
{
	if (e->kind == A_CALL)
		take_call_event(task, e);
	else if (e->kind == A_SIGNAL)
		take_signal(task, e->text);
	else
		take_end(task, e->text);
}

/*
 * judge.c: what a call, a signal or an end means, by whose it is: a program
 * without a trace is only shown, a lane is compared with its lines, a stranger
 * that a lane became is only counted.
 */
#include <stdio.h>
#include <string.h>

#include "sidebyside.h"

static int execs; /* until the program runs: strace's, then run_quietly()'s */

bool
ran_program(void)
{
	return execs == 2;
}

/* A new task is what its parent is. */
void
inherit(struct task *child, const struct task *parent)
{
	child->started = true;
	child->parent = parent->pid;
	child->traced = parent->traced;
	child->stranger = parent->stranger;
	child->stranger_root = parent->stranger_root;
	child->indent = parent->indent;
	child->phase = parent->traced ? BORN : STARTING;
	memcpy(child->fds, parent->fds, sizeof child->fds);
}

/* "/usr/bin/sort" of execve("/usr/bin/sort", ...), as "sort". */
static void
remember_program(struct task *task, const struct call *c)
{
	struct span path = c->count > 0 ? c->arg[0] : (struct span){"", 0};
	size_t from = 1;

	for (size_t i = 1; i < path.length; i++)
		if (path.at[i] == '/')
			from = i + 1;
	if (path.length > from)
		set(&task->program, path.at + from, path.length - from - 1);
}

/* The process is another program from here on. */
static void
take_exec(struct task *task, const struct event *e)
{
	memset(task->fds, 0, sizeof task->fds);
	if (!task->traced) {
		task->deferred.length = 0;
		show_call(task, without_environment(e->text));
		task->loading = true;
		task->started = false;
		return;
	}
	if (!keep_promise(task, e)) {
		settle(task, BEFORE_CALL, -1, false);
		show_unsaid(task, without_environment(e->text));
	} else
		settle(task, BEFORE_CALL, -1, false);
	task->stranger = true;
	task->stranger_root = task->pid;
	remember_program(task, &e->call);
}

/* A sleep that a signal interrupted goes on: the call as it began, and the
 * result that it has now. False: the event is not yet a call. */
static bool
join_restarted(struct task *task, struct event *e)
{
	static struct text whole;

	if (begins(e->call.result, "? ERESTART")) {
		set(&task->interrupted, e->text.at,
		    (size_t)(e->call.result.at - e->text.at));
		return false;
	}
	if (is(e->call.name, "restart_syscall") &&
	    task->interrupted.length > 0) {
		set(&whole, task->interrupted.at, task->interrupted.length);
		add(&whole, e->call.result.at, e->call.result.length);
		e->text = span_of(&whole);
		parse_call(e->text, &e->call);
	}
	return true;
}

static bool is_quiet_class(enum class class)
{
	return class == OF_TRACE || class == OF_LIBC || class == OF_START;
}

/* A call of a program that has no trace, or has none yet, or that watches over
 * one that has: that one asked to end with it. */
static void
show_untraced(struct task *task, const struct event *e, enum class class)
{
	take_before_trace(task, e, class);
	if (is(e->call.name, "prctl") && is(e->call.arg[0], "PR_SET_PDEATHSIG"))
		task_of(task->parent)->watches = true;
	if (task->watches && class != OUTPUT) {
		if (!is_quiet_class(class) && !may_watch(&e->call))
			show_unsaid(task, e->text);
		else
			fold(OF_TRACE);
		return;
	}
	if (class == OF_LIBC || (class == OF_START && !task->started)) {
		fold(class);
		return;
	}
	task->started = true;
	if (class == OUTPUT)
		show_output(task, &e->call, e->text, e->bytes, e->missing);
	else
		show_call(task, e->text);
}

static bool
is_trace(const struct task *task, const struct event *e)
{
	return is(e->call.name, "write") && number(e->call.result) > 0 &&
	       kind_of(task, e->call.arg[0]) == TRACE_FILE;
}

/* fcntl(2, F_DUPFD_CLOEXEC, 100): from here on the lane is a traced one. */
static bool
begins_trace(const struct call *c)
{
	return is(c->name, "fcntl") && c->count == 3 && is(c->arg[0], "2") &&
	       is(c->arg[1], "F_DUPFD_CLOEXEC") &&
	       number(c->arg[2]) == FIRST_TRACE_FD &&
	       number(c->result) >= FIRST_TRACE_FD;
}

static bool
was_exec(const struct event *e)
{
	return begins(e->call.name, "execve") && is(e->call.result, "0");
}

static void
take_known_call(struct task *task, struct event *e)
{
	enum class class = classify(task, &e->call);

	if (task->loading && (class == OF_LIBC || class == OF_LOADER)) {
		fold(OF_LOADER);
		return;
	}
	task->loading = false;
	if (was_exec(e))
		take_exec(task, e);
	else if (is_trace(task, e)) {
		if (holds_own(task))
			problem(task, "a descriptor of a look at a pipe, or of "
				      "an option's file, was kept open");
		take_trace(task, e);
	} else if (!task->traced && begins_trace(&e->call)) {
		task->traced = true;
		report_deferred(task);
		fold(OF_TRACE);
	} else if (!task->traced)
		show_untraced(task, e, class);
	else if (!keep_promise(task, e))
		take_call(task, e, class);
}

static void
judge_call(struct task *task, const struct event *e)
{
	struct event joined = *e;

	if (execs < 2) {
		if (was_exec(e) && ++execs == 2)
			take_known_call(task, &joined);
	} else if (task->stranger)
		task->calls++;
	else if (join_restarted(task, &joined))
		take_known_call(task, &joined);
}

/* A signal after which a program usually ends. */
static bool
may_end_it(struct span text)
{
	static const char *const harmless[] = {"--- SIGCHLD", "--- SIGCONT",
	    "--- SIGWINCH", "--- SIGURG", "--- SIGTSTP", "--- SIGTTIN",
	    "--- SIGTTOU", "--- stopped"};

	for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++)
		if (begins(text, harmless[i]))
			return false;
	return true;
}

/* Adds "si_pid=4712, " if the signal says it. */
static void
add_field(struct text *t, struct span text, const char *name)
{
	for (; text.length > 0; text.at++, text.length--)
		if (begins(text, name)) {
			size_t length = 0;
			while (length < text.length && text.at[length] != ',' &&
			       text.at[length] != '}')
				length++;
			add(t, text.at, length);
			add_text(t, ", ");
			return;
		}
}

/* "--- SIGCHLD {si_code=CLD_EXITED, si_pid=4712, ...} ---" */
static void
show_signal(const struct task *task, struct span text)
{
	static struct text shown;
	const char *brace = memchr(text.at, '{', text.length);

	if (brace == NULL) {
		show_call(task, text);
		return;
	}
	set(&shown, text.at, (size_t)(brace + 1 - text.at));
	add_field(&shown, text, "si_code=");
	add_field(&shown, text, "si_pid=");
	add_text(&shown, "...} ---");
	show_call(task, span_of(&shown));
}

/* Whether the process did it to itself, though not by a write to a pipe that
 * nobody reads. */
static bool
is_own_fault(const struct task *task, struct span text)
{
	static const char *const faults[] = {
	    "=SEGV_", "=BUS_", "=ILL_", "=FPE_", "=TRAP_", "=SYS_"};
	char own[40];

	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		if (contains(text, faults[i]))
			return true;
	if (begins(text, "--- SIGSEGV {si_signo=SIGSEGV, si_code=SI_KERNEL"))
		return true;
	snprintf(own, sizeof own, "si_pid=%ld,", (long)task->pid);
	return !begins(text, "--- SIGPIPE") && contains(text, own);
}

/* What was made before another signal than this is no part of the end. */
static void
remember_signal(struct task *task, struct span text)
{
	struct span name = {text.at + 4, 0};

	while (4 + name.length < text.length && name.at[name.length] != ' ')
		name.length++;
	if (same(name, span_of(&task->signal)))
		return;
	set(&task->signal, name.at, name.length);
	task->own_fault = is_own_fault(task, text);
	for (int i = 0; i < task->candidates; i++)
		task->candidate[i].after_signal = false;
}

/* "+++ killed by SIGTERM (core dumped) +++"; empty: strace did not tell. */
static bool
killed_by(struct span text, struct span signal)
{
	static const char killed[] = "+++ killed by ";
	const size_t length = sizeof killed - 1;

	if (text.length == 0)
		return true;
	if (!begins(text, killed) || signal.length == 0)
		return false;
	struct span by = {text.at + length, text.length - length};
	return by.length > signal.length && by.at[signal.length] == ' ' &&
	       memcmp(by.at, signal.at, signal.length) == 0;
}

/* The call that it slept in will not come back: as strace would end it. */
static void
show_interrupted(struct task *task)
{
	if (task->interrupted.length == 0)
		return;
	add_text(&task->interrupted, "?");
	show_call(task, span_of(&task->interrupted));
	task->interrupted.length = 0;
}

static void
judge_signal(struct task *task, const struct event *e)
{
	if (task->stranger || execs < 2)
		return;
	if (may_end_it(e->text)) {
		remember_signal(task, e->text);
		show_interrupted(task);
	}
	show_signal(task, e->text);
}

static void
end_stranger(struct task *task, struct span text)
{
	char said[160];

	if (task->stranger_root != task->pid) {
		struct task *root = task_of(task->stranger_root);
		if (root->stranger)
			root->calls += task->calls;
		else
			fold_stranger(task->calls);
		return;
	}
	int length = snprintf(said, sizeof said,
	    "(%ld calls of %.*s, which it became)", task->calls,
	    (int)(task->program.length < 80 ? task->program.length : 80),
	    task->program.length > 0 ? task->program.at : "");
	show_call(task, (struct span){said, (size_t)length});
	if (text.length > 0)
		show_call(task, text);
}

/* text is empty if strace did not tell how it ended. */
static void
judge_end(struct task *task, struct span text)
{
	bool killed = text.length == 0 || begins(text, "+++ killed by");

	if (task->stranger) {
		end_stranger(task, text);
		return;
	}
	take_partial(task);
	if (!killed_by(text, span_of(&task->signal)))
		for (int i = 0; i < task->candidates; i++)
			task->candidate[i].after_signal = false;
	if (task->promise.length > 0)
		break_promise(task, killed && !task->own_fault);
	settle(task, AT_END, -1, killed && task->phase != BORN);
	if (text.length > 0 && execs == 2)
		show_call(task, text);
}

void
judge(struct task *task, const struct event *e)
{
	if (e->kind == CALL)
		judge_call(task, e);
	else if (e->kind == SIGNAL)
		judge_signal(task, e);
	else
		judge_end(task, e->text);
}

/* strace says nothing for a while: what was printed so far is shown. */
void
judge_idle(void)
{
	for_each_task(show_outputs);
}

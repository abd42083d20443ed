/*
 * names.c: the one table of what may stand for what. libc makes pipe(p) the
 * kernel's pipe2(p, 0): the program says the one, strace shows the other.
 */
#include <stdio.h>
#include <string.h>

#include "sidebyside.h"

#define ALL  (-1) /* every argument is dropped */
#define NONE (-2)

/* An argument that is libc's or the kernel's addition. */
struct dropped {
	int at;            /* its place in the kernel's call, from 0 */
	const char *value; /* it has to be this; NULL: anything */
};

static const struct form {
	const char *said, *made;
	struct dropped drop[3];
} forms[] = {
    /* clang-format off */
	{"pipe",    "pipe",       {{NONE, NULL}, {NONE, NULL}, {NONE, NULL}}},
	{"pipe",    "pipe2",      {{1, "0"},     {NONE, NULL}, {NONE, NULL}}},
	{"fork",    "fork",       {{ALL, NULL},  {NONE, NULL}, {NONE, NULL}}},
	{"fork",    "clone",      {{ALL, NULL},  {NONE, NULL}, {NONE, NULL}}},
	{"fork",    "clone3",     {{ALL, NULL},  {NONE, NULL}, {NONE, NULL}}},
	{"fork",    "vfork",      {{ALL, NULL},  {NONE, NULL}, {NONE, NULL}}},
	{"open",    "open",       {{NONE, NULL}, {NONE, NULL}, {NONE, NULL}}},
	{"open",    "openat",     {{0, "AT_FDCWD"}, {NONE, NULL}, {NONE, NULL}}},
	{"wait",    "wait4",      {{0, "-1"},    {2, "0"},     {3, "NULL"}}},
	{"wait",    "waitpid",    {{0, "-1"},    {2, "0"},     {NONE, NULL}}},
	{"waitpid", "waitpid",    {{NONE, NULL}, {NONE, NULL}, {NONE, NULL}}},
	{"waitpid", "wait4",      {{3, "NULL"},  {NONE, NULL}, {NONE, NULL}}},
	{"waitid",  "waitid",     {{4, "NULL"},  {NONE, NULL}, {NONE, NULL}}},
	{"dup2",    "dup2",       {{NONE, NULL}, {NONE, NULL}, {NONE, NULL}}},
	{"dup2",    "dup3",       {{2, "0"},     {NONE, NULL}, {NONE, NULL}}},
	{"execvp",  "execve",     {{0, NULL},    {2, NULL},    {NONE, NULL}}},
	{"_exit",   "exit_group", {{NONE, NULL}, {NONE, NULL}, {NONE, NULL}}},
	{"_exit",   "exit",       {{NONE, NULL}, {NONE, NULL}, {NONE, NULL}}},
    /* clang-format on */
};
#define FORMS (sizeof forms / sizeof *forms)
#define DROPS (sizeof forms->drop / sizeof *forms->drop)

void
print_names(void)
{
	printf("%-8s %-11s %s\n", "said", "made", "dropped");
	for (const struct form *f = forms; f < forms + FORMS; f++) {
		char dropped[64] = "";
		for (size_t i = 0; i < DROPS; i++) {
			size_t length = strlen(dropped);
			char *end = dropped + length;
			size_t room = sizeof dropped - length;
			const char *comma = length > 0 ? ", " : "";
			if (f->drop[i].at == ALL)
				snprintf(end, room, "all");
			else if (f->drop[i].at != NONE)
				snprintf(end, room, "%s%d: %s", comma,
				    f->drop[i].at + 1,
				    f->drop[i].value ? f->drop[i].value
						     : "any");
		}
		printf("%-8s %-11s %s\n", f->said, f->made,
		    dropped[0] ? dropped : "-");
	}
}

/* A name that a library call cannot have. */
bool
is_system_call(struct span name)
{
	static const char *const others[] = {"read", "write", "readv", "writev",
	    "pread", "pwrite", "pread64", "pwrite64", "close", "lseek", "dup"};

	for (const struct form *f = forms; f < forms + FORMS; f++)
		if (is(name, f->said) || is(name, f->made))
			return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (is(name, others[i]))
			return true;
	return false;
}

/* NULL: no row of the table. known: whether the said name is in it at all. */
static const struct form *
find_form(const struct call *said, const struct call *made, bool *known)
{
	*known = false;
	for (const struct form *f = forms; f < forms + FORMS; f++)
		if (is(said->name, f->said)) {
			*known = true;
			if (is(made->name, f->made))
				return f;
		}
	return NULL;
}

/* Whether the kernel's call, by its name alone, may be the one that was said.
 */
bool
may_be(const struct call *said, const struct call *made)
{
	bool known;

	return find_form(said, made, &known) != NULL ||
	       (!known && same(said->name, made->name));
}

static bool
is_dropped(const struct form *f, int at, struct span arg)
{
	for (size_t i = 0; f != NULL && i < DROPS; i++) {
		const struct dropped *d = &f->drop[i];
		if (d->at == ALL ||
		    (d->at == at && (d->value == NULL || is(arg, d->value))))
			return true;
	}
	return false;
}

/* musl adds O_LARGEFILE to the flags of every open. */
static bool
equal_args(const struct call *said, struct span a, struct span b)
{
	static const char large[] = "|O_LARGEFILE";
	const size_t length = sizeof large - 1;

	if (same(a, b))
		return true;
	if (!is(said->name, "open") || b.length != a.length + length)
		return false;
	for (size_t i = 0; i <= a.length; i++) {
		struct span rest = {b.at + i, b.length - i};
		if (begins(rest, large))
			return memcmp(rest.at + length, a.at + i,
				   a.length - i) == 0;
		if (i < a.length && a.at[i] != b.at[i])
			return false;
	}
	return false;
}

/* execvp looks for the file in PATH: the path has to end in it. */
static bool
equal_execs(const struct call *said, const struct call *made)
{
	if (said->count != 2 || made->count < 2)
		return false;
	struct span file = said->arg[0], path = made->arg[0];
	if (file.length < 2 || path.length < file.length)
		return false;
	struct span end = {
	    path.at + path.length - file.length + 1, file.length - 1};
	file.at++;
	file.length--;
	return same(file, end) && (end.at[-1] == '/' || end.at[-1] == '"') &&
	       same(said->arg[1], made->arg[1]);
}

/* "-1 EPIPE (Broken pipe)": the words in parentheses are libc's choice. */
static struct span
without_words(struct span result)
{
	if (begins(result, "-1 "))
		for (size_t i = 3; i < result.length; i++)
			if (result.at[i] == ' ')
				return (struct span){result.at, i};
	return result;
}

/* "EPIPE" of "-1 EPIPE (Broken pipe)"; empty where nothing failed. */
struct span
failure_name(struct span result)
{
	if (!begins(result, "-1 "))
		return (struct span){result.at, 0};
	result = without_words(result);
	return (struct span){result.at + 3, result.length - 3};
}

/* A child of its own memory and descriptors, which strace follows. */
static bool
is_plain_fork(const struct call *made)
{
	static const char *const shared[] = {
	    "CLONE_FILES", "CLONE_THREAD", "CLONE_UNTRACED", "CLONE_VM"};
	size_t count = sizeof shared / sizeof *shared;

	for (int i = 0; i < made->count; i++) {
		size_t of =
		    contains(made->arg[i], "CLONE_VFORK") ? count - 1 : count;
		for (size_t j = 0; j < of; j++)
			if (contains(made->arg[i], shared[j]))
				return false;
	}
	return true;
}

/* Whether the two are the same call with the same arguments and result. */
bool
equal_calls(const struct call *said, const struct call *made)
{
	bool known;
	const struct form *f = find_form(said, made, &known);
	int at = 0;

	if (!may_be(said, made) ||
	    (!is(said->result, "?") && !same(without_words(said->result),
					   without_words(made->result))))
		return false;
	if (is(said->name, "execvp"))
		return equal_execs(said, made);
	if (is(said->name, "fork") && !is_plain_fork(made))
		return false;
	for (int i = 0; i < made->count; i++) {
		if (is_dropped(f, i, made->arg[i]))
			continue;
		if (at >= said->count ||
		    !equal_args(said, said->arg[at++], made->arg[i]))
			return false;
	}
	return at == said->count;
}

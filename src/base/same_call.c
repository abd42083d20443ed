/*
 * same_call.c: is what the program says what the kernel saw? libc makes
 * pipe(p) the kernel's pipe2(p, 0): the one table of calls knows such pairs.
 */
#include <stdio.h>
#include <string.h>

#include "base/call_table.h"
#include "base/spelled.h"

#define FORMS (sizeof((struct known_call *)NULL)->form / sizeof(struct form))
#define DROPS (sizeof((struct form *)NULL)->dropped / sizeof(struct dropped))

static void
print_form(const char *said, const struct form *f)
{
	bool any = false;

	printf("%-15s %-16s ", said, f->name);
	for (const struct dropped *d = f->dropped; d < f->dropped + DROPS;
	     d++) {
		const char *comma = any ? ", " : "";
		if (d->at == EVERY)
			printf("all");
		else if (d->at != 0)
			printf("%s%d: %s", comma, d->at,
			    d->value == NULL ? "any" : d->value);
		any |= d->at != 0;
	}
	puts(any ? "" : "-");
}

void
print_names(void)
{
	printf("%-15s %-16s %s\n", "said", "made", "dropped");
	for (const struct known_call *k = known_calls; k->name != NULL; k++)
		for (size_t i = 0; i < FORMS && k->form[i].name != NULL; i++)
			print_form(k->name, &k->form[i]);
}

bool
listed(const char *names, struct span name)
{
	const char *at = names;

	while ((at = strchr(at, ' ')) != NULL && at[1] != '\0') {
		at++;
		if (strncmp(at, name.at, name.length) == 0 &&
		    at[name.length] == ' ')
			return true;
	}
	return false;
}

static const struct known_call *
known(struct span name)
{
	return call_named(name.at, (int)name.length);
}

/* NULL: the kernel's call cannot stand for it. */
static const struct form *
find_form(const struct known_call *k, struct span made)
{
	for (size_t i = 0; k != NULL && i < FORMS && k->form[i].name; i++)
		if (is(made, k->form[i].name))
			return &k->form[i];
	return NULL;
}

/* A name that a library call cannot have. */
bool
is_system_call(struct span name)
{
	const struct known_call *k = known(name);

	if (k != NULL)
		return k->effect != COSTS;
	for (k = known_calls; k->name != NULL; k++)
		if (find_form(k, name) != NULL)
			return true;
	return false;
}

bool
may_be(const struct call *said, const struct call *made)
{
	const struct known_call *k = known(said->name);

	return k == NULL ? same(said->name, made->name)
			 : find_form(k, made->name) != NULL;
}

bool
may_be_none(const struct call *said)
{
	const struct known_call *k = known(said->name);

	return k != NULL && k->may_be_none;
}

static bool
is_dropped(const struct form *f, int at, struct span arg)
{
	for (size_t i = 0; f != NULL && i < DROPS; i++) {
		const struct dropped *d = &f->dropped[i];
		if (d->at == EVERY ||
		    (d->at == at + 1 &&
			(d->value == NULL || is(arg, d->value))))
			return true;
	}
	return false;
}

/* musl adds O_LARGEFILE to the flags of every open. */
static bool
equal_args(const struct call *said, struct span a, struct span b)
{
	static const char large[] = "|O_LARGEFILE";
	size_t head = before(b, large).length;

	return same(a, b) ||
	       (is(said->name, "open") &&
		   b.length == a.length + sizeof large - 1 &&
		   head <= a.length && memcmp(a.at, b.at, head) == 0 &&
		   same(rest_of(a, head), rest_of(b, head + sizeof large - 1)));
}

/* execvp looks for the file in PATH: the path has to end in it. */
static bool
equal_execs(const struct call *said, const struct call *made)
{
	struct span file = said->arg[0], path = made->arg[0];

	if (said->count != 2 || made->count < 2 || file.length < 2 ||
	    path.length < file.length)
		return false;
	struct span end = rest_of(path, path.length - file.length + 1);
	return same(rest_of(file, 1), end) &&
	       (end.at[-1] == '/' || end.at[-1] == '"') &&
	       same(said->arg[1], made->arg[1]);
}

/* "-1 EPIPE (Broken pipe)": the words in parentheses are libc's choice. */
static bool
equal_results(struct span said, struct span made)
{
	struct span failure = failure_name(said);

	if (is(said, "?"))
		return true;
	return failure.length > 0 ? same(failure, failure_name(made))
				  : same(said, made);
}

/*
 * A child of its own memory and descriptors, which strace follows; of a
 * thread, the opposite. A futex that wakes is no join.
 */
static bool
has_fitting_flags(const struct call *said, const struct call *made)
{
	struct span text = {
	    made->name.at, (size_t)(made->result.at - made->name.at)};
	bool thread = contains(text, "CLONE_THREAD");
	bool unseen = contains(text, "CLONE_UNTRACED");

	if (is(said->name, "pthread_create"))
		return thread && !unseen;
	if (is(said->name, "pthread_join"))
		return contains(text, "FUTEX_WAIT");
	return !is(said->name, "fork") ||
	       (!thread && !unseen && !contains(text, "CLONE_FILES") &&
		   (!contains(text, "CLONE_VM") ||
		       contains(text, "CLONE_VFORK")));
}

bool
equal_calls(const struct call *said, const struct call *made)
{
	const struct known_call *k = known(said->name);
	const struct form *f = find_form(k, made->name);
	int at = 0;

	if (!may_be(said, made) || !has_fitting_flags(said, made) ||
	    ((k == NULL || !k->other_result) &&
		!equal_results(said->result, made->result)))
		return false;
	if (is(said->name, "execvp"))
		return equal_execs(said, made);
	if (f != NULL && f->dropped[0].at == EVERY)
		return true;
	for (int i = 0; i < made->count; i++) {
		if (is_dropped(f, i, made->arg[i]))
			continue;
		if (at >= said->count ||
		    !equal_args(said, said->arg[at++], made->arg[i]))
			return false;
	}
	return at == said->count;
}

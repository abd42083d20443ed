/*
 * same_call.c: is what the program says what the kernel saw? libc makes
 * pipe(p) the kernel's pipe2(p, 0): the one table of calls knows such pairs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/call_table.h"
#include "base/spelled.h"

#define FORMS (sizeof((struct known_call *)NULL)->form / sizeof(struct form))
#define DROPS (sizeof((struct form *)NULL)->dropped / sizeof(struct dropped))

static void
print_form(const char *said, const struct form *f)
{
	struct text dropped = {.at = NULL};

	for (size_t i = 0; i < DROPS; i++) {
		const struct dropped *d = &f->dropped[i];
		const char *comma = dropped.length > 0 ? ", " : "";
		if (d->at == EVERY)
			put_string(&dropped, "all");
		else if (d->at != 0)
			put(&dropped, "%s%d: %s", comma, d->at,
			    d->value == NULL ? "any" : d->value);
	}
	printf("%-15s %-16s %.*s\n", said, f->name,
	    dropped.length > 0 ? (int)dropped.length : 1,
	    dropped.length > 0 ? dropped.at : "-");
	free(dropped.at);
}

void
print_names(void)
{
	printf("%-15s %-16s %s\n", "said", "made", "dropped");
	for (const struct known_call *k = known_calls; k->name != NULL; k++)
		for (size_t i = 0; i < FORMS && k->form[i].name != NULL; i++)
			print_form(k->name, &k->form[i]);
}

/* Is it one of the names, each of which stands between two spaces? */
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

/* Whether the kernel's call, by its name alone, may be the one that was said.
 */
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
	const size_t length = sizeof large - 1;

	if (same(a, b))
		return true;
	if (!is(said->name, "open") || b.length != a.length + length)
		return false;
	for (size_t i = 0; i <= a.length; i++)
		if (memcmp(a.at, b.at, i) == 0 &&
		    memcmp(b.at + i, large, length) == 0 &&
		    memcmp(b.at + i + length, a.at + i, a.length - i) == 0)
			return true;
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
	static const char *const shared[] = {
	    "CLONE_FILES", "CLONE_THREAD", "CLONE_UNTRACED", "CLONE_VM"};
	size_t count = sizeof shared / sizeof *shared;
	struct span text = {
	    made->name.at, (size_t)(made->result.at - made->name.at)};

	if (is(said->name, "pthread_create"))
		return contains(text, "CLONE_THREAD") &&
		       !contains(text, "CLONE_UNTRACED");
	if (is(said->name, "pthread_join"))
		return contains(text, "FUTEX_WAIT");
	if (!is(said->name, "fork"))
		return true;
	count -= contains(text, "CLONE_VFORK");
	for (size_t i = 0; i < count; i++)
		if (contains(text, shared[i]))
			return false;
	return true;
}

/* Whether the two are the same call with the same arguments and result. */
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

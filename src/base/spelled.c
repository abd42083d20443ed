/*
 * spelled.c: a call as strace and the trace spell it, taken apart.
 */
#include <ctype.h>
#include <string.h>

#include "base/spelled.h"

/* The index after the string that begins at i. */
static size_t
skip_string(struct span s, size_t i)
{
	for (i++; i < s.length && s.at[i] != '"'; i++)
		if (s.at[i] == '\\')
			i++;
	return i < s.length ? i + 1 : s.length;
}

static struct span
trim(const char *from, const char *to)
{
	while (from < to && *from == ' ')
		from++;
	while (to > from && to[-1] == ' ')
		to--;
	return (struct span){from, (size_t)(to - from)};
}

static void
end_arg(struct call *c, const char *from, const char *to)
{
	struct span arg = trim(from, to);

	if (c->count < MOST_ARGS)
		c->arg[c->count++] = arg;
	else {
		struct span *last = &c->arg[MOST_ARGS - 1];
		last->length = (size_t)(arg.at + arg.length - last->at);
	}
}

/* The arguments, from the parenthesis at i; returns the index of the other. */
static size_t
parse_args(struct span s, size_t i, struct call *c)
{
	size_t from = i + 1;
	int depth = 0;

	c->count = 0;
	while (i < s.length) {
		char at = s.at[i];
		if (at == '"') {
			i = skip_string(s, i);
			continue;
		}
		if (at == '(' || at == '[' || at == '{')
			depth++;
		else if (at == ')' || at == ']' || at == '}')
			depth--;
		if (depth == 0 && i > from)
			end_arg(c, s.at + from, s.at + i);
		if (depth == 0)
			return i;
		if (depth == 1 && at == ',') {
			end_arg(c, s.at + from, s.at + i);
			from = i + 1;
		}
		i++;
	}
	return s.length;
}

bool
parse_call(struct span text, struct call *c)
{
	size_t i = 0;

	while (i < text.length &&
	       (isalnum((unsigned char)text.at[i]) || text.at[i] == '_'))
		i++;
	if (i == 0 || i >= text.length || text.at[i] != '(')
		return false;
	c->name = (struct span){text.at, i};
	i = parse_args(text, i, c);
	if (i >= text.length)
		return false;
	struct span rest = trim(text.at + i + 1, text.at + text.length);
	if (!begins(rest, "= "))
		return false;
	c->result = trim(rest.at + 2, text.at + text.length);
	return true;
}

struct span
failure_name(struct span result)
{
	return begins(result, "-1 ") ? before(rest_of(result, 3), " ")
				     : as_span("");
}

/* Where the "<...>" ends that begins at i; i: there is none. */
static size_t
end_of_lead(struct span s, size_t i)
{
	size_t past = i + before(rest_of(s, i), ">").length + 1;
	int from = i > 0 ? (unsigned char)s.at[i - 1] : ' ';

	/* also of AT_FDCWD; strace escapes a > in a path */
	if (past > s.length || (!isdigit(from) && from != 'D') ||
	    (!isalpha((unsigned char)s.at[i + 1]) && s.at[i + 1] != '/'))
		return i;
	return past + (begins(rest_of(s, past), "(deleted)") ? 9 : 0);
}

void
take_leads(struct text *t, struct text *first)
{
	struct span s = span_of(t);
	size_t to = 0, past;

	if (first != NULL)
		clear(first);
	for (size_t i = 0; i < s.length; i = past) {
		past = t->at[i] == '<' ? end_of_lead(s, i) : i;
		if (past > i) {
			if (first != NULL && first->length == 0)
				set(first, before(rest_of(s, i + 1), ">"));
			continue;
		}
		past = t->at[i] == '"' ? skip_string(s, i) : i + 1;
		memmove(t->at + to, t->at + i, past - i);
		to += past - i;
	}
	t->length = to;
}

/*
 * spelled.c: a call as strace and the trace spell it, taken apart.
 */
#include <string.h>

#include "base/spelled.h"

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* The index after the string that begins at i. */
static size_t
skip_string(struct span s, size_t i)
{
	for (i++; i < s.length && s.at[i] != '"'; i++)
		if (s.at[i] == '\\')
			i++;
	return i + 1;
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

/* False if the text is no such thing. It keeps pointing into the text. */
bool
parse_call(struct span text, struct call *c)
{
	size_t i = 0;

	while (i < text.length && is_name(text.at[i]))
		i++;
	if (i == 0 || i >= text.length || text.at[i] != '(')
		return false;
	c->name = (struct span){text.at, i};
	i = parse_args(text, i, c);
	if (i >= text.length)
		return false;
	for (i++; i < text.length && text.at[i] == ' '; i++)
		continue;
	if (i + 1 >= text.length || text.at[i] != '=' || text.at[i + 1] != ' ')
		return false;
	c->result = trim(text.at + i + 2, text.at + text.length);
	return true;
}

/* "EPIPE" of "-1 EPIPE (Broken pipe)"; empty where nothing failed. */
struct span
failure_name(struct span result)
{
	size_t length = 0;

	if (!begins(result, "-1 "))
		return (struct span){"", 0};
	while (3 + length < result.length && result.at[3 + length] != ' ')
		length++;
	return (struct span){result.at + 3, length};
}

/* Where the "<...>" ends that begins at i; i: there is none. */
static size_t
end_of_lead(const struct text *t, size_t i)
{
	static const char deleted[] = "(deleted)";
	const size_t length = sizeof deleted - 1;
	char before = t->at[i > 0 ? i - 1 : i], after = t->at[i + 1];
	bool leads = (after >= 'A' && after <= 'Z') || after == '/' ||
		     (after >= 'a' && after <= 'z');

	/* also of AT_FDCWD; strace escapes a > in a path */
	if (!leads || !((before >= '0' && before <= '9') || before == 'D'))
		return i;
	const char *end = memchr(t->at + i, '>', t->length - i);
	if (end == NULL)
		return i;
	size_t past = (size_t)(end + 1 - t->at);
	if (t->length - past >= length &&
	    memcmp(t->at + past, deleted, length) == 0)
		past += length;
	return past;
}

/* Takes "<where it leads>" off each descriptor; *first is the first one's. */
void
take_leads(struct text *t, struct text *first)
{
	size_t to = 0;

	if (first != NULL)
		clear(first);
	for (size_t i = 0; i < t->length;) {
		size_t past = i;
		if (t->at[i] == '"') {
			past = skip_string(span_of(t), i);
			past = past < t->length ? past : t->length;
			memmove(t->at + to, t->at + i, past - i);
			to += past - i;
		} else if (t->at[i] == '<')
			past = end_of_lead(t, i);
		if (past == i) {
			t->at[to++] = t->at[i++];
			continue;
		}
		if (t->at[i] == '<' && first != NULL && first->length == 0) {
			const char *end = memchr(t->at + i, '>', past - i);
			put_bytes(first, t->at + i + 1,
			    (size_t)(end - t->at) - i - 1);
		}
		i = past;
	}
	t->length = to;
}

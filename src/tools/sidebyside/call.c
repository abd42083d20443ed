/*
 * call.c: "name(arg, arg) = result" taken apart, as strace and the trace both
 * spell it, and the lines of the trace around it.
 */
#include <string.h>

#include "sidebyside.h"

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

/* Cuts "  (R reads, W writes)" and "  (after N ms)" off the result. */
static void
parse_remarks(struct line *line)
{
	struct span *result = &line->call.result;

	for (size_t i = 0; i + 2 < result->length; i++) {
		struct span rest = {result->at + i, result->length - i};
		if (!begins(rest, "  ("))
			continue;
		rest.at += 3;
		rest.length -= 3;
		result->length = i;
		if (begins(rest, "after "))
			return;
		const char *comma = memchr(rest.at, ',', rest.length);
		if (comma == NULL || !contains(rest, " reads, "))
			return;
		size_t past = (size_t)(comma - rest.at) + 2;
		line->library = true;
		line->reads = number(rest);
		line->writes =
		    number((struct span){rest.at + past, rest.length - past});
		return;
	}
}

/*
 * "ROLE    | BODY", without its newline; the role may be empty. False for
 * anything else.
 */
bool
parse_line(struct span text, struct line *line)
{
	size_t i = 0;

	*line = (struct line){.text = text, .reads = -1, .writes = -1};
	while (i < text.length && (unsigned char)text.at[i] > ' ' &&
	       text.at[i] != '\177' && text.at[i] != '|')
		i++;
	while (i < text.length && text.at[i] == ' ')
		i++;
	if (i < 8 || i + 1 >= text.length || text.at[i] != '|' ||
	    text.at[i + 1] != ' ')
		return false;
	line->prefix = i + 2;
	for (i += 2; i < text.length && text.at[i] == ' '; i++)
		line->indent++;
	struct span body = {text.at + i, text.length - i};
	line->is_call = parse_call(body, &line->call);
	if (line->is_call)
		parse_remarks(line);
	return true;
}

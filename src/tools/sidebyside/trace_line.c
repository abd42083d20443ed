/*
 * trace_line.c: "ROLE    | BODY", a line of the trace, taken apart.
 */
#include <string.h>

#include "tools/sidebyside/sidebyside.h"

const struct span none = {"", 0};

struct span
rest_of(struct span s, size_t from)
{
	return (struct span){s.at + from, s.length - from};
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

struct span
body_of(const struct line *line)
{
	size_t skip = line->prefix + line->indent;

	return (struct span){line->text.at + skip, line->text.length - skip};
}

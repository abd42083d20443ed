/*
 * trace_line.c: "ROLE    | BODY", a line of the trace, taken apart.
 */
#include "tools/sidebyside/sidebyside.h"

/* Cuts "  (R reads, W writes)" and "  (after N ms)" off the result. */
static void
parse_remarks(struct line *line)
{
	struct span *result = &line->call.result;
	struct span value = before(*result, "  (");
	struct span rest = rest_of(*result, value.length);

	*result = value;
	if (begins(rest, "  (after ") || !contains(rest, " reads, "))
		return;
	line->library = true;
	line->reads = number(rest_of(rest, 3));
	line->writes = number(rest_of(rest, before(rest, ", ").length + 2));
}

/*
 * "ROLE    | BODY", without its newline; the role may be empty. False for
 * anything else: then the line is nothing but its text.
 */
bool
parse_line(struct span text, struct line *line)
{
	struct span role = before(before(text, "|"), " ");
	size_t i = role.length;

	*line = (struct line){
	    .text = text, .body = text, .reads = -1, .writes = -1};
	while (i < text.length && text.at[i] == ' ')
		i++;
	if (i < 8 || !begins(rest_of(text, i), "| ") || has_control(role))
		return false;
	line->role = role;
	line->prefix = i + 2;
	line->body = rest_of(text, line->prefix);
	for (; begins(line->body, " "); line->indent++)
		line->body = rest_of(line->body, 1);
	line->is_call = parse_call(line->body, &line->call);
	if (line->is_call)
		parse_remarks(line);
	return true;
}

/* Is there a byte that a terminal would obey? */
bool
has_control(struct span s)
{
	for (size_t i = 0; i < s.length; i++)
		if ((unsigned char)s.at[i] < ' ' || s.at[i] == '\177')
			return true;
	return false;
}

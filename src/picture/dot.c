/*
 * dot.c: the picture for Graphviz: processes lead to descriptions, by numbers;
 * what is written to a pipe's one end comes out of the other.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

/* Text between the quotes of a label. */
static void
add_quoted(struct row *to, const char *text)
{
	for (; *text != '\0'; text++)
		add(to, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
}

static void
end_line(struct row *r, line_function *line, void *arg)
{
	line(r->text.at, arg);
	clear_row(r);
}

static void
dot_process(struct row *r, const struct picture *p, int n)
{
	const struct process *it = &p->process[n];

	add(r, "\tp%ld [shape=box, style=rounded, label=\"%ld", (long)it->pid,
	    (long)it->pid);
	if (it->name[0] != '\0') {
		add(r, " ");
		add_quoted(r, it->name);
	}
	add(r, " (");
	add_quoted(r, it->command);
	add(r, ")\"]");
}

static void
dot_description(struct row *r, const struct picture *p, int n)
{
	const struct description *it = &p->description[n];
	char what[400], offset[80], names[200];

	spell_what(what, sizeof what, p, it, 300);
	spell_offset(offset, sizeof offset, p, it);
	spell_flags(
	    names, sizeof names, p->descriptor[it->first].flags, "", "|");
	add(r, "\td%d [shape=box, label=\"[%d] ", n, it->number);
	add_quoted(r, what);
	add(r, "\\n%s%s%s\"]", offset, offset[0] == '\0' ? "" : "  ", names);
}

/* The ends of each pipe, and how full it is. */
static void
dot_pipe(struct row *r, const struct picture *p, int n, line_function *line,
    void *arg)
{
	const struct pipe *it = &p->pipe[n];
	char name[8];

	add(r, "\tpipe%d [shape=cds, label=\"%s %s", n,
	    strncmp(it->path, "pipe:[", 6) == 0 ? "pipe" : "FIFO",
	    pipe_name(it, name));
	if (it->fill >= 0)
		add(r, "\\n%ld of %ld bytes", it->fill, it->capacity);
	add(r, "\"]");
	end_line(r, line, arg);
	for (int i = it->first; i != -1; i = p->descriptor[i].next_of_pipe) {
		const struct descriptor *d = &p->descriptor[i];
		if (d->description < 0 ||
		    p->description[d->description].first != i)
			continue;
		if (open_for(d, O_WRONLY)) {
			add(r, "\td%d -> pipe%d [style=bold]", d->description,
			    n);
			end_line(r, line, arg);
		}
		if (open_for(d, O_RDONLY)) {
			add(r, "\tpipe%d -> d%d [style=bold]", n,
			    d->description);
			end_line(r, line, arg);
		}
	}
}

static void
dot_descriptor(struct row *r, const struct picture *p, int i)
{
	const struct descriptor *d = &p->descriptor[i];

	add(r, "\tp%ld -> d%d [label=\"%d%s\"]",
	    (long)p->process[d->process].pid, d->description, d->fd,
	    d->close_on_exec ? "*" : "");
}

void
draw_dot(const struct picture *p, line_function *line, void *arg)
{
	struct row r = {0};

	line("digraph fdmap {", arg);
	line("\trankdir=LR", arg);
	line("\tnode [fontname=monospace, fontsize=10]", arg);
	line("\tedge [fontname=monospace, fontsize=10]", arg);
	for (int i = 0; i < p->processes && p->process[i].asked; i++) {
		dot_process(&r, p, i);
		end_line(&r, line, arg);
	}
	for (int i = 0; i < p->descriptions; i++) {
		dot_description(&r, p, i);
		end_line(&r, line, arg);
	}
	for (int i = 0; i < p->pipes; i++)
		dot_pipe(&r, p, i, line, arg);
	for (int i = 0; i < p->descriptors; i++)
		if (p->descriptor[i].description >= 0) {
			dot_descriptor(&r, p, i);
			end_line(&r, line, arg);
		}
	line("}", arg);
	free_row(&r);
}

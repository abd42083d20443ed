/*
 * draw.c: the picture as text: the processes, what their descriptors lead to,
 * the pipes with both their ends, and below it what the marks mean.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "picture/parts.h"

/* Who holds this end of the pipe: "4711 parent fd 4, 4712 child fd 4". */
static void
draw_holders(const struct drawing *g, int pipe, int mode, const char *label)
{
	const struct picture *p = g->p;
	const struct descriptor *d = NULL;
	struct row r = {0};
	int last = -1;

	add(&r, "  %s ", label);
	while ((d = next_holder(p, d, pipe, mode)) != NULL) {
		if (d->own)
			continue; /* not drawn; the last line says so */
		if (d->process != last) {
			add(&r, "%s", last == -1 ? "" : ", ");
			add_who(&r, &p->process[d->process]);
			add(&r, "%s fd",
			    p->process[d->process].asked ? ""
							 : " (not asked for)");
		}
		add(&r, " %d", d->fd);
		last = d->process;
	}
	if (last == -1)
		add(&r, "nobody%s", p->deep ? "" : " here");
	end_wrapped(g, &r);
}

static void
draw_pipe(const struct drawing *g, int n)
{
	const struct pipe *it = &g->p->pipe[n];
	struct row r = {0};
	char name[8];

	add(&r,
	    "%s %s: ", strncmp(it->path, "pipe:[", 6) == 0 ? "pipe" : "FIFO",
	    pipe_name(it, name));
	if (it->fill < 0)
		add(&r, "fill unknown");
	else
		add(&r, "%ld of %ld bytes", it->fill, it->capacity);
	if (it->was >= 0 && it->was != it->fill)
		add(&r, " (was %ld)", it->was);
	end_row(g, &r);
	draw_holders(g, n, O_RDONLY, "read end: ");
	draw_holders(g, n, O_WRONLY, "write end:");
}

/* In order of their letters. */
static void
draw_pipes(const struct drawing *g)
{
	if (g->p->pipes > 0)
		g->line("", g->arg);
	for (int letter = 0, drawn = 0; drawn < g->p->pipes; letter++)
		for (int n = 0; n < g->p->pipes; n++)
			if (g->p->pipe[n].letter == letter) {
				if (!g->how->said || g->p->pipe[n].said)
					draw_pipe(g, n);
				drawn++;
			}
}

static void
draw_process(const struct drawing *g, int n)
{
	const struct process *it = &g->p->process[n];
	struct row r = {0};

	tint(&r, n, g->how);
	add(&r, "%ld%s%s", (long)it->pid, it->name[0] == '\0' ? "" : " ",
	    it->name);
	tint(&r, -1, g->how);
	if (it->command[0] != '\0')
		add(&r, " (%s)", it->command);
	add(&r, ": %s%s", it->is_new ? "new, " : "",
	    it->table != it->pid ? "lives" : state_in_words(it->state));
	if (it->refused)
		add(&r, "; its descriptors are unknown%s",
		    it->state == NO_PROC ? "" : ": permission denied");
	else if (it->state == 'Z' && it->table != it->pid)
		add(&r, "; its main thread has ended, thread %ld has not",
		    (long)it->table);
	else if (it->state == 'Z')
		add(&r, "; it holds no descriptor");
	end_row(g, &r);
}

/* Whether any descriptor has the mark that the footer explains. */
static void
draw_marks(const struct drawing *g)
{
	bool fresh = false, close_on_exec = false;

	for (int i = 0; i < g->p->descriptors; i++)
		if (g->p->descriptor[i].description >= 0) {
			fresh |= g->p->descriptor[i].is_new;
			close_on_exec |= g->p->descriptor[i].close_on_exec;
		}
	if (fresh)
		g->line("+ new since the last picture", g->arg);
	if (close_on_exec)
		g->line("* close-on-exec: execve closes it", g->arg);
}

/* Is it the first of its number that a trace has marked as its own? */
static bool
is_first_own(const struct picture *p, int i)
{
	if (!p->descriptor[i].own)
		return false;
	for (int k = 0; k < i; k++)
		if (p->descriptor[k].own &&
		    p->descriptor[k].fd == p->descriptor[i].fd)
			return false;
	return true;
}

/* "not drawn: 4095, the trace's own" */
static void
draw_own(const struct drawing *g)
{
	struct row r = {0};

	for (int i = 0; i < g->p->descriptors; i++)
		if (is_first_own(g->p, i))
			add(&r, r.columns == 0 ? "not drawn: %d" : " and %d",
			    g->p->descriptor[i].fd);
	if (r.columns == 0)
		return;
	add(&r, ", the trace's own");
	end_row(g, &r);
}

static int
how_many_left_out(const struct drawing *g)
{
	int n = 0;

	for (int i = 0; g->how->said && i < g->p->descriptions; i++)
		n += !g->p->description[i].said;
	return n;
}

static void
draw_footer(const struct drawing *g)
{
	const struct picture *p = g->p;
	struct row r = {0};

	draw_marks(g);
	for (int i = 0; i < p->closings; i++)
		add(&r, "%s%s", i == 0 ? "closed since: " : ", ", p->closed[i]);
	if (p->closings > 0)
		end_wrapped(g, &r);
	draw_own(g);
	if (how_many_left_out(g) > 0) {
		add(&r,
		    "not drawn: %d descriptions that nobody waits for; --all "
		    "draws them",
		    how_many_left_out(g));
		end_row(g, &r);
	}
	if (p->unseen > 0) {
		add(&r,
		    "not seen: the descriptors of %d process%s of other users",
		    p->unseen, p->unseen == 1 ? "" : "es");
		end_row(g, &r);
	}
}

void
draw(const struct picture *p, const struct how *how, line_function *line,
    void *arg)
{
	const struct drawing g = {.p = p, .how = how, .line = line, .arg = arg};

	for (int i = 0; i < p->processes; i++)
		if (p->process[i].asked)
			draw_process(&g, i);
	draw_descriptions(&g);
	draw_pipes(&g);
	draw_footer(&g);
}

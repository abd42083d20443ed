/*
 * pictures.c: the picture of the lanes' descriptor tables, within the trace.
 *
 * The last picture that any lane has shown is kept in memory that all share,
 * so that the next one can mark what is new.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "trace/run/run.h"

#define WIDTH 70 /* 80 columns less those of the role */
#define ROOM  60000

/* Of that picture, what look() compares with; its strings are not. */
static struct last {
	bool any;
	struct picture picture;
	size_t used;
	char room[ROOM];
} * last;

void
pictures_start(void)
{
	if (trace.format == TRACE_NONE)
		return;
	last = shared_memory(sizeof *last);
}

/* A copy of size bytes in the shared room; NULL: there is no more. */
static void *
keep(const void *bytes, size_t size)
{
	size_t used = last->used;

	if (size > ROOM - used)
		return NULL;
	last->used += (size + 15) / 16 * 16;
	return size == 0 ? last->room : memcpy(last->room + used, bytes, size);
}

static void
remember(const struct picture *p)
{
	struct picture *to = &last->picture;

	last->any = false; /* a lane may be killed here */
	last->used = 0;
	*to = *p;
	to->process =
	    keep(p->process, (size_t)p->processes * sizeof *p->process);
	to->descriptor =
	    keep(p->descriptor, (size_t)p->descriptors * sizeof *p->descriptor);
	to->description = keep(
	    p->description, (size_t)p->descriptions * sizeof *p->description);
	to->pipe = keep(p->pipe, (size_t)p->pipes * sizeof *p->pipe);
	last->any = to->process != NULL && to->descriptor != NULL &&
		    to->description != NULL && to->pipe != NULL;
}

/* The lanes that are processes, in *n of them; zombies too. To be freed. */
struct looked_at *
look_at_lanes(int *n)
{
	struct looked_at *who = NULL;

	*n = 0;
	for (const struct lane *l = NULL; (l = next_alive(l)) != NULL;)
		if (!l->thread) {
			struct looked_at *it = one_more(&who, n, sizeof *who);
			*it = (struct looked_at){l->tid, l->role};
		}
	return who;
}

/* A line of the picture: its role is empty. */
static void
show_line(const char *text, void *arg)
{
	struct text line = {0};

	(void)arg;
	put(&line, "%-7s | %s\n", "", text);
	write_trace(line.at, line.length);
	free(line.at);
}

static void
show_wrapped(const char *text, void *arg)
{
	draw_wrapped(text, WIDTH, show_line, arg);
}

/* The object of the picture within the line's own. */
static void
show_object(const char *object, void *head)
{
	struct text *line = head;

	put(line, "\"picture\":%s}\n", object);
	write_trace(line->at, line->length);
}

static void
show(struct picture *p, bool and_why, struct text *head)
{
	struct how how = {
	    .utf8 = utf8_wanted(), .color = trace.color, .width = WIDTH};

	if (trace.format == TRACE_JSON) {
		draw_json(p, and_why, show_object, head);
		return;
	}
	draw(p, &how, show_line, NULL);
	if (and_why) {
		show_line("", NULL);
		why(p, show_wrapped, NULL);
	}
}

/* With the turn. */
void
show_picture(void)
{
	struct text head = {0};
	int n;

	if (trace.format == TRACE_NONE)
		return;
	own_work_begins();
	struct looked_at *who = look_at_lanes(&n);
	struct picture *p =
	    look(who, n, last->any ? &last->picture : NULL, false);
	p->folder = sample_folder();
	put_lane(&head, me.lane);
	show(p, false, &head);
	remember(p);
	free_picture(p);
	free(who);
	free(head.at);
	own_work_ends();
}

void
picture(void)
{
	if (trace.format == TRACE_NONE)
		return;
	bool turn = take_turn_to_print();
	show_picture();
	if (turn)
		give_turn();
}

/* The calls that the lanes sleep in, as they began. */
static void
show_sleeping_calls(void)
{
	struct text line = {0};

	for (const struct lane *l = NULL; (l = next_alive(l)) != NULL;) {
		struct text call = sleeping_call(l);
		if (call.room == 0 || call.at[0] == '\0')
			continue;
		clear(&line);
		put_lane(&line, l);
		put(&line, "%s\n", call.at);
		write_trace(line.at, line.length);
	}
	free(line.at);
}

/* By the watcher, which is no lane: also to the one who asked for no trace. */
void
show_asleep(struct picture *p)
{
	struct text head = {0};

	if (trace.format == TRACE_NONE) {
		trace.format = TRACE_TEXT;
		trace.fd = STDERR_FILENO;
	} else
		show_sleeping_calls();
	put(&head, "{\"lane\":null,\"role\":\"watcher\",\"pid\":%ld,",
	    (long)getpid());
	show(p, true, &head);
	free(head.at);
}

/* At the end of a run with a mistake: children that nobody waited for. */
void
show_left_children(void)
{
	bool left = false;

	if (trace.format == TRACE_NONE)
		return;
	own_work_begins();
	for (const struct lane *l = NULL; (l = next_alive(l)) != NULL;) {
		siginfo_t info;
		while (!l->thread && l->tid != me.pid) {
			int result = waitid(
			    P_PID, (id_t)l->tid, &info, WEXITED | WNOWAIT);
			left |= result == 0;
			if (result == 0 || errno != EINTR)
				break;
		}
	}
	if (left)
		picture();
	own_work_ends();
}

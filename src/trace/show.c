/*
 * show.c: the picture of the lanes' descriptor tables, within the trace.
 *
 * The last picture that any lane has shown is kept in memory that all share,
 * so that the next one can mark what is new.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inner.h"

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
	if (last == NULL)
		die(errno, "mmap", "the last picture");
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

/* A line of the picture: its role is empty. */
static void
show_line(const char *text, void *arg)
{
	struct text line;

	(void)arg;
	line.length = 0;
	put(&line, "%-7s | %s\n", "", text);
	write_trace(line.at, line.length);
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
	struct text *start = head;
	size_t size = start->length + strlen(object) + sizeof "\"picture\":}\n";
	char *line = malloc(size);

	if (line == NULL)
		die(errno, "malloc", "the picture");
	snprintf(line, size, "%.*s\"picture\":%s}\n", (int)start->length,
	    start->at, object);
	write_trace(line, strlen(line));
	free(line);
}

static void
show(const struct picture *p, bool and_why, struct text *head)
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
	struct looked_at who[MOST_LANES];
	struct text head;

	if (trace.format == TRACE_NONE)
		return;
	struct picture *p = look(
	    who, lanes_alive(who), last->any ? &last->picture : NULL, false);
	p->folder = sample_folder();
	head.length = 0;
	put_who(&head);
	show(p, false, &head);
	remember(p);
	free_picture(p);
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

/* By the watcher, which is no lane: also to the one who asked for no trace. */
void
show_stuck(const struct picture *p)
{
	struct text head;

	if (trace.format == TRACE_NONE)
		trace.format = TRACE_TEXT;
	trace.fd = STDERR_FILENO;
	head.length = 0;
	put(&head, "{\"lane\":null,\"role\":\"watcher\",\"pid\":%ld,",
	    (long)getpid());
	show(p, true, &head);
	complain(
	    "every lane sleeps for good: ended, with status %d", ALL_ASLEEP);
}

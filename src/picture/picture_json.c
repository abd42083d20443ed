/*
 * picture_json.c: the picture for programs: all of it in one JSON object. What
 * the kernel would not tell is null, or "unknown" where that is one of three.
 */
#include <fcntl.h>
#include <stdlib.h>

#include "picture/parts.h"

static void
json_descriptors(struct text *t, const struct picture *p, int process)
{
	const char *between = "";

	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		if (d->process != process || d->description < 0)
			continue;
		put(t, "%s{\"fd\":%d,\"description\":%d,", between, d->fd,
		    p->description[d->description].number);
		put(t, "\"close_on_exec\":%s}",
		    d->close_on_exec ? "true" : "false");
		between = ",";
	}
}

/* The descriptors of the process that are a trace's own. */
static int
count_own(const struct picture *p, int process)
{
	int n = 0;

	for (int i = 0; i < p->descriptors; i++)
		n +=
		    p->descriptor[i].process == process && p->descriptor[i].own;
	return n;
}

static void
json_process(struct text *t, const struct picture *p, int n)
{
	const struct process *it = &p->process[n];

	put(t, "{\"pid\":%ld,\"name\":", (long)it->pid);
	if (it->name[0] == '\0')
		put_string(t, "null");
	else
		put_json_string(t, it->name);
	put_string(t, ",\"command\":");
	put_json_string(t, it->command);
	put_string(t, ",\"state\":");
	put_json_string(t, state_in_words(it->state));
	put(t, ",\"hidden\":%d,\"descriptors\":", count_own(p, n));
	if (it->refused)
		put_string(t, "null}");
	else {
		put_string(t, "[");
		json_descriptors(t, p, n);
		put_string(t, "]}");
	}
}

static const char *
is_shared(const struct description *it)
{
	if (it->holders > 1)
		return "true";
	return it->unsure ? "\"unknown\"" : "false";
}

static void
json_description(struct text *t, const struct picture *p, int n)
{
	static const char *const kinds[] = {"file", "directory", "terminal",
	    "device", "pipe", "fifo", "socket", "anonymous"};
	const struct description *it = &p->description[n];
	const struct descriptor *d = &p->descriptor[it->first];
	char names[300], letter[8];

	spell_flags(names, sizeof names, d->flags, "\"", ",");
	put(t, "{\"number\":%d,\"kind\":\"%s\",\"path\":", it->number,
	    kinds[it->kind]);
	put_json_string(t, d->path);
	put(t, ",\"flags\":[%s],\"offset\":", names);
	if (has_offset(d, it->kind))
		put(t, "%lld", d->offset);
	else
		put_string(t, "null");
	put(t, ",\"shared\":%s", is_shared(it));
	if (d->pipe >= 0)
		put(t, ",\"pipe\":\"%s\",\"end\":\"%s\"",
		    pipe_name(&p->pipe[d->pipe], letter), end_name(d));
	if (it->address != NULL) {
		put_string(t, ",\"address\":");
		put_json_string(t, it->address);
	}
	put_string(t, "}");
}

static void
json_holders(struct text *t, const struct picture *p, int pipe, int mode)
{
	const struct descriptor *d = NULL;
	const char *between = "";

	while ((d = next_holder(p, d, pipe, mode)) != NULL) {
		put(t, "%s{\"pid\":%ld,\"fd\":%d,\"asked\":%s}", between,
		    (long)p->process[d->process].pid, d->fd,
		    p->process[d->process].asked ? "true" : "false");
		between = ",";
	}
}

static void
json_pipe(struct text *t, const struct picture *p, int n)
{
	const struct pipe *it = &p->pipe[n];
	char letter[8];

	put(t, "{\"name\":\"%s\",\"fill\":", pipe_name(it, letter));
	if (it->fill < 0)
		put_string(t, "null,\"capacity\":null");
	else
		put(t, "%ld,\"capacity\":%ld", it->fill, it->capacity);
	put_string(t, ",\"read_end\":[");
	json_holders(t, p, n, O_RDONLY);
	put_string(t, "],\"write_end\":[");
	json_holders(t, p, n, O_WRONLY);
	put_string(t, "]}");
}

/* "name":[...], of n elements that element() writes. */
static void
json_array(struct text *t, const char *name, const struct picture *p, int n,
    void (*element)(struct text *, const struct picture *, int))
{
	put(t, "\"%s\":[", name);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			put_string(t, ",");
		element(t, p, i);
	}
	put_string(t, "],");
}

/* Sentences on their way into an array. */
struct reasons {
	struct text *t;
	const char *between;
};

static void
json_reason(const char *text, void *arg)
{
	struct reasons *r = arg;

	put_string(r->t, r->between);
	put_json_string(r->t, text);
	r->between = ",";
}

static void
json_reasons(struct text *t, struct picture *p)
{
	struct reasons r = {t, ""};

	put_string(t, "\"why\":[");
	why(p, json_reason, &r);
	put_string(t, "],");
}

void
draw_json(struct picture *p, bool and_why, line_function *line, void *arg)
{
	struct text t = {0};
	int asked = 0;

	while (asked < p->processes && p->process[asked].asked)
		asked++;
	put_string(&t, "{");
	json_array(&t, "processes", p, asked, json_process);
	json_array(&t, "descriptions", p, p->descriptions, json_description);
	json_array(&t, "pipes", p, p->pipes, json_pipe);
	if (and_why)
		json_reasons(&t, p);
	put(&t, "\"unseen\":%d}", p->unseen);
	line(t.at, arg);
	free(t.at);
}

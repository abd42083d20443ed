/*
 * json.c: the picture for programs: all of it in one JSON object. What
 * the kernel would not tell is null, or "unknown" where that is one of three.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "names.h"
#include "parts.h"

static void
json_string(FILE *f, const char *s)
{
	putc('"', f);
	while (*s != '\0') {
		int length = utf8_length(s);
		if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			fprintf(f, "\\u%04x", (unsigned)*s);
		else if (length == 0)
			fputs("\\ufffd", f);
		else
			fwrite(s, 1, (size_t)length, f);
		s += length == 0 ? 1 : length;
	}
	putc('"', f);
}

static void
json_descriptors(FILE *f, const struct picture *p, int process)
{
	const char *between = "";

	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *d = &p->descriptor[i];
		if (d->process != process || d->description < 0)
			continue;
		fprintf(f, "%s{\"fd\":%d,\"description\":%d,", between, d->fd,
		    p->description[d->description].number);
		fprintf(f, "\"close_on_exec\":%s}",
		    d->close_on_exec ? "true" : "false");
		between = ",";
	}
}

static void
json_process(FILE *f, const struct picture *p, int n)
{
	const struct process *it = &p->process[n];

	fprintf(f, "{\"pid\":%ld,\"name\":", (long)it->pid);
	if (it->name[0] == '\0')
		fputs("null", f);
	else
		json_string(f, it->name);
	fputs(",\"command\":", f);
	json_string(f, it->command);
	fputs(",\"state\":", f);
	json_string(f, state_in_words(it->state));
	fprintf(f, ",\"hidden\":%d,\"descriptors\":", it->hidden);
	if (it->refused)
		fputs("null}", f);
	else {
		putc('[', f);
		json_descriptors(f, p, n);
		fputs("]}", f);
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
json_description(FILE *f, const struct picture *p, int n)
{
	static const char *const kinds[] = {"file", "directory", "terminal",
	    "device", "pipe", "fifo", "socket", "anonymous"};
	const struct description *it = &p->description[n];
	const struct descriptor *d = &p->descriptor[it->first];
	char names[300], letter[8];

	spell_flags(names, sizeof names, d->flags, "\"", ",");
	fprintf(f, "{\"number\":%d,\"kind\":\"%s\",\"path\":", it->number,
	    kinds[it->kind]);
	json_string(f, d->path);
	fprintf(f, ",\"flags\":[%s],\"offset\":", names);
	if (has_offset(d, it->kind))
		fprintf(f, "%lld", d->offset);
	else
		fputs("null", f);
	fprintf(f, ",\"shared\":%s", is_shared(it));
	if (d->pipe >= 0)
		fprintf(f, ",\"pipe\":\"%s\",\"end\":\"%s\"",
		    pipe_name(&p->pipe[d->pipe], letter), end_name(d));
	if (it->address != NULL) {
		fputs(",\"address\":", f);
		json_string(f, it->address);
	}
	putc('}', f);
}

static void
json_holders(FILE *f, const struct picture *p, int pipe, int mode)
{
	const struct descriptor *d = NULL;
	const char *between = "";

	while ((d = next_holder(p, d, pipe, mode)) != NULL) {
		fprintf(f, "%s{\"pid\":%ld,\"fd\":%d,\"asked\":%s}", between,
		    (long)p->process[d->process].pid, d->fd,
		    p->process[d->process].asked ? "true" : "false");
		between = ",";
	}
}

static void
json_pipe(FILE *f, const struct picture *p, int n)
{
	const struct pipe *it = &p->pipe[n];
	char letter[8];

	fprintf(f, "{\"name\":\"%s\",\"fill\":", pipe_name(it, letter));
	if (it->fill < 0)
		fputs("null,\"capacity\":null", f);
	else
		fprintf(f, "%ld,\"capacity\":%ld", it->fill, it->capacity);
	fputs(",\"read_end\":[", f);
	json_holders(f, p, n, O_RDONLY);
	fputs("],\"write_end\":[", f);
	json_holders(f, p, n, O_WRONLY);
	fputs("]}", f);
}

/* "name":[...], of n elements that element() writes. */
static void
json_array(FILE *f, const char *name, const struct picture *p, int n,
    void (*element)(FILE *, const struct picture *, int))
{
	fprintf(f, "\"%s\":[", name);
	for (int i = 0; i < n; i++) {
		if (i > 0)
			putc(',', f);
		element(f, p, i);
	}
	fputs("],", f);
}

/* Sentences on their way into an array. */
struct reasons {
	FILE *f;
	const char *between;
};

static void
json_reason(const char *text, void *arg)
{
	struct reasons *r = arg;

	fputs(r->between, r->f);
	json_string(r->f, text);
	r->between = ",";
}

static void
json_reasons(FILE *f, const struct picture *p)
{
	struct reasons r = {f, ""};

	fputs("\"why\":[", f);
	why(p, json_reason, &r);
	fputs("],", f);
}

void
draw_json(const struct picture *p, bool and_why, line_function *line, void *arg)
{
	char *text = NULL;
	size_t size;
	int asked = 0;
	FILE *f = checked(open_memstream(&text, &size));

	while (asked < p->processes && p->process[asked].asked)
		asked++;
	putc('{', f);
	json_array(f, "processes", p, asked, json_process);
	json_array(f, "descriptions", p, p->descriptions, json_description);
	json_array(f, "pipes", p, p->pipes, json_pipe);
	if (and_why)
		json_reasons(f, p);
	fprintf(f, "\"unseen\":%d}", p->unseen);
	fclose(f);
	line(text, arg);
	free(text);
}

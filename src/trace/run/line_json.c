/*
 * line_json.c: --trace=json: the lines of the trace as objects, one a line.
 */
#include "base/names.h"
#include "trace/run/run.h"

/* The beginning of each: whose it is. */
void
json_lane(struct text *t, const struct lane *lane)
{
	put(t, "{\"lane\":%d,\"role\":", lane->seat);
	put_json_string(t, lane->role);
	put(t, ",\"pid\":%ld,", (long)lane->pid);
	if (lane->thread)
		put(t, "\"tid\":%ld,", (long)lane->tid);
}

void
json_note(struct text *t, const char *said)
{
	put_string(t, "\"note\":");
	put_json_string(t, said);
	put_string(t, "}\n");
}

static void
json_args(struct text *t, const struct call *c)
{
	put(t, "\"call\":\"%s\",\"args\":[", c->name);
	for (int i = 0; i < c->count; i++) {
		put_string(t, i > 0 ? "," : "");
		put_json(t, me.args.at + c->arg[i].at, c->arg[i].length);
	}
	put_string(t, "]");
}

/* A count that may be unknown. */
static void
json_count(struct text *t, const char *label, long count)
{
	put(t, ",\"%s\":", label);
	if (count < 0)
		put_string(t, "null");
	else
		put(t, "%ld", count);
}

void
json_call(struct text *t, const struct call *c, const char *result, int error,
    long after_us)
{
	bool number = result[0] != '?' && c->result_is == NULL;

	json_args(t, c);
	put(t, ",\"result\":%s,\"errno\":", number ? result : "null");
	if (error != 0 && errno_name(error) != NULL)
		put(t, "\"%s\"", errno_name(error));
	else
		put_string(t, "null");
	if (is_counted(c)) {
		json_count(t, "reads", c->reads);
		json_count(t, "writes", c->writes);
	}
	if (result[0] == '?')
		put_string(t, ",\"after_us\":null}\n");
	else
		put(t, ",\"after_us\":%ld}\n", after_us);
}

/* The rest of a line about a call that sleeps for good. */
void
json_sleeps(struct text *t, const struct call *c)
{
	json_args(t, c);
	put_string(t, ",\"result\":null,\"errno\":null,\"sleeps\":true,"
		      "\"after_us\":null}");
}

/*
 * extras.c: the ways to wake who sleeps on an anonymous file: what its fdinfo
 * says of it tells who could; proc(5).
 */
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

static void
add_sharers(struct picture *p, struct way *w, const char *path, long id)
{
	enum lead lead;
	unsigned long number = lead_of(path, &lead);
	int n;
	struct link *it = links_to(p->census, lead, number, &n);
	char text[1024];

	for (int i = 0; i < n; i++) {
		const struct living *who = &p->census->living[it[i].who];
		if (read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d",
			(long)who->table, it[i].fd) &&
		    labelled(text, "eventfd-id:") == id)
			add_waker(w, who->pid, 0, it[i].fd);
	}
}

/* What is left of it in seconds; 0: it is not set. "it_value: (499, 998583)" */
static double
time_left(const char *text)
{
	const char *at = strstr(text, "it_value: (");
	char *rest;

	if (at == NULL)
		return -1;
	long seconds = strtol(at + strlen("it_value: ("), &rest, 10);
	long parts = *rest == ',' ? strtol(rest + 1, NULL, 10) : 0;
	return (double)seconds + (double)parts / 1e9;
}

static long
count_lines(const char *text, const char *begin)
{
	long n = 0;

	for (; (text = strstr(text, begin)) != NULL; text++)
		n++;
	return n;
}

void
wake_by_extra(struct picture *p, const struct sleeper *s, struct way *w)
{
	const struct descriptor *d = &p->descriptor[w->descriptor];
	const char *path = d->path + strlen("anon_inode:");
	char text[8192];

	(void)s;
	read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d",
	    (long)p->process[d->process].table, d->fd);
	w->open = AT_EVENT;
	if (strcmp(path, "[timerfd]") == 0) {
		w->seconds = time_left(text);
		w->open = w->seconds == 0 ? AT_EVENT : AT_TIME;
	} else if (strcmp(path, "[eventfd]") == 0)
		add_sharers(p, w, d->path, labelled(text, "eventfd-id:"));
	else if (strcmp(path, "[signalfd]") == 0) {
		const char *mask = strstr(text, "sigmask:");
		w->open = AT_SIGNAL;
		if (mask != NULL)
			w->number = (long)strtoul(mask + 8, NULL, 16);
	} else if (strcmp(path, "inotify") == 0)
		w->number = count_lines(text, "inotify wd:");
	else if (strcmp(path, "[pidfd]") == 0) {
		w->number = labelled(text, "\nPid:");
		if (w->number > 0) {
			w->open = CLOSED;
			add_waker(w, (pid_t)w->number, 0, -1);
		}
	}
}

/*
 * polled.c: the descriptors that poll, select or epoll watch. The lists stand
 * in the process's memory; what an epoll watches, in its fdinfo.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>

#include "picture/parts.h"

#ifndef SYS_poll
#define SYS_poll (-2)
#endif
#ifndef SYS_select
#define SYS_select (-2)
#endif
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 (-2)
#endif

#define MOST_POLLED 4096 /* that we go into; of more we know nothing */
#define DEEPEST     4    /* epoll within epoll */

static void
unknown(struct sleeper *s)
{
	add_way(s, OTHER, -1)->open = AT_UNKNOWN;
}

static void
limit_ms(struct sleeper *s, int ms)
{
	s->timed = ms >= 0;
	s->limit = ms / 1000.0;
}

/* A time limit of seconds and some fractions of one. */
static void
limit_of_two(struct sleeper *s, unsigned long at, double fractions)
{
	long pair[2];

	if (at == 0)
		return;
	s->timed = true;
	s->limit = read_memory(s->task->tid, at, pair, sizeof pair)
		       ? (double)pair[0] + (double)pair[1] / fractions
		       : -1;
}

static void watch_epoll(
    struct picture *p, struct sleeper *s, int fd, int depth);

/* Any of them may be an epoll itself. */
static void
watch(struct picture *p, struct sleeper *s, int fd, enum cause cause, int depth)
{
	const struct descriptor *d = find_descriptor(p, s->task->process, fd);

	if (d != NULL && strcmp(d->path, "anon_inode:[eventpoll]") == 0)
		watch_epoll(p, s, fd, depth + 1);
	else
		add_watched(p, s, fd, cause);
}

static void
watch_poll(struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;
	size_t n = t->arg[1];
	struct pollfd *list;

	if (n == 0)
		return;
	if (n > MOST_POLLED) {
		unknown(s);
		return;
	}
	list = checked(calloc(n, sizeof *list));
	if (!read_memory(t->tid, t->arg[0], list, n * sizeof *list))
		unknown(s);
	else
		for (size_t i = 0; i < n; i++) {
			bool out = list[i].events & POLLOUT;
			if (list[i].fd < 0)
				continue;
			if ((list[i].events &
				(POLLIN | POLLRDNORM | POLLPRI)) ||
			    !out)
				watch(p, s, list[i].fd, INPUT, 0);
			if (out)
				watch(p, s, list[i].fd, ROOM, 0);
		}
	free(list);
}

static void
watch_set(struct picture *p, struct sleeper *s, unsigned long at, int n,
    enum cause cause)
{
	unsigned long word[FD_SETSIZE / 8 / sizeof(long)] = {0};
	int bits = 8 * (int)sizeof *word;
	size_t size = (size_t)(n + bits - 1) / (size_t)bits * sizeof *word;

	if (at == 0 || n == 0)
		return;
	if (size > sizeof word || !read_memory(s->task->tid, at, word, size)) {
		unknown(s);
		return;
	}
	for (int fd = 0; fd < n; fd++)
		if (word[fd / bits] >> fd % bits & 1)
			watch(p, s, fd, cause, 0);
}

static void
watch_select(struct picture *p, struct sleeper *s)
{
	const unsigned long *arg = s->task->arg;

	watch_set(p, s, arg[1], (int)arg[0], INPUT);
	watch_set(p, s, arg[2], (int)arg[0], ROOM);
	watch_set(p, s, arg[3], (int)arg[0], INPUT);
}

/* A line "tfd: 5 events: 19 ...ino:1a ..." is a descriptor that it watches, as
 * it was when it came in: by now the number may be another file's. */
static void
watch_line(struct picture *p, struct sleeper *s, const char *line, int depth)
{
	int fd = (int)strtol(line + 4, NULL, 10);
	const struct descriptor *d = find_descriptor(p, s->task->process, fd);
	const char *at = strstr(line, "events:"), *ino = strstr(line, "ino:");
	unsigned long events = at == NULL ? 0 : strtoul(at + 7, NULL, 16);

	if (d == NULL || ino == NULL || strtoul(ino + 4, NULL, 16) != d->ino) {
		unknown(s);
		return;
	}
	if ((events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP)) ||
	    !(events & EPOLLOUT))
		watch(p, s, fd, INPUT, depth);
	if (events & EPOLLOUT)
		watch(p, s, fd, ROOM, depth);
}

static void
watch_epoll(struct picture *p, struct sleeper *s, int fd, int depth)
{
	char *line = NULL, path[64];
	size_t room = 0;

	snprintf(path, sizeof path, "/proc/%ld/fdinfo/%d",
	    (long)p->process[s->task->process].table, fd);
	FILE *f = depth > DEEPEST ? NULL : fopen(path, "re");
	if (f == NULL) {
		unknown(s);
		return;
	}
	while (getline(&line, &room, f) != -1)
		if (strncmp(line, "tfd:", 4) == 0)
			watch_line(p, s, line, depth);
	free(line);
	fclose(f);
}

/* Whether it has a time limit: each call has it in its own way. */
static void
find_limit(struct sleeper *s)
{
	const struct task *t = s->task;

	if (t->call == SYS_poll)
		limit_ms(s, (int)t->arg[2]);
	else if (t->call == SYS_ppoll)
		limit_of_two(s, t->arg[2], 1e9);
	else if (t->call == SYS_select)
		limit_of_two(s, t->arg[4], 1e6);
	else if (t->call == SYS_pselect6)
		limit_of_two(s, t->arg[4], 1e9);
	else if (t->call == SYS_epoll_pwait2)
		limit_of_two(s, t->arg[3], 1e9);
	else
		limit_ms(s, (int)t->arg[3]);
}

/* Was it given a set of signals, so that one of them may come just here? */
static bool
ends_by_signal(const struct sleeper *s)
{
	const struct task *t = s->task;
	unsigned long pair[2] = {0};

	if (t->call == SYS_pselect6)
		return read_memory(t->tid, t->arg[5], pair, sizeof pair) &&
		       pair[0] != 0;
	if (t->call == SYS_ppoll)
		return t->arg[3] != 0;
	return t->call != SYS_poll && t->call != SYS_select && t->arg[4] != 0;
}

void
find_watched(struct picture *p, struct sleeper *s)
{
	const struct task *t = s->task;

	if (s->hidden) {
		unknown(s);
		return;
	}
	find_limit(s);
	if (t->call == SYS_poll || t->call == SYS_ppoll)
		watch_poll(p, s);
	else if (t->call == SYS_select || t->call == SYS_pselect6)
		watch_select(p, s);
	else {
		s->fd = (int)t->arg[0];
		watch_epoll(p, s, s->fd, 0);
	}
	if (ends_by_signal(s) && has_handler(p, s))
		add_way(s, SIGNAL, -1)->open = AT_HANDLER;
	if (s->ways == 0 && !s->timed) /* it watches nothing */
		add_way(s, SIGNAL, -1)->open = AT_SIGNAL;
}

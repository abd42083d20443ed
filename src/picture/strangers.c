/*
 * strangers.c: who else holds an end of the picture's pipes and sockets. A
 * reader waits for the last write end to be closed, wherever that is: so a deep
 * look goes through all processes that one may look at.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "picture/parts.h"

/* What a link has to lead to, and the pipe that this is; -1: a socket. */
struct wanted {
	int who, fd, pipe;
};

struct list {
	struct wanted *at;
	int count;
};

static void
want(struct picture *p, struct list *list, enum lead lead, unsigned long number,
    int pipe)
{
	int n;
	struct link *it = links_to(p->census, lead, number, &n);

	for (int i = 0; i < n; i++) {
		struct wanted *more =
		    one_more(&list->at, &list->count, sizeof *list->at);
		*more = (struct wanted){it[i].who, it[i].fd, pipe};
	}
}

static int
by_holder(const void *one, const void *other)
{
	const struct wanted *a = one, *b = other;

	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	return (a->fd > b->fd) - (a->fd < b->fd);
}

/* Adds the descriptors of those who are not in the picture yet. */
static void
add_wanted(struct picture *p, const struct list *list)
{
	int last = -1, process = -1;

	for (int i = 0; i < list->count; i++) {
		const struct wanted *it = &list->at[i];
		pid_t pid = p->census->living[it->who].pid;
		if (i > 0 && it->who == it[-1].who && it->fd == it[-1].fd)
			continue;
		if (it->who != last) {
			last = it->who;
			process = -1;
			if (pid != p->me && process_of(p, pid) == -1) {
				process = p->processes;
				add_process(p, pid, 0);
			}
		}
		if (process != -1)
			add_descriptor(p, process, it->fd, it->pipe);
	}
}

/* Finds who else, of all that we may look at, holds an end of the pipes. */
void
look_at_strangers(struct picture *p)
{
	struct list list = {0};
	enum lead lead;

	for (int i = 0; i < p->census->livings; i++)
		p->unseen += p->census->living[i].refused;
	for (int i = 0; i < p->pipes; i++) {
		unsigned long number = lead_of(p->pipe[i].path, &lead);
		want(p, &list, lead, number, i);
	}
	for (int i = 0; i < p->descriptors; i++)
		if (S_ISSOCK(p->descriptor[i].mode) &&
		    p->descriptor[i].peer != 0)
			want(p, &list, TO_SOCKET, p->descriptor[i].peer, -1);
	if (list.count > 0)
		qsort(list.at, (size_t)list.count, sizeof *list.at, by_holder);
	add_wanted(p, &list);
	free(list.at);
	chain_pipes(p);
}

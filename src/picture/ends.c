/*
 * ends.c: the ways to wake who sleeps on something that has another end: a
 * pipe, a socket, a pseudo-terminal. Whoever holds that end could do it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "picture/parts.h"

#define FIRST_PTS_MAJOR 136 /* of pseudo-terminals; 256 of them each */
#define LAST_PTS_MAJOR  143

/* Adds those who may do there what mode says (-1: anything); returns how many.
 */
static int
add_holders(struct picture *p, struct way *w, enum lead lead,
    unsigned long number, int mode)
{
	int n, before = w->wakers;
	struct link *it = links_to(p->census, lead, number, &n);

	for (int i = 0; i < n; i++)
		if (mode == -1 || link_open_for(p->census, &it[i], mode))
			add_waker(
			    w, p->census->living[it[i].who].pid, 0, it[i].fd);
	return w->wakers - before;
}

/* A pipe that nobody else writes to, and that is not its input: its handlers
 * may use that to wake it. */
static bool
is_for_handlers(
    const struct picture *p, const struct sleeper *s, const struct way *w)
{
	for (int i = 0; i < w->wakers; i++)
		if (w->waker[i].pid != p->process[s->task->process].pid)
			return false;
	return w->fd > 2 && has_handler(p, s);
}

/* Is there another who may hold it, or a handler that may use what it holds? */
static void
look_for_others(
    struct picture *p, uid_t owner, const struct sleeper *s, struct way *w)
{
	w->unseen = may_hold_too(p, owner, s, w);
	if (w->unseen != 0)
		w->open = AT_UNSEEN;
	else if (is_for_handlers(p, s, w))
		w->open = AT_HANDLER;
}

void
wake_by_pipe(struct picture *p, const struct sleeper *s, struct way *w)
{
	const struct descriptor *d = &p->descriptor[w->descriptor];
	enum lead lead;
	unsigned long number = lead_of(d->path, &lead);
	int held = add_holders(p, w, lead, number, other_mode(w->cause));

	if (kind_of(d) == FIFO)
		w->open = AT_NAME;
	else if (held == 0) {
		w->open = AT_UNSEEN;
		w->unseen = -1;
	} else
		look_for_others(p, d->owner, s, w);
}

/* Whether a read or write of it has a time limit that the socket sets. */
static void
ask_limit(struct picture *p, const struct sleeper *s, struct way *w)
{
	double seconds;

	if (s->cause == MANY || w->open != CLOSED)
		return;
	if (!time_limit(p->process[s->task->process].pid, w->fd,
		w->cause == INPUT, &seconds))
		w->open = AT_UNKNOWN;
	else if (seconds > 0) {
		w->open = AT_TIME;
		w->seconds = seconds;
	}
}

void
wake_by_socket(struct picture *p, const struct sleeper *s, struct way *w)
{
	const struct descriptor *d = &p->descriptor[w->descriptor];
	pid_t pid = p->process[s->task->process].table;
	const struct net_row *row = socket_row(p, pid, d->ino);
	ino_t peer = peer_of(d->ino);

	if (peer == 0 && row != NULL && strncmp(row->protocol, "tcp", 3) == 0)
		peer = loopback_peer(p, pid, row);
	if (peer == 0) {
		w->open = AT_NETWORK;
		return;
	}
	if (add_holders(p, w, TO_SOCKET, peer, -1) == 0) {
		w->open = AT_UNSEEN;
		w->unseen = -1;
		return;
	}
	look_for_others(p, d->owner, s, w);
	ask_limit(p, s, w);
}

long
terminal_of(const struct picture *p, const struct descriptor *d, bool *master)
{
	const struct process *it = &p->process[d->process];
	enum lead lead;
	unsigned long number = lead_of(d->path, &lead);
	unsigned device = (unsigned)it->terminal;

	*master = is_master(d->path);
	if (*master)
		return master_index(it->table, d->fd);
	if (lead == TO_SLAVE)
		return (long)number;
	if (strcmp(d->path, "/dev/tty") != 0 ||
	    major(device) < FIRST_PTS_MAJOR || major(device) > LAST_PTS_MAJOR)
		return -1;
	return ((long)major(device) - FIRST_PTS_MAJOR) * 256 +
	       (long)minor(device);
}

/* Who opened its master: that has no owner itself. */
static uid_t
owner_of_terminal(long number)
{
	char path[40];
	struct stat st;

	snprintf(path, sizeof path, "/dev/pts/%ld", number);
	return stat(path, &st) == -1 ? (uid_t)-1 : st.st_uid;
}

/* Reads of a terminal may have a time limit, too. */
static void
ask_terminal(struct picture *p, const struct sleeper *s, struct way *w)
{
	bool timed = false;

	if (s->cause == MANY || w->open != CLOSED || w->cause != INPUT)
		return;
	if (!terminal_time(p->process[s->task->process].pid, w->fd, &timed))
		w->open = AT_UNKNOWN;
	else if (timed)
		w->open = AT_TIME;
}

/* Those of the other side come first; but also who holds the same side may do
 * something about it, such as open the other one. */
void
wake_by_terminal(struct picture *p, const struct sleeper *s, struct way *w)
{
	const struct descriptor *d = &p->descriptor[w->descriptor];
	bool master;
	long number = terminal_of(p, d, &master);

	w->number = number;
	if (number < 0 || add_holders(p, w, master ? TO_SLAVE : TO_MASTER,
			      (unsigned long)number, -1) == 0) {
		w->open = master ? AT_NAME : AT_KEYS;
		return;
	}
	add_holders(
	    p, w, master ? TO_MASTER : TO_SLAVE, (unsigned long)number, -1);
	look_for_others(p, owner_of_terminal(number), s, w);
	ask_terminal(p, s, w);
}

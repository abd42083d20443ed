/*
 * sharing.c: who shares. Two descriptors may lead to one open file
 * description, with one offset and one set of flags, or to two that are the
 * same file: only kcmp(2) tells them apart.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "picture/parts.h"

#ifndef KCMP_FILE
#define KCMP_FILE 0 /* kcmp(2); <linux/kcmp.h> is not everywhere */
#endif

enum kind
kind_of(const struct descriptor *d)
{
	static const char *const terminals[] = {
	    "/dev/pts/", "/dev/tty", "/dev/console"};

	if (strncmp(d->path, "anon_inode:", strlen("anon_inode:")) == 0)
		return ANONYMOUS;
	if (S_ISFIFO(d->mode))
		return strncmp(d->path, "pipe:[", 6) == 0 ? PIPE : FIFO;
	if (S_ISSOCK(d->mode))
		return SOCKET;
	if (S_ISDIR(d->mode))
		return DIRECTORY;
	for (int i = 0; S_ISCHR(d->mode) && i < 3; i++)
		if (strncmp(d->path, terminals[i], strlen(terminals[i])) == 0)
			return TERMINAL;
	return S_ISCHR(d->mode) || S_ISBLK(d->mode) ? DEVICE : A_FILE;
}

/* Descriptions of one file that are open for the same: which of these is meant,
 * only kcmp(2) tells. They stand in its order. */
struct family {
	int *description;
	int count;
	int next; /* family with the same hash; -1: none */
};

struct families {
	struct family *at;
	int count;
	int *head; /* by hash; -1: none */
	size_t room;
};

/* What is another file, or open for something else, needs no asking. */
static bool
may_be_one(const struct descriptor *a, const struct descriptor *b)
{
	return a->dev == b->dev && a->ino == b->ino &&
	       (a->flags & O_ACCMODE) == (b->flags & O_ACCMODE) &&
	       (kind_of(a) != ANONYMOUS || strcmp(a->path, b->path) == 0);
}

/* The family of d, made if need be. */
static struct family *
family_of(
    const struct picture *p, struct families *all, const struct descriptor *d)
{
	size_t at = (d->ino * 31 + d->dev) & (all->room - 1);

	for (int i = all->head[at]; i != -1; i = all->at[i].next) {
		int first = p->description[all->at[i].description[0]].first;
		if (may_be_one(&p->descriptor[first], d))
			return &all->at[i];
	}
	struct family *made = one_more(&all->at, &all->count, sizeof *all->at);
	made->next = all->head[at];
	all->head[at] = all->count - 1;
	return made;
}

/* The order of two: 0 if both lead to one description, 1 if a's comes first, 2
 * if b's does; -1: the kernel would not tell. */
static long
order_of(const struct picture *p, const struct descriptor *a,
    const struct descriptor *b)
{
	return syscall(SYS_kcmp, p->process[a->process].table,
	    p->process[b->process].table, KCMP_FILE, a->fd, b->fd);
}

/* The place of d among its family's: at *place; 0: it is that one. */
static long
search(const struct picture *p, const struct family *it,
    const struct descriptor *d, int *place)
{
	int from = 0, to = it->count;

	while (from < to) {
		int middle = from + (to - from) / 2;
		int n = it->description[middle];
		long order =
		    order_of(p, d, &p->descriptor[p->description[n].first]);
		*place = middle;
		if (order <= 0 || order > 2)
			return order > 2 ? -1 : order;
		if (order == 1)
			to = middle;
		else
			from = middle + 1;
	}
	*place = from;
	return 1;
}

/* The same where the kernel will not tell of some. *unsure: one of these. */
static long
search_all(const struct picture *p, const struct family *it,
    const struct descriptor *d, int *place, int *unsure)
{
	for (*place = 0; *place < it->count; ++*place) {
		int n = it->description[*place];
		long order =
		    order_of(p, &p->descriptor[p->description[n].first], d);
		if (order == 0)
			return 0;
		if (order == -1)
			*unsure = n;
	}
	return 1;
}

static void
lead_to(struct picture *p, int i, int n)
{
	struct description *it = &p->description[n];

	p->descriptor[i].description = n;
	if (it->holders++ == 0)
		it->first = i;
	else
		p->descriptor[it->last].next_of_description = i;
	it->last = i;
}

/* Finds or makes the description of descriptor number i. */
static void
describe(struct picture *p, struct families *all, int i)
{
	const struct descriptor *d = &p->descriptor[i];
	struct family *it = family_of(p, all, d);
	int place = 0, unsure = -1;
	long answer = search(p, it, d, &place);

	if (answer == -1)
		answer = search_all(p, it, d, &place, &unsure);
	if (answer == 0) {
		lead_to(p, i, it->description[place]);
		return;
	}
	struct description *made =
	    one_more(&p->description, &p->descriptions, sizeof *p->description);
	*made = (struct description){.kind = kind_of(d),
	    .unsure = unsure >= 0,
	    .pair = unsure,
	    .was = -1};
	if (unsure >= 0)
		p->description[unsure].unsure = true;
	lead_to(p, i, p->descriptions - 1);
	int *last = one_more(&it->description, &it->count, sizeof *last);
	for (; last > it->description + place; last--)
		*last = last[-1];
	*last = p->descriptions - 1;
}

void
find_descriptions(struct picture *p)
{
	struct families all = {.room = 16};

	while (all.room < 2 * (size_t)p->descriptors)
		all.room *= 2;
	all.head = checked(malloc(all.room * sizeof *all.head));
	for (size_t i = 0; i < all.room; i++)
		all.head[i] = -1;
	for (int i = 0; i < p->descriptors; i++)
		if (!p->descriptor[i].own)
			describe(p, &all, i);
	for (int i = 0; i < all.count; i++)
		free(all.at[i].description);
	free(all.at);
	free(all.head);
}

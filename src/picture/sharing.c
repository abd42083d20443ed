/*
 * sharing.c: who shares. Two descriptors may lead to one open file
 * description, with one offset and one set of flags, or to two that are the
 * same file: only kcmp(2) tells them apart.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "picture/parts.h"

#ifndef KCMP_FILE
#define KCMP_FILE 0 /* kcmp(2); <linux/kcmp.h> is not everywhere */
#endif

static enum kind
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

/*
 * Do both lead to one description? 1 yes, 0 no, -1 the kernel would not tell.
 * What is another file, or open for something else, needs no asking.
 */
static int
same_description(const struct picture *p, const struct descriptor *a,
    const struct descriptor *b)
{
	if (a->dev != b->dev || a->ino != b->ino ||
	    (a->flags & O_ACCMODE) != (b->flags & O_ACCMODE) ||
	    (kind_of(a) == ANONYMOUS && strcmp(a->path, b->path) != 0))
		return 0;
	long order = syscall(SYS_kcmp, p->process[a->process].pid,
	    p->process[b->process].pid, KCMP_FILE, a->fd, b->fd);
	return order == -1 ? -1 : order == 0;
}

/* Finds or makes the description of descriptor number i. */
static void
describe(struct picture *p, int i)
{
	struct descriptor *d = &p->descriptor[i];
	int unsure = -1;

	for (int n = 0; n < p->descriptions; n++) {
		struct description *it = &p->description[n];
		int answer = same_description(p, &p->descriptor[it->first], d);
		if (answer == 1) {
			d->description = n;
			it->holders++;
			return;
		}
		if (answer == -1)
			unsure = n;
	}
	d->description = p->descriptions;
	struct description *made =
	    one_more(&p->description, &p->descriptions, sizeof *p->description);
	*made = (struct description){.kind = kind_of(d),
	    .first = i,
	    .holders = 1,
	    .unsure = unsure >= 0,
	    .pair = unsure,
	    .was = -1};
	if (unsure >= 0)
		p->description[unsure].unsure = true;
}

void
find_descriptions(struct picture *p)
{
	for (int i = 0; i < p->descriptors; i++)
		if (!p->descriptor[i].own)
			describe(p, i);
}

/*
 * pipes.c: the pipes and FIFOs of the picture, how full they are, and who
 * holds their ends.
 *
 * How full a pipe is can be asked in no other way than on an end of it: of
 * another process's pipe we open one for that moment, through /proc, without
 * waiting, and only a kind of end that somebody holds anyway. The write end if
 * possible: the reader's end of file could then come a moment late, while with
 * one more reader a writer could lose its SIGPIPE.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "picture/parts.h"

/* Places for the numbers of the pipes, found by device and inode. */
struct places {
	int *number; /* -1: free */
	size_t room; /* a power of two */
};

/* Where the pipe that d leads to stands, or may be put. */
static int *
place_of(const struct picture *p, const struct places *it,
    const struct descriptor *d)
{
	size_t at = (d->ino * 31 + d->dev) & (it->room - 1);

	while (
	    it->number[at] != -1 && (p->pipe[it->number[at]].ino != d->ino ||
					p->pipe[it->number[at]].dev != d->dev))
		at = (at + 1) & (it->room - 1);
	return &it->number[at];
}

/* The number of the pipe that d leads to, made if need be. */
static int
pipe_of(struct picture *p, const struct places *places,
    const struct descriptor *d, bool make)
{
	int *place = place_of(p, places, d);

	if (*place != -1 || !make)
		return *place;
	struct pipe *made = one_more(&p->pipe, &p->pipes, sizeof *p->pipe);
	*made = (struct pipe){.dev = d->dev,
	    .ino = d->ino,
	    .path = checked(strdup(d->path)),
	    .fill = -1,
	    .capacity = -1,
	    .was = -1};
	return *place = p->pipes - 1;
}

/* When a pipe gets its letter: a program's own pipe is A wherever its output
 * goes; one that only a trace's own descriptors lead to gets none. */
static int
turn_of(const struct descriptor *d)
{
	return d->own ? 2 : d->fd <= 2 ? 1 : 0;
}

void
chain_pipes(struct picture *p)
{
	for (int i = 0; i < p->pipes; i++)
		p->pipe[i].first = p->pipe[i].last = -1;
	for (int i = 0; i < p->descriptors; i++) {
		struct descriptor *d = &p->descriptor[i];
		d->next_of_pipe = -1;
		if (d->pipe < 0)
			continue;
		struct pipe *it = &p->pipe[d->pipe];
		if (it->first == -1)
			it->first = i;
		else
			p->descriptor[it->last].next_of_pipe = i;
		it->last = i;
	}
}

/* The pipes, in order of first appearance. */
void
find_pipes(struct picture *p)
{
	struct places places = {.room = 16};

	while (places.room < 2 * (size_t)p->descriptors)
		places.room *= 2;
	places.number = checked(malloc(places.room * sizeof *places.number));
	for (size_t i = 0; i < places.room; i++)
		places.number[i] = -1;
	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < p->descriptors; i++) {
			struct descriptor *d = &p->descriptor[i];
			if (S_ISFIFO(d->mode) && !(d->flags & O_PATH) &&
			    turn_of(d) == pass)
				d->pipe = pipe_of(p, &places, d, pass < 2);
		}
	free(places.number);
	for (int i = 0; i < p->pipes; i++)
		p->pipe[i].letter = i;
	chain_pipes(p);
}

/* Opens the end that d of another process is; -1: it is no more. */
static int
open_end(const struct pipe *pipe, const struct descriptor *d, pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, d->fd);
	int fd = open(path, (d->flags & O_ACCMODE) | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 || (fstat(fd, &st) == 0 && st.st_ino == pipe->ino &&
			    st.st_dev == pipe->dev))
		return fd;
	close(fd);
	return -1;
}

/* Asks on an end of our own, or on one that we open for it. */
static void
ask(struct pipe *pipe, const struct descriptor *d, const struct process *holder)
{
	int fd = holder->mine ? d->fd : open_end(pipe, d, holder->table), bytes;

	if (fd == -1)
		return;
	if (ioctl(fd, FIONREAD, &bytes) == 0) {
		pipe->fill = bytes;
		pipe->capacity = fcntl(fd, F_GETPIPE_SZ);
	}
	if (!holder->mine)
		close(fd);
}

/* How well this end serves to ask. */
static int
serves(const struct picture *p, const struct descriptor *d)
{
	if (p->process[d->process].mine)
		return 3;
	return (d->flags & O_ACCMODE) == O_WRONLY ? 2 : 1;
}

void
ask_pipes(struct picture *p)
{
	for (int i = 0; i < p->pipes; i++)
		for (int least = 3; least > 0 && p->pipe[i].fill < 0; least--)
			for (int n = p->pipe[i].first;
			     n != -1 && p->pipe[i].fill < 0;
			     n = p->descriptor[n].next_of_pipe) {
				struct descriptor *d = &p->descriptor[n];
				if (serves(p, d) == least)
					ask(&p->pipe[i], d,
					    &p->process[d->process]);
			}
}

bool
open_for(const struct descriptor *d, int mode)
{
	int is = d->flags & O_ACCMODE;

	return is == mode || is == O_RDWR;
}

const struct descriptor *
next_holder(
    const struct picture *p, const struct descriptor *last, int pipe, int mode)
{
	int at = last == NULL ? p->pipe[pipe].first : last->next_of_pipe;

	for (; at != -1; at = p->descriptor[at].next_of_pipe)
		if (open_for(&p->descriptor[at], mode))
			return &p->descriptor[at];
	return NULL;
}

/*
 * since.c: what changed since the picture before: what is new, what is closed,
 * which offset moved. What was there keeps its number or letter, so that two
 * pictures can be laid side by side.
 */
#include <fcntl.h>
#include <string.h>

#include "picture/parts.h"

/* The drawn descriptor fd of process pid, if it leads to the same as d. */
static const struct descriptor *
find_in(const struct picture *p, pid_t pid, const struct descriptor *d)
{
	for (int i = 0; i < p->descriptors; i++) {
		const struct descriptor *it = &p->descriptor[i];
		if (it->fd == d->fd && it->description >= 0 &&
		    p->process[it->process].pid == pid && it->dev == d->dev &&
		    it->ino == d->ino &&
		    (it->flags & O_ACCMODE) == (d->flags & O_ACCMODE))
			return it;
	}
	return NULL;
}

/* Gives description number n the number it had before, if it was there. */
static void
recognize(struct picture *p, const struct picture *before, int n)
{
	struct description *it = &p->description[n];

	for (int i = 0; i < p->descriptors && it->number == 0; i++) {
		const struct descriptor *d = &p->descriptor[i], *old;
		if (d->description != n)
			continue;
		old = find_in(before, p->process[d->process].pid, d);
		if (old == NULL)
			continue;
		const struct description *was =
		    &before->description[old->description];
		it->number = was->number;
		for (int k = 0; k < n; k++)
			if (p->description[k].number == was->number)
				it->number = 0;
		if (it->number != 0 && before->descriptor[was->first].offset !=
					   p->descriptor[it->first].offset)
			it->was = before->descriptor[was->first].offset;
	}
	it->is_new = it->number == 0;
}

static void
number_descriptions(struct picture *p, const struct picture *before)
{
	int last = 0;

	for (int i = 0; before != NULL && i < before->descriptions; i++)
		if (before->description[i].number > last)
			last = before->description[i].number;
	for (int i = 0; before != NULL && i < p->descriptions; i++)
		recognize(p, before, i);
	for (int i = 0; i < p->descriptions; i++)
		if (p->description[i].number == 0)
			p->description[i].number = ++last;
}

/* Keeps the letters of before; others get the next. */
static void
name_pipes(struct picture *p, const struct picture *before)
{
	int next = 0;

	for (int i = 0; i < before->pipes; i++)
		if (before->pipe[i].letter >= next)
			next = before->pipe[i].letter + 1;
	for (int i = 0; i < p->pipes; i++) {
		struct pipe *it = &p->pipe[i];
		it->letter = -1;
		for (int k = 0; k < before->pipes; k++)
			if (before->pipe[k].ino == it->ino &&
			    before->pipe[k].dev == it->dev) {
				it->letter = before->pipe[k].letter;
				it->was = before->pipe[k].fill;
			}
		if (it->letter == -1)
			it->letter = next++;
	}
}

static void
mark_new(struct picture *p, const struct picture *before)
{
	for (int i = 0; i < p->processes; i++) {
		p->process[i].is_new = true;
		for (int k = 0; k < before->processes; k++)
			if (before->process[k].pid == p->process[i].pid)
				p->process[i].is_new = false;
	}
	for (int i = 0; i < p->descriptors; i++) {
		struct descriptor *d = &p->descriptor[i];
		const struct descriptor *old =
		    find_in(before, p->process[d->process].pid, d);
		d->is_new =
		    !p->process[d->process].is_new &&
		    (old == NULL ||
			(d->description >= 0 &&
			    p->description[d->description].number !=
				before->description[old->description].number));
	}
}

/* Adds "4712 child fd 4"; fd -1: the process with all that it had. */
static void
add_closed(struct picture *p, const struct process *process, int fd)
{
	struct row text = {0};

	add_who(&text, process);
	if (fd == -1)
		add(&text, " (ended)");
	else
		add(&text, " fd %d", fd);
	char **place = one_more(&p->closed, &p->closings, sizeof *p->closed);
	*place = text.text.at;
}

/* Is it in the picture, with descriptors of its own? */
static bool
lives_in(const struct picture *p, pid_t pid)
{
	for (int i = 0; i < p->processes; i++)
		if (p->process[i].pid == pid)
			return p->process[i].state != 'Z' &&
			       p->process[i].state != 'X' &&
			       p->process[i].state != 0;
	return false;
}

/* What is closed since, in p->closed. */
static void
mark_closed(struct picture *p, const struct picture *before)
{
	for (int i = 0; i < before->processes; i++)
		if (lives_in(before, before->process[i].pid) &&
		    !lives_in(p, before->process[i].pid))
			add_closed(p, &before->process[i], -1);
	for (int i = 0; i < before->descriptors; i++) {
		const struct descriptor *d = &before->descriptor[i];
		const struct process *process = &before->process[d->process];
		const struct descriptor *now = find_in(p, process->pid, d);
		if (d->description >= 0 && lives_in(p, process->pid) &&
		    (now == NULL || now->is_new))
			add_closed(p, process, d->fd);
	}
}

void
mark_changes(struct picture *p, const struct picture *before)
{
	number_descriptions(p, before);
	if (before == NULL)
		return;
	name_pipes(p, before);
	mark_new(p, before);
	mark_closed(p, before);
}

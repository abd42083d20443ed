/*
 * file_locks.c: who holds the lock on a file that a thread waits for. fdinfo
 * has the locks of each descriptor, also of one that was inherited: whoever
 * has such a one could unlock, or close it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "picture/parts.h"

/* A lock as a line of fdinfo or of /proc/locks has it. */
struct held {
	char kind[16], type[16]; /* "FLOCK", "WRITE" */
	long pid;                /* who took it */
	unsigned long ino;
	long long from, to; /* bytes; to -1: the end */
};

/* A word of the line, as far as there is room. */
static void
copy_word(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%.*s", (int)strcspn(from, " \t\n"), from);
}

/* From after the number of the line: "FLOCK ADVISORY WRITE 4711 fe:00:123 0
 * EOF". A waiter's has "->" in front and is none. */
static bool
read_lock(const char *line, struct held *it)
{
	const char *file = skip_words(line, 4), *end = skip_words(line, 6);
	const char *ino = strchr(file, ':');

	copy_word(it->kind, sizeof it->kind, skip_words(line, 0));
	copy_word(it->type, sizeof it->type, skip_words(line, 2));
	if (strcmp(it->kind, "->") == 0 || ino == NULL || *end == '\0' ||
	    (ino = strchr(ino + 1, ':')) == NULL)
		return false;
	it->pid = strtol(skip_words(line, 3), NULL, 10);
	it->ino = strtoul(ino + 1, NULL, 10);
	it->from = strtoll(skip_words(line, 5), NULL, 10);
	it->to = *end == 'E' ? -1 : strtoll(end, NULL, 10);
	return true;
}

/* What the sleeper asked for. */
struct asked {
	bool whole; /* by flock */
	bool shared;
	long long from, to;
};

static void
read_asked(const struct sleeper *s, struct asked *it)
{
	const struct task *t = s->task;
	struct flock lock;

	*it = (struct asked){.to = -1};
	it->whole = s->name != NULL && strcmp(s->name, "flock") == 0;
	if (s->hidden)
		return;
	if (it->whole)
		it->shared = (t->arg[1] & 3) == 1; /* LOCK_SH, flock(2) */
	else if (read_memory(t->tid, t->arg[2], &lock, sizeof lock)) {
		it->shared = lock.l_type == F_RDLCK;
		if (lock.l_whence == SEEK_SET && lock.l_len >= 0) {
			it->from = lock.l_start;
			it->to = lock.l_len == 0
				     ? -1
				     : lock.l_start + lock.l_len - 1;
		}
	}
}

static bool
stands_against(const struct held *it, const struct asked *me)
{
	if ((strcmp(it->kind, "FLOCK") == 0) != me->whole ||
	    strcmp(it->kind, "LEASE") == 0 ||
	    (me->shared && strcmp(it->type, "READ") == 0))
		return false;
	return (me->to == -1 || it->from <= me->to) &&
	       (it->to == -1 || me->from <= it->to);
}

/* Does this descriptor have a lock that stands against it? Then *held is it. */
static bool
has_lock(pid_t table, int fd, const struct asked *me, struct held *held)
{
	char text[8192], *line = text;

	read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d", (long)table, fd);
	while ((line = strstr(line, "\nlock:")) != NULL) {
		line = strchr(line + 6, ':');
		if (line == NULL)
			return false;
		if (read_lock(line + 1, held) && stands_against(held, me))
			return true;
	}
	return false;
}

/* By the kernel's list of all locks, where no descriptor shows it. */
static void
add_by_list(struct picture *p, struct way *w, ino_t ino, const struct asked *me)
{
	char *line = NULL;
	size_t room = 0;
	FILE *f = fopen("/proc/locks", "re");

	(void)p;
	while (f != NULL && getline(&line, &room, f) != -1) {
		struct held held;
		char *at = strchr(line, ':');
		if (at != NULL && read_lock(at + 1, &held) && held.ino == ino &&
		    stands_against(&held, me)) {
			w->open = AT_UNSEEN;
			w->unseen = held.pid > 0 ? (pid_t)held.pid : -1;
		}
	}
	free(line);
	if (f != NULL)
		fclose(f);
}

/* Are they those of the descriptor's description, which others may share? */
static bool
is_shared_lock(const struct held *held)
{
	return strcmp(held->kind, "POSIX") != 0;
}

void
wake_by_lock(struct picture *p, const struct sleeper *s, struct way *w)
{
	const struct descriptor *d =
	    find_descriptor(p, s->task->process, s->fd);
	struct asked me;
	struct held held = {.pid = 0};
	enum lead lead;
	int n = 0;

	w->open = AT_UNKNOWN;
	if (s->hidden || d == NULL || (!S_ISREG(d->mode) && !S_ISDIR(d->mode)))
		return;
	w->descriptor = (int)(d - p->descriptor);
	read_asked(s, &me);
	unsigned long number = lead_of(d->path, &lead);
	const struct link *it = links_to(p->census, lead, number, &n);
	for (int i = 0; i < n; i++) {
		const struct living *who = &p->census->living[it[i].who];
		if (!has_lock(who->table, it[i].fd, &me, &held))
			continue;
		if (is_shared_lock(&held) || held.pid == who->pid)
			add_waker(w, who->pid, 0, it[i].fd);
	}
	if (w->wakers == 0) {
		add_by_list(p, w, d->ino, &me);
		return;
	}
	w->open = CLOSED;
	w->unseen = may_hold_too(p, geteuid(), s, w);
	if (w->unseen != 0)
		w->open = AT_UNSEEN;
}

/* The kernel asks the holder of a lease to give it up, and takes it from it
 * after the time of /proc/sys/fs/lease-break-time. */
void
wake_by_lease(struct picture *p, const struct sleeper *s, struct way *w)
{
	char *line = NULL;
	size_t room = 0;
	FILE *f = fopen("/proc/locks", "re");

	(void)p;
	w->open = AT_UNKNOWN;
	while (f != NULL && getline(&line, &room, f) != -1) {
		struct held held;
		char *at = strchr(line, ':');
		if (at == NULL || !read_lock(at + 1, &held) ||
		    strcmp(held.kind, "LEASE") != 0 ||
		    (s->ino != 0 && held.ino != s->ino))
			continue;
		w->open = AT_TIME;
		add_waker(w, (pid_t)held.pid, 0, -1);
	}
	free(line);
	if (f != NULL)
		fclose(f);
}

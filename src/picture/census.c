/*
 * census.c: where the descriptors of all processes lead that one may look at.
 *
 * One walk through /proc, and then every question who else holds this pipe,
 * socket or terminal is a search in a sorted table. The access mode of a
 * descriptor stands in another file, and is read when somebody asks.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "picture/parts.h"

/* Of a path, so that equal paths are found without keeping them. */
static unsigned long
hash(const char *path)
{
	unsigned long sum = 5381;

	for (; *path != '\0'; path++)
		sum = sum * 33 ^ (unsigned char)*path;
	return sum;
}

long
master_index(pid_t table, int fd)
{
	char text[512];

	read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d", (long)table, fd);
	return labelled(text, "tty-index:");
}

bool
is_master(const char *path)
{
	size_t length = strlen(path);

	return length >= 5 && strcmp(path + length - 5, "/ptmx") == 0;
}

unsigned long
lead_of(const char *path, enum lead *lead)
{
	static const struct {
		const char *begin;
		enum lead lead;
	} kinds[] = {{"pipe:[", TO_PIPE}, {"socket:[", TO_SOCKET},
	    {"/dev/pts/", TO_SLAVE}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t length = strlen(kinds[i].begin);
		if (strncmp(path, kinds[i].begin, length) == 0 &&
		    path[length] >= '0' && path[length] <= '9') {
			*lead = kinds[i].lead;
			return strtoul(path + length, NULL, 10);
		}
	}
	*lead = TO_ELSE;
	return hash(path);
}

static void
add_link(struct census *c, pid_t table, int fd, const char *path)
{
	struct link *it = one_more(&c->link, &c->links, sizeof *c->link);

	it->who = c->livings - 1;
	it->fd = fd;
	it->mode = -1;
	it->number = lead_of(path, &it->lead);
	if (is_master(path)) {
		it->lead = TO_MASTER;
		it->number = (unsigned long)master_index(table, fd);
	}
}

/* A thread of the process that has not ended, where the first one has. */
static pid_t
thread_that_lives(pid_t pid)
{
	DIR *folder = open_folder(pid, "task");
	int tid = -1;

	while (folder != NULL && (tid = next_number(folder)) != -1)
		if (!has_ended(process_state(tid)))
			break;
	if (folder != NULL)
		closedir(folder);
	return tid == -1 ? pid : tid;
}

pid_t
table_of(pid_t pid, const struct stat_file *stat)
{
	return has_ended(stat->state) && stat->threads > 1
		   ? thread_that_lives(pid)
		   : pid;
}

/* Of ourselves only what we write to is of interest: the rest we inherited from
 * somebody, and will not use. */
static void
count_in(struct census *c, pid_t pid, bool mine)
{
	struct stat_file stat;
	char path[4096];
	int fd;

	if (!read_stat(pid, &stat) || stat.kernel)
		return;
	struct living *it =
	    one_more(&c->living, &c->livings, sizeof *c->living);
	*it = (struct living){.pid = pid,
	    .parent = stat.parent,
	    .table = table_of(pid, &stat),
	    .began = stat.began};
	memcpy(it->command, stat.command, sizeof it->command);
	if (has_ended(stat.state) && it->table == pid)
		return;
	pid_t table = it->table;
	DIR *folder = open_folder(table, "fd");
	it->refused = folder == NULL && (errno == EACCES || errno == EPERM);
	while (folder != NULL && (fd = next_number(folder)) != -1)
		if ((!mine || fd == 1 || fd == 2) &&
		    read_link(table, fd, path, sizeof path))
			add_link(c, table, fd, path);
	if (folder != NULL)
		closedir(folder);
}

static int
by_pid(const void *one, const void *other)
{
	const struct living *a = one, *b = other;

	return (a->pid > b->pid) - (a->pid < b->pid);
}

static int
by_lead(const void *one, const void *other)
{
	const struct link *a = one, *b = other;

	if (a->lead != b->lead)
		return a->lead < b->lead ? -1 : 1;
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->who != b->who)
		return a->who < b->who ? -1 : 1;
	return (a->fd > b->fd) - (a->fd < b->fd);
}

static int
compare_pids(const void *one, const void *other)
{
	const pid_t *a = one, *b = other;

	return (*a > *b) - (*a < *b);
}

/* All that are there now, before any of them is looked at. */
static pid_t *
all_pids(int *n)
{
	DIR *folder = opendir("/proc");
	pid_t *all = NULL;
	int pid;

	*n = 0;
	while (folder != NULL && (pid = next_number(folder)) != -1) {
		pid_t *it = one_more(&all, n, sizeof *all);
		*it = pid;
	}
	if (folder != NULL)
		closedir(folder);
	if (*n > 0)
		qsort(all, (size_t)*n, sizeof *all, compare_pids);
	return all;
}

struct census *
take_census(pid_t me)
{
	struct census *c = checked(calloc(1, sizeof *c));
	int n;
	pid_t *all = all_pids(&n);

	c->blind = process_state(1) == 0; /* hidepid, proc(5) */
	for (int i = 0; i < n; i++)
		count_in(c, all[i], all[i] == me);
	free(all);
	if (c->links > 0)
		qsort(c->link, (size_t)c->links, sizeof *c->link, by_lead);
	return c;
}

void
free_census(struct census *c)
{
	if (c == NULL)
		return;
	free(c->living);
	free(c->link);
	free(c);
}

const struct living *
find_living(const struct census *c, pid_t pid)
{
	struct living key = {.pid = pid};

	return c->livings == 0 ? NULL
			       : bsearch(&key, c->living, (size_t)c->livings,
				     sizeof key, by_pid);
}

struct link *
links_to(const struct census *c, enum lead lead, unsigned long number, int *n)
{
	struct link key = {.lead = lead, .number = number, .who = -1};
	int from = 0, to = c->links;

	while (from < to) {
		int middle = from + (to - from) / 2;
		if (by_lead(&c->link[middle], &key) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	*n = 0;
	while (from + *n < c->links && c->link[from + *n].lead == lead &&
	       c->link[from + *n].number == number)
		++*n;
	return c->link + from;
}

bool
link_open_for(const struct census *c, struct link *it, int mode)
{
	char text[512];

	if (it->mode == -1) {
		read_procf(text, sizeof text, "/proc/%ld/fdinfo/%d",
		    (long)c->living[it->who].table, it->fd);
		const char *flags = strstr(text, "flags:");
		it->mode = flags == NULL
			       ? O_RDWR /* it is gone: nothing is ruled out */
			       : (int)strtol(flags + 6, NULL, 8);
	}
	if (it->mode & O_PATH)
		return false;
	return (it->mode & O_ACCMODE) == mode ||
	       (it->mode & O_ACCMODE) == O_RDWR;
}

static void
ask_tracers(struct census *c)
{
	char text[4096];

	for (int i = 0; i < c->livings; i++)
		if (read_procf(text, sizeof text, "/proc/%ld/status",
			(long)c->living[i].pid))
			c->living[i].tracer =
			    (pid_t)labelled(text, "\nTracerPid:");
	c->traced = true;
}

bool
traces_another(struct census *c, pid_t pid)
{
	if (!c->traced)
		ask_tracers(c);
	for (int i = 0; i < c->livings; i++)
		if (c->living[i].tracer == pid && c->living[i].parent != pid)
			return true;
	return false;
}

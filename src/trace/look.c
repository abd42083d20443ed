/*
 * look.c: what the kernel has behind the descriptors of some processes.
 *
 * /proc/PID/fd says where a descriptor leads, fdinfo its flags and offset,
 * kcmp(2) which of them share an open file description. Only how full a pipe
 * is can be asked in no other way than on an end of it: of another process's
 * pipe we open one for that moment, through /proc, without waiting, and only
 * a kind of end that somebody holds anyway. The write end if possible: the
 * reader's end of file could then come a moment late, while with one more
 * reader a writer could lose its SIGPIPE.
 */
#define _GNU_SOURCE

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "picture.h"

#ifndef KCMP_FILE
#define KCMP_FILE 0 /* kcmp(2); <linux/kcmp.h> is not everywhere */
#endif

static void *
checked(void *memory)
{
	if (memory == NULL) {
		fputs("picture: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	return memory;
}

/* Room for one more, zeroed, at the end of the array *at of *count. */
static void *
one_more(void *at, int *count, size_t size)
{
	size_t used = (size_t)*count * size;
	void **array = at;

	if ((*count & (*count - 1)) == 0) /* full at the powers of two */
		*array = checked(realloc(*array, used == 0 ? size : 2 * used));
	++*count;
	return memset((char *)*array + used, 0, size);
}

/* Reads a file below /proc as a string; false, errno set, if it cannot. */
static bool
read_proc(char *text, size_t size, const char *format, ...)
{
	char path[80];
	va_list values;

	va_start(values, format);
	vsnprintf(path, sizeof path, format, values);
	va_end(values);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	ssize_t length = read(fd, text, size - 1);
	int error = errno;
	close(fd);
	errno = error;
	text[length < 0 ? 0 : length] = '\0';
	return length >= 0;
}

/* The number after the label of a line; -1 if there is none. */
static long
labelled(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	return at == NULL ? -1 : strtol(at + strlen(label), NULL, 10);
}

/* The state letter, 0: no such process; its command as printable text. */
static char
read_state(pid_t pid, char *command, size_t size)
{
	char text[512];

	if (!read_proc(text, sizeof text, "/proc/%ld/stat", (long)pid))
		return 0;
	const char *begin = strchr(text, '('), *end = strrchr(text, ')');
	if (begin == NULL || end == NULL || end[1] != ' ')
		return 0;
	if (command != NULL)
		snprintf(
		    command, size, "%.*s", (int)(end - begin - 1), begin + 1);
	for (char *c = command; c != NULL && *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return end[2];
}

const char *
state_in_words(char state)
{
	switch (state) {
	case 'R':
		return "running";
	case 'S':
	case 'I':
		return "sleeps";
	case 'D':
		return "sleeps (cannot be woken)";
	case 'T':
		return "stopped";
	case 't':
		return "stopped by its tracer";
	case 'Z':
		return "zombie";
	case 0:
	case 'X':
		return "gone";
	default:
		return "unknown";
	}
}

static char *
read_link(pid_t pid, int fd)
{
	char path[64], to[PATH_MAX];

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
	ssize_t length = readlink(path, to, sizeof to - 1);
	if (length <= 0)
		return NULL;
	to[length] = '\0';
	return checked(strdup(to));
}

/* All about descriptor fd of the process; false if it is gone. */
static bool
read_descriptor(struct descriptor *d, pid_t pid, int fd)
{
	char text[512], path[64];
	struct stat st;

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)pid, fd);
	if (!read_proc(text, sizeof text, "/proc/%ld/fdinfo/%d", (long)pid, fd))
		return false;
	const char *flags = strstr(text, "flags:");
	if (flags == NULL || stat(path, &st) == -1)
		return false;
	d->path = read_link(pid, fd);
	if (d->path == NULL)
		return false;
	d->fd = fd;
	d->flags = (int)strtol(flags + strlen("flags:"), NULL, 8);
	d->close_on_exec = d->flags & O_CLOEXEC;
	d->offset = labelled(text, "pos:");
	d->mode = st.st_mode;
	d->dev = st.st_dev;
	d->ino = st.st_ino;
	d->description = d->pipe = -1;
	return true;
}

/* The next number that is a name in the folder; -1: no more. */
static int
next_number(DIR *folder)
{
	struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
			return (int)strtol(entry->d_name, NULL, 10);
	return -1;
}

static DIR *
open_folder(const char *format, long pid)
{
	char path[64];

	snprintf(path, sizeof path, format, pid);
	return opendir(path);
}

/* Adds descriptor fd of process number i; false if it is gone. */
static bool
add_descriptor(struct picture *p, int i, int fd, int pipe)
{
	struct descriptor d = {.process = i};

	if (!read_descriptor(&d, p->process[i].pid, fd))
		return false;
	if (pipe >= 0 &&
	    (d.dev != p->pipe[pipe].dev || d.ino != p->pipe[pipe].ino)) {
		free(d.path);
		return false;
	}
	d.pipe = pipe;
	struct descriptor *place =
	    one_more(&p->descriptor, &p->descriptors, sizeof *p->descriptor);
	*place = d;
	return true;
}

/* Adds the descriptors of process number i, but for the one we look through. */
static void
look_at_process(struct picture *p, int i)
{
	struct process *process = &p->process[i];
	DIR *folder = open_folder("/proc/%ld/fd", (long)process->pid);
	int fd;

	process->refused = folder == NULL && process->state != 'Z' &&
			   process->state != 'X' && process->state != 0;
	if (folder == NULL)
		return;
	while ((fd = next_number(folder)) != -1)
		if ((!process->mine || fd != dirfd(folder)) &&
		    add_descriptor(p, i, fd, -1))
			process->hidden += fd >= FIRST_HIDDEN_FD;
	closedir(folder);
}

static pid_t
my_pid(void)
{
	char me[24];
	ssize_t length = readlink("/proc/self", me, sizeof me - 1);

	me[length < 0 ? 0 : length] = '\0';
	return (pid_t)strtol(me, NULL, 10);
}

static struct process *
add_process(struct picture *p, pid_t pid, pid_t me)
{
	struct process *process =
	    one_more(&p->process, &p->processes, sizeof *p->process);

	process->pid = pid;
	process->mine = pid == me;
	process->state =
	    read_state(pid, process->command, sizeof process->command);
	return process;
}

static void
look_at_task(struct task *t, pid_t pid)
{
	char text[2048], *at = text;
	long ids[2] = {pid, t->tid};

	t->call = -1;
	if (read_proc(
		text, sizeof text, "/proc/%ld/task/%ld/stat", ids[0], ids[1]) &&
	    (at = strrchr(text, ')')) != NULL && at[1] == ' ')
		t->state = at[2];
	if (read_proc(
		text, sizeof text, "/proc/%ld/task/%ld/status", ids[0], ids[1]))
		t->switches = labelled(text, "\nvoluntary_ctxt_switches:") +
			      labelled(text, "nonvoluntary_ctxt_switches:");
	if (!read_proc(t->wchan, sizeof t->wchan, "/proc/%ld/task/%ld/wchan",
		ids[0], ids[1]))
		t->wchan[0] = '\0';
	if (!read_proc(text, sizeof text, "/proc/%ld/task/%ld/syscall", ids[0],
		ids[1]))
		return;
	t->call_known = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
	if (!t->call_known)
		return;
	t->call = strtol(text, &at, 10);
	for (int i = 0; i < 6; i++)
		t->arg[i] = strtoul(at, &at, 16);
}

void
look_at_tasks(struct picture *p, int i)
{
	DIR *folder = open_folder("/proc/%ld/task", (long)p->process[i].pid);
	int tid;

	if (folder == NULL)
		return;
	while ((tid = next_number(folder)) != -1) {
		struct task *t = one_more(&p->task, &p->tasks, sizeof *p->task);
		t->process = i;
		t->tid = tid;
		look_at_task(t, p->process[i].pid);
	}
	closedir(folder);
}

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
same(const struct picture *p, const struct descriptor *a,
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
		int answer = same(p, &p->descriptor[it->first], d);
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

/* The number of the pipe that d leads to, made if need be. */
static int
pipe_of(struct picture *p, const struct descriptor *d, bool make)
{
	for (int i = 0; i < p->pipes; i++)
		if (p->pipe[i].dev == d->dev && p->pipe[i].ino == d->ino)
			return i;
	if (!make)
		return -1;
	struct pipe *made = one_more(&p->pipe, &p->pipes, sizeof *p->pipe);
	*made = (struct pipe){.dev = d->dev,
	    .ino = d->ino,
	    .path = checked(strdup(d->path)),
	    .fill = -1,
	    .capacity = -1,
	    .was = -1};
	return p->pipes - 1;
}

/*
 * The pipes, in order of first appearance; those that only stdin, stdout and
 * stderr lead to come last, so that a program's own pipe is A wherever its
 * output goes. A pipe that only hidden descriptors lead to is not in it.
 */
static void
find_pipes(struct picture *p)
{
	static const int from[] = {3, 0, FIRST_HIDDEN_FD};
	static const int to[] = {FIRST_HIDDEN_FD, 3, INT_MAX};

	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < p->descriptors; i++) {
			struct descriptor *d = &p->descriptor[i];
			if (S_ISFIFO(d->mode) && !(d->flags & O_PATH) &&
			    d->fd >= from[pass] && d->fd < to[pass])
				d->pipe = pipe_of(p, d, pass < 2);
		}
	for (int i = 0; i < p->pipes; i++)
		p->pipe[i].letter = i;
}

/* Asks on an end of our own, or on one that we open for it. */
static void
ask(struct pipe *pipe, const struct descriptor *d, const struct process *holder)
{
	char path[64];
	struct stat st;
	int fd = d->fd, mode = d->flags & O_ACCMODE, bytes;

	if (!holder->mine) {
		snprintf(path, sizeof path, "/proc/%ld/fd/%d",
		    (long)holder->pid, d->fd);
		fd = open(path, mode | O_NONBLOCK | O_CLOEXEC);
	}
	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && st.st_ino == pipe->ino &&
	    st.st_dev == pipe->dev && ioctl(fd, FIONREAD, &bytes) == 0) {
		pipe->fill = bytes;
		pipe->capacity = fcntl(fd, F_GETPIPE_SZ);
	}
	if (!holder->mine)
		close(fd);
}

/* How well this end serves to ask: 0 not at all. */
static int
serves(const struct picture *p, const struct descriptor *d)
{
	if (p->process[d->process].mine)
		return 3;
	return (d->flags & O_ACCMODE) == O_WRONLY ? 2 : 1;
}

static void
ask_pipes(struct picture *p)
{
	for (int i = 0; i < p->pipes; i++)
		for (int least = 3; least > 0 && p->pipe[i].fill < 0; least--)
			for (int n = 0;
			     n < p->descriptors && p->pipe[i].fill < 0; n++) {
				struct descriptor *d = &p->descriptor[n];
				if (d->pipe == i && serves(p, d) == least)
					ask(&p->pipe[i], d,
					    &p->process[d->process]);
			}
}

/* The number of the pipe that this link of another process leads to, or -1. */
static int
pipe_named(const struct picture *p, const char *path)
{
	for (int i = 0; path != NULL && i < p->pipes; i++)
		if (strcmp(p->pipe[i].path, path) == 0)
			return i;
	return -1;
}

/* Adds the process if it holds one of the pipes. */
static void
look_at_stranger(struct picture *p, pid_t pid)
{
	DIR *folder = open_folder("/proc/%ld/fd", (long)pid);
	int process = -1, fd;

	if (folder == NULL) {
		char state = read_state(pid, NULL, 0);
		p->unseen += errno == EACCES && state != 0 && state != 'Z';
		return;
	}
	while ((fd = next_number(folder)) != -1) {
		char *path = read_link(pid, fd);
		int pipe = pipe_named(p, path);
		if (pipe >= 0 && process == -1) {
			process = p->processes;
			add_process(p, pid, 0);
		}
		if (pipe >= 0)
			add_descriptor(p, process, fd, pipe);
		free(path);
	}
	closedir(folder);
}

/* Finds who else, of all that we may look at, holds an end of the pipes. */
static void
look_at_strangers(struct picture *p, pid_t me)
{
	DIR *folder = opendir("/proc");
	int asked = p->processes, pid;

	while (folder != NULL && (pid = next_number(folder)) != -1) {
		bool known = pid == me;
		for (int i = 0; i < asked; i++)
			known |= p->process[i].pid == pid;
		if (!known)
			look_at_stranger(p, pid);
	}
	if (folder != NULL)
		closedir(folder);
}

/* "4A3B2C1D" of /proc/net: words in the machine's own order. */
static void
spell_address(char *spelled, size_t size, char *hex)
{
	char *colon = strchr(hex, ':'), text[INET6_ADDRSTRLEN] = "?";
	uint32_t word[4] = {0};
	size_t words = colon == NULL ? 0 : (size_t)(colon - hex) / 8;

	for (size_t i = 0; i < words && i < 4; i++) {
		char digits[9] = "";
		memcpy(digits, hex + 8 * i, 8);
		word[i] = (uint32_t)strtoul(digits, NULL, 16);
	}
	inet_ntop(words == 1 ? AF_INET : AF_INET6, word, text, sizeof text);
	snprintf(spelled, size, words == 1 ? "%s:%lu" : "[%s]:%lu", text,
	    colon == NULL ? 0 : strtoul(colon + 1, NULL, 16));
}

/* What a line of /proc/net/NAME says, if it is about this socket; or NULL. */
static char *
read_socket(char *line, const char *name, unsigned long inode)
{
	bool local = strcmp(name, "unix") == 0;
	char *word[12] = {NULL}, *rest = NULL, from[80], to[80], text[256];
	int words = 0, at = local ? 6 : 9;

	for (char *w = strtok_r(line, " \n", &rest); w && words < 12;
	     w = strtok_r(NULL, " \n", &rest))
		word[words++] = w;
	if (words <= at || strtoul(word[at], NULL, 10) != inode)
		return NULL;
	if (local) {
		snprintf(text, sizeof text, "unix%s%s",
		    word[7] == NULL ? "" : " ", word[7] == NULL ? "" : word[7]);
		return checked(strdup(text));
	}
	spell_address(from, sizeof from, word[1]);
	spell_address(to, sizeof to, word[2]);
	bool listens = strcmp(word[3], "0A") == 0;
	snprintf(text, sizeof text, listens ? "%s %s, listens" : "%s %s -> %s",
	    name, from, to);
	return checked(strdup(text));
}

/* The addresses of the socket, as /proc/PID/net has them; NULL: it has not. */
static char *
find_socket(pid_t pid, const char *path)
{
	static const char *const names[] = {
	    "tcp", "tcp6", "udp", "udp6", "unix"};
	const char *bracket = strchr(path, '[');
	unsigned long inode =
	    bracket == NULL ? 0 : strtoul(bracket + 1, NULL, 10);
	char *found = NULL, *line = NULL, file[64];
	size_t room = 0;

	for (int i = 0; i < 5 && found == NULL; i++) {
		snprintf(
		    file, sizeof file, "/proc/%ld/net/%s", (long)pid, names[i]);
		FILE *f = fopen(file, "re");
		while (f != NULL && found == NULL &&
		       getline(&line, &room, f) != -1)
			found = read_socket(line, names[i], inode);
		if (f != NULL)
			fclose(f);
	}
	free(line);
	return found;
}

static void
find_sockets(struct picture *p)
{
	for (int i = 0; i < p->descriptions; i++) {
		struct description *it = &p->description[i];
		struct descriptor *d = &p->descriptor[it->first];
		if (it->kind == SOCKET)
			it->address =
			    find_socket(p->process[d->process].pid, d->path);
	}
}

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
		if (before->descriptor[was->first].offset !=
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
		    old == NULL ||
		    (d->description >= 0 &&
			p->description[d->description].number !=
			    before->description[old->description].number);
	}
}

/* What is closed since: "child 4", in p->closed. */
static void
mark_closed(struct picture *p, const struct picture *before)
{
	for (int i = 0; i < before->descriptors; i++) {
		const struct descriptor *d = &before->descriptor[i];
		const struct process *process = &before->process[d->process];
		const struct descriptor *now = find_in(p, process->pid, d);
		char text[80];
		if (d->description < 0 || (now != NULL && !now->is_new))
			continue;
		snprintf(text, sizeof text, "%ld%s%s fd %d", (long)process->pid,
		    process->name[0] == '\0' ? "" : " ", process->name, d->fd);
		char **place =
		    one_more(&p->closed, &p->closings, sizeof *p->closed);
		*place = checked(strdup(text));
	}
}

struct picture *
look(
    const struct looked_at *who, int n, const struct picture *before, bool deep)
{
	struct picture *p = checked(calloc(1, sizeof *p));
	pid_t me = my_pid();

	p->deep = deep;
	for (int i = 0; i < n; i++) {
		struct process *process = add_process(p, who[i].pid, me);
		process->asked = true;
		snprintf(process->name, sizeof process->name, "%s",
		    who[i].name == NULL ? "" : who[i].name);
		if (deep)
			look_at_tasks(p, i);
	}
	for (int i = 0; i < n; i++)
		look_at_process(p, i);
	for (int i = 0; i < p->descriptors; i++)
		if (p->descriptor[i].fd < FIRST_HIDDEN_FD)
			describe(p, i);
	find_pipes(p);
	if (deep && p->pipes > 0)
		look_at_strangers(p, me);
	ask_pipes(p);
	find_sockets(p);
	number_descriptions(p, before);
	if (before != NULL) {
		name_pipes(p, before);
		mark_new(p, before);
		mark_closed(p, before);
	}
	return p;
}

void
free_picture(struct picture *p)
{
	if (p == NULL)
		return;
	for (int i = 0; i < p->descriptors; i++)
		free(p->descriptor[i].path);
	for (int i = 0; i < p->descriptions; i++)
		free(p->description[i].address);
	for (int i = 0; i < p->pipes; i++)
		free(p->pipe[i].path);
	for (int i = 0; i < p->closings; i++)
		free(p->closed[i]);
	free(p->process);
	free(p->descriptor);
	free(p->description);
	free(p->pipe);
	free(p->task);
	free(p->closed);
	free(p);
}

/*
 * words.c: what a picture holds, in words: states, names, paths, flags,
 * offsets. The drawing, the JSON and the sentences all use these.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "picture/parts.h"

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

bool
has_ended(char state)
{
	return state == 0 || state == 'X' || state == 'Z';
}

void
add_who(struct row *to, const struct process *it)
{
	const char *name = it->name[0] != '\0' ? it->name : it->command;

	add(to, "%ld%s%s", (long)it->pid, name[0] == '\0' ? "" : " ", name);
}

const char *
pipe_name(const struct pipe *pipe, char name[8])
{
	if (pipe->letter < 26)
		snprintf(name, 8, "%c", 'A' + pipe->letter);
	else
		snprintf(name, 8, "%c%c", 'A' + pipe->letter / 26 % 27 - 1,
		    'A' + pipe->letter % 26);
	return name;
}

const char *
end_name(const struct descriptor *d)
{
	int mode = d->flags & O_ACCMODE;

	if (d->flags & O_PATH)
		return "no end";
	return mode == O_RDONLY   ? "read end"
	       : mode == O_WRONLY ? "write end"
				  : "both ends";
}

bool
has_offset(const struct descriptor *d, enum kind kind)
{
	return kind == A_FILE || kind == DIRECTORY || S_ISBLK(d->mode);
}

/* Text of up to width columns, the middle left out if it has more. */
static void
shorten(char *text, int width)
{
	size_t length = strlen(text), most = (size_t)width;

	if (width < 8 || length <= most)
		return;
	size_t head = (most - 3) / 2, tail = most - 3 - head;
	memset(text + head, '.', 3);
	memmove(text + head + 3, text + length - tail, tail + 1);
}

/* The path as printable ASCII, other bytes as \ooo. */
static void
spell_path(char *to, size_t size, const char *path)
{
	size_t at = 0;

	for (; *path != '\0' && at + 5 < size; path++)
		if (*path >= ' ' && *path <= '~')
			to[at++] = *path;
		else
			at += (size_t)snprintf(to + at, size - at, "\\%03o",
			    (unsigned)(unsigned char)*path);
	to[at] = '\0';
}

/* The path without the folder that it lies below, if it does. */
static const char *
within(const char *path, const char *folder)
{
	size_t length = folder == NULL ? 0 : strlen(folder);

	if (length == 0 || strncmp(path, folder, length) != 0 ||
	    path[length] != '/')
		return path;
	return path + length + 1;
}

/* What the description leads to, within width columns. */
void
spell_what(char *to, size_t size, const struct picture *p,
    const struct description *it, int width)
{
	static const char *const kinds[] = {[DIRECTORY] = "directory ",
	    [TERMINAL] = "terminal ",
	    [DEVICE] = "device "};
	const struct descriptor *d = &p->descriptor[it->first];
	char path[1500], name[8];

	spell_path(path, sizeof path, within(d->path, p->folder));
	if (it->kind == PIPE && d->pipe >= 0)
		snprintf(to, size, "pipe %s, %s",
		    pipe_name(&p->pipe[d->pipe], name), end_name(d));
	else if (it->kind == FIFO && d->pipe >= 0)
		snprintf(to, size, "FIFO %s, %s: %s",
		    pipe_name(&p->pipe[d->pipe], name), end_name(d), path);
	else if (it->kind == SOCKET && it->address != NULL) {
		spell_path(path, sizeof path, it->address);
		snprintf(to, size, "socket %s", path);
	} else if (it->kind == SOCKET)
		snprintf(to, size, "socket, address unknown");
	else
		snprintf(to, size, "%s%s",
		    it->kind <= DEVICE && kinds[it->kind] != NULL
			? kinds[it->kind]
			: "",
		    path);
	shorten(to, width);
}

static const struct flag {
	int value;
	const char *name;
} flags[] = {{O_PATH, "O_PATH"}, {O_TMPFILE, "O_TMPFILE"},
    {O_DIRECTORY, "O_DIRECTORY"}, {O_APPEND, "O_APPEND"},
    {O_NONBLOCK, "O_NONBLOCK"}, {O_SYNC, "O_SYNC"}, {O_DSYNC, "O_DSYNC"},
    {O_ASYNC, "O_ASYNC"}, {O_DIRECT, "O_DIRECT"}, {O_NOATIME, "O_NOATIME"},
    {O_NOFOLLOW, "O_NOFOLLOW"}};

/* The names of the open flags, each between the quotes, parted by between. */
void
spell_flags(
    char *to, size_t size, int value, const char *quote, const char *between)
{
	static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR"};
	size_t at = 0;

	to[0] = '\0';
	if (!(value & O_PATH))
		at = (size_t)snprintf(to, size, "%s%s%s", quote,
		    modes[(value & O_ACCMODE) % 3], quote);
	for (size_t i = 0; i < sizeof flags / sizeof *flags && at < size; i++) {
		if ((value & flags[i].value) != flags[i].value)
			continue;
		value &= ~flags[i].value;
		at += (size_t)snprintf(to + at, size - at, "%s%s%s%s",
		    at == 0 ? "" : between, quote, flags[i].name, quote);
	}
}

void
spell_offset(char *to, size_t size, const struct picture *p,
    const struct description *it)
{
	const struct descriptor *d = &p->descriptor[it->first];

	to[0] = '\0';
	if (!has_offset(d, it->kind))
		return;
	if (it->was >= 0)
		snprintf(
		    to, size, "offset %lld (was %lld)", d->offset, it->was);
	else
		snprintf(to, size, "offset %lld", d->offset);
}

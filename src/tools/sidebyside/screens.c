/*
 * screens.c: what the program has for stdout and stderr, and where what it
 * writes goes. Nobody but us reads them: what was written there, strace tells.
 * The program sees a terminal where we have one, of the same size, and else a
 * pipe; two of them, so that its stderr is known from its stdout wherever a
 * dup() leads it.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/proc.h"
#include "tools/sidebyside/sidebyside.h"

static struct {
	int ours, theirs;  /* -1: it has our own */
	struct text leads; /* as strace says it */
} screens[3] = {
    {-1, -1, {.at = NULL}}, {-1, -1, {.at = NULL}}, {-1, -1, {.at = NULL}}};

static struct text pipes; /* their names, each ended by a newline: A, B... */

#define LONGEST_NAME 16 /* of a file that lies elsewhere */

/* A terminal of the size and the manners of that one; false: there is none. */
static bool
make_terminal(int like, int *ours, int *theirs)
{
	struct termios manners;
	struct winsize size;

	*ours = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ours == -1)
		return false;
	*theirs = grantpt(*ours) == -1 || unlockpt(*ours) == -1
		      ? -1
		      : open(ptsname(*ours), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*theirs == -1) {
		close(*ours);
		return false;
	}
	if (tcgetattr(like, &manners) == 0)
		tcsetattr(*theirs, TCSANOW, &manners);
	if (ioctl(like, TIOCGWINSZ, &size) == 0)
		ioctl(*theirs, TIOCSWINSZ, &size);
	return true;
}

/* "/dev/pts/3" or "pipe:[4711]" */
static void
find_leads(pid_t pid, int fd, struct text *leads)
{
	char link[64], path[PATH_MAX];

	snprintf(link, sizeof link, "/proc/%ld/fd/%d", (long)pid, fd);
	ssize_t length = readlink(link, path, sizeof path);
	clear(leads);
	if (length > 0)
		put_bytes(leads, path, (size_t)length);
}

/* Theirs is closed again where the program starts, but for its copy. */
static void
make_screen(int fd)
{
	int *ours = &screens[fd].ours, *theirs = &screens[fd].theirs, ends[2];

	if (!isatty(fd) || !make_terminal(fd, ours, theirs)) {
		if (pipe2(ends, O_CLOEXEC) == -1)
			die("pipe");
		*ours = ends[0];
		*theirs = ends[1];
	}
	fcntl(*ours, F_SETFL, O_NONBLOCK);
	find_leads(getpid(), *theirs, &screens[fd].leads);
}

/* Before our stdout becomes the file of --output. */
void
make_screens(void)
{
	for (int fd = 1; fd <= 2; fd++)
		if (options.pid > 0 || options.output != NULL)
			find_leads(options.pid > 0 ? options.pid : getpid(), fd,
			    &screens[fd].leads);
		else
			make_screen(fd);
}

/* "5,6" for run_program(), in the process that becomes strace. */
void
give_screens(char *fds, size_t size)
{
	for (int fd = 1; fd <= 2; fd++)
		if (screens[fd].theirs != -1)
			fcntl(screens[fd].theirs, F_SETFD, 0);
	snprintf(fds, size, "%d,%d", screens[1].theirs, screens[2].theirs);
}

int
screen(int fd)
{
	return screens[fd].ours;
}

void
drain(int fd)
{
	char bytes[4096];

	while (fd != -1 && read(fd, bytes, sizeof bytes) > 0)
		continue;
}

bool
is_screen(struct span leads, int fd)
{
	return leads.length > 0 && same(leads, span_of(&screens[fd].leads));
}

/* Pipes have letters, in the order in which they are met: A to Z, AA to ZZ. */
static void
put_pipe(struct span pipe, struct text *name)
{
	int n = 0;
	size_t i = 0;

	while (
	    i < pipes.length && !begins(rest_of(span_of(&pipes), i), pipe.at))
		n += pipes.at[i++] == '\n';
	if (i == pipes.length)
		put(&pipes, "%.*s\n", (int)pipe.length, pipe.at);
	put_string(name, "pipe ");
	if (n >= 26)
		put(name, "%c", 'A' + (n / 26 - 1) % 26);
	put(name, "%c", 'A' + n % 26);
}

/* "file out", by its path from here, or by its last name if that is long. */
static void
put_place(struct span leads, struct text *name)
{
	static char here[PATH_MAX];
	size_t from = 0;

	if (here[0] == '\0' && getcwd(here, sizeof here) == NULL)
		here[0] = '?';
	if (begins(leads, "pipe:"))
		put_pipe(leads, name);
	else if (begins(leads, "socket:"))
		put_string(name, "socket");
	else if (!begins(leads, "/"))
		put_bytes(name, leads.at, leads.length);
	else {
		size_t length = strlen(here);
		if (begins(leads, here) && leads.length > length &&
		    leads.at[length] == '/')
			from = length + 1;
		else if (leads.length > LONGEST_NAME)
			for (size_t i = 1; i < leads.length; i++)
				from = leads.at[i - 1] == '/' ? i : from;
		put(name, "%s%.*s", begins(leads, "/dev/") ? "" : "file ",
		    (int)(leads.length - from), leads.at + from);
	}
}

/* "stdout", "stderr", or of another descriptor "to file out". */
void
where_it_goes(struct span leads, long fd, struct text *name)
{
	bool out = is_screen(leads, 1), err = is_screen(leads, 2);

	if (out || err) {
		put_string(
		    name, err && (!out || fd == 2) ? "stderr" : "stdout");
		return;
	}
	put_string(name, "to ");
	put_place(leads, name);
}

/* What the program has open from the start, besides 0 to 2. */
void
show_inherited(void)
{
	pid_t pid = options.pid > 0 ? options.pid : getpid();
	struct text said = {.at = NULL}, leads = {.at = NULL};
	DIR *folder = open_folder(pid, "fd");
	int fd;

	while (folder != NULL && (fd = next_number(folder)) != -1) {
		if (fd <= 2 ||
		    (options.pid == 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC))
			continue;
		find_leads(pid, fd, &leads);
		put(&said, "%s%d leads to ",
		    said.length == 0 ? "inherited: " : ", ", fd);
		put_place(span_of(&leads), &said);
	}
	if (folder != NULL)
		closedir(folder);
	if (said.length > 0)
		row_across(span_of(&said));
	free(said.at);
	free(leads.at);
}

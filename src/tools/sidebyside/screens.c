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
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tools/sidebyside/sidebyside.h"

static struct {
	int ours, theirs;  /* -1: it has our own */
	struct text leads; /* as strace says it */
} screens[3] = {
    {.ours = -1}, {.ours = -1, .theirs = -1}, {.ours = -1, .theirs = -1}};

static struct text pipes; /* their names, each ended by a newline: A, B... */

#define LONGEST_NAME 16 /* of a file that lies elsewhere */

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
	struct termios manners;
	struct winsize size;
	int ends[2];

	if ((tcgetattr(fd, &manners) == -1 ||
		ioctl(fd, TIOCGWINSZ, &size) == -1 ||
		openpty(&ends[0], &ends[1], NULL, &manners, &size) == -1) &&
	    pipe(ends) == -1)
		die("pipe");
	for (int i = 0; i < 2; i++)
		fcntl(ends[i], F_SETFD, FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	screens[fd].ours = ends[0];
	screens[fd].theirs = ends[1];
	find_leads(getpid(), ends[1], &screens[fd].leads);
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

/* In the process that becomes strace: its stdout is the program's. Returns what
 * the program's stderr will be; -1: as ours. */
int
give_screens(void)
{
	if (screens[1].theirs != -1)
		dup2(screens[1].theirs, 1);
	if (screens[2].theirs != -1)
		fcntl(screens[2].theirs, F_SETFD, 0);
	return screens[2].theirs;
}

int
screen(int fd)
{
	return screens[fd].ours;
}

void
drain_screens(void)
{
	char bytes[4096];

	for (int fd = 1; fd <= 2; fd++)
		while (screens[fd].ours != -1 &&
		       read(screens[fd].ours, bytes, sizeof bytes) > 0)
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
	struct span rest = span_of(&pipes);
	int n = 0;

	for (; rest.length > 0 && !begins(rest, pipe.at); n++)
		rest = rest_of(rest, before(rest, "\n").length + 1);
	if (rest.length == 0)
		put(&pipes, "%.*s\n", (int)pipe.length, pipe.at);
	put_string(name, "pipe ");
	if (n >= 26)
		put(name, "%c", 'A' + (n / 26 - 1) % 26);
	put(name, "%c", 'A' + n % 26);
}

/* "file out", by its path from here, or by its last name if that is long. */
static void
put_file(struct span path, struct text *name)
{
	static char here[PATH_MAX];

	if (here[0] == '\0' && getcwd(here, sizeof here) == NULL)
		here[0] = '?';
	struct span from_here =
	    rest_of(path, begins(path, here) ? strlen(here) : 0);
	if (from_here.length < path.length && begins(from_here, "/"))
		path = rest_of(from_here, 1);
	else if (path.length > LONGEST_NAME)
		path = after_last(path, '/');
	put(name, "%.*s", (int)path.length, path.at);
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
	if (begins(leads, "pipe:"))
		put_pipe(leads, name);
	else if (begins(leads, "socket:"))
		put_string(name, "socket");
	else if (begins(leads, "/")) {
		put_string(name, begins(leads, "/dev/") ? "" : "file ");
		put_file(leads, name);
	} else
		put_bytes(name, leads.at, leads.length);
}

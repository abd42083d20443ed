/*
 * output.c: what the program writes comes through a pipe and is copied, so
 * that there is never more of it than the limit, and a process that keeps the
 * other end open keeps nobody waiting.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cage.h"

#define PIECE 4096 /* a pipe that can be written to has room for so much */

/*
 * A pipe may be full when others write to it as well, a terminal may have been
 * stopped: with a description of our own no write waits, and theirs is left as
 * it is. fd itself, where there is none to be had.
 */
int
own_description(int fd)
{
	char path[40];
	struct stat st;

	if (fstat(fd, &st) == -1 ||
	    !(S_ISFIFO(st.st_mode) || S_ISCHR(st.st_mode)))
		return fd;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return own == -1 ? fd : own;
}

/* Returns the end for the program, which may open it again as /dev/stdout. */
int
open_stream(
    struct stream *s, const char *name, int to, const struct identity *who)
{
	struct stat st;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		failed("pipe2", name);
	if (who->own_user && fchown(ends[1], who->uid, who->gid) == -1)
		failed("chown", name);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	memset(s, 0, sizeof *s);
	s->from = ends[0];
	s->to = own_description(to);
	s->name = name;
	if (fstat(to, &st) == -1)
		failed("fstat", name);
	s->plain = S_ISREG(st.st_mode);
	return ends[1];
}

static void
close_stream(struct stream *s)
{
	close(s->from);
	s->from = -1;
	s->have = 0;
}

static void
read_some(struct stream *s)
{
	long long room = options.output * MEBI - s->bytes;
	ssize_t length = read(s->from, s->buffer, sizeof s->buffer);

	if (length == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	if (length <= 0) {
		close_stream(s);
		return;
	}
	s->cut = length > room;
	s->have = s->cut ? (size_t)room : (size_t)length;
	s->sent = 0;
	s->bytes += (long long)s->have;
}

/*
 * A reader of ours who left: the program's writes fail as if it wrote there
 * itself.
 */
static void
write_some(struct stream *s)
{
	size_t size = s->have - s->sent;

	if (!s->plain && size > PIECE)
		size = PIECE;
	ssize_t length = write(s->to, s->buffer + s->sent, size);
	if (length >= 0)
		s->sent += (size_t)length;
	else if (errno == EAGAIN || errno == EINTR)
		return;
	else {
		s->error = errno == EPIPE ? 0 : errno;
		close_stream(s);
	}
	if (s->sent >= s->have)
		s->have = 0;
}

static bool
is_ready(int fd, short events)
{
	struct pollfd one = {.fd = fd, .events = events};

	return poll(&one, 1, 0) > 0;
}

/* Passes on what can be without waiting; some may be left. */
void
move(struct stream *s)
{
	for (int i = 0; i < 16; i++) {
		if (s->have == 0 && s->from != -1 && !s->cut)
			read_some(s);
		if (s->have == 0)
			return;
		if (!s->plain && !is_ready(s->to, POLLOUT))
			return;
		write_some(s);
	}
}

/* All that is left in the pipe when the program has ended; who reads it has
 * until then. */
void
drain(struct stream *s, double until)
{
	for (;;) {
		struct pollfd out = {.fd = s->to, .events = POLLOUT};
		move(s);
		if (s->from == -1 || s->cut || s->error != 0)
			break;
		if (s->have == 0 && !is_ready(s->from, POLLIN))
			break;
		if (now() > until)
			break;
		if (s->have > 0)
			poll(&out, 1, 20);
	}
	s->bytes -= (long long)(s->have - (s->have > 0 ? s->sent : 0));
}

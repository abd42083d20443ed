/*
 * report.c: what happened, a name and a value a line, and last the line
 * `end`.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/names.h" /* signal_name */
#include "base/text.h"
#include "cage.h"

/* Adds text as one word for people: names and paths may hold anything. */
void
add_cleaned(char *to, size_t size, const char *text)
{
	size_t length = strlen(to);

	for (; *text != '\0' && length + 1 < size; text++)
		to[length++] = isgraph((unsigned char)*text) ? *text : '_';
	to[length] = '\0';
}

static const char *
state_name(void)
{
	switch (result.state) {
	case 'R':
		return "running";
	case 'S':
	case 'D':
		return "sleeping";
	case 'T':
	case 't':
		return "stopped";
	default:
		return "ended";
	}
}

static const char *const end_names[] = {[NOTHING] = "nothing",
    [BY_TIME] = "time",
    [BY_CPU] = "cpu",
    [BY_OUTPUT] = "output",
    [BY_PROCESSES] = "processes",
    [BY_MEMORY] = "memory",
    [BY_FILES] = "files",
    [BY_FILE_SIZE] = "file-size",
    [BY_SIGNAL] = "signal",
    [NEVER_RAN] = "never-ran"};

static void
print_report(struct text *to)
{
	bool ended = result.ran && result.ended;

	if (ended && WIFEXITED(result.status))
		put(to, "status %d\nsignal none\n", WEXITSTATUS(result.status));
	else
		put(to, "status none\nsignal %s\n",
		    ended ? signal_name(WTERMSIG(result.status)) : "none");
	put(to, "timed-out %s\nended-for %s\nstate %s\n",
	    result.ended_for == BY_TIME ? "yes" : "no",
	    end_names[result.ended_for], state_name());
	put(to,
	    "left-running %ld\nleft-names %s\nunwaited %ld\n"
	    "processes-most %ld\n",
	    result.left_running,
	    *result.left_names == '\0' ? "none" : result.left_names,
	    result.unwaited, result.most);
	put(to, "wall-ms %.0f\ncpu-ms %.0f\nmemory-peak-kib %ld\n",
	    result.wall * 1000, result.cpu * 1000, result.peak);
	put(to, "stdout-bytes %lld\nstderr-bytes %lld\n", result.out_bytes,
	    result.err_bytes);
	print_taken(to);
	put(to, "protection %s\nopen %s\nend\n", result.protection,
	    *result.open == '\0' ? "none" : result.open);
}

/* All at once and last: one that does not end in `end` is none. Who does not
 * read what it goes to keeps nobody waiting. */
void
write_report(const struct place *place)
{
	const char *name = options.report == NULL ? "2" : options.report;
	struct text all = {0};
	size_t sent = 0;

	print_report(&all);
	struct pollfd out = {
	    .fd = own_description(place->report), .events = POLLOUT};
	double until = now() + GRACE;
	while (sent < all.length) {
		ssize_t more =
		    poll(&out, 1, 20) <= 0
			? 0
			: write(out.fd, all.at + sent, all.length - sent);
		if (more == -1 && errno != EINTR && errno != EAGAIN)
			failed("write", name);
		sent += more > 0 ? (size_t)more : 0;
		errno = EAGAIN;
		if (sent < all.length && now() > until)
			failed("write", name);
	}
	free(all.at);
}

/* The program's own, or why it has none. */
int
status_of_cage(void)
{
	if (result.ended_for != NOTHING)
		return LIMIT_REACHED;
	if (WIFSIGNALED(result.status))
		return 128 + WTERMSIG(result.status);
	return WEXITSTATUS(result.status);
}

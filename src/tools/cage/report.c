/*
 * report.c: what happened, a name and a value a line, and last the line
 * `end`. It gets its name when it is complete: a half-written one has none.
 */
#define _GNU_SOURCE

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/names.h" /* signal_name */
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
    [BY_FILE_SIZE] = "file-size",
    [BY_SIGNAL] = "signal",
    [NEVER_RAN] = "never-ran"};

static void
print_end(FILE *to)
{
	bool ended = result.ran && result.ended;

	if (ended && WIFEXITED(result.status))
		fprintf(
		    to, "status %d\nsignal none\n", WEXITSTATUS(result.status));
	else
		fprintf(to, "status none\nsignal %s\n",
		    ended ? signal_name(WTERMSIG(result.status)) : "none");
	fprintf(to, "timed-out %s\nended-for %s\nstate %s\n",
	    result.ended_for == BY_TIME ? "yes" : "no",
	    end_names[result.ended_for], state_name());
}

static void
print_report(FILE *to)
{
	print_end(to);
	fprintf(to,
	    "left-running %ld\nleft-names %s\nunwaited %ld\n"
	    "processes-most %ld\n",
	    result.left_running,
	    *result.left_names == '\0' ? "none" : result.left_names,
	    result.unwaited, result.most);
	fprintf(to, "wall-ms %.0f\ncpu-ms %.0f\nmemory-peak-kib %ld\n",
	    result.wall * 1000, result.cpu * 1000, result.peak);
	const char *nothing = result.hears ? " none" : " unknown";
	fprintf(to,
	    "stdout-bytes %lld\nstderr-bytes %lld\ntried%s\n"
	    "protection %s\nend\n",
	    result.out_bytes, result.err_bytes,
	    *result.tried == '\0' ? nothing : result.tried, result.protection);
}

/* To a new file in the folder that was opened before the program ran. */
static void
write_file(const struct place *place)
{
	char *path = strdup(options.report), temporary[64];
	const char *name = path == NULL ? NULL : basename(path);

	if (name == NULL)
		failed("malloc", options.report);
	snprintf(temporary, sizeof temporary, ".cage-%ld-%.0f", (long)getpid(),
	    now() * 1e6);
	int fd = openat(place->report_dir, temporary,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	FILE *to = fd == -1 ? NULL : fdopen(fd, "w");
	if (to == NULL)
		failed("open", options.report);
	print_report(to);
	if (ferror(to) | fclose(to) || renameat(place->report_dir, temporary,
					   place->report_dir, name) == -1) {
		int error = errno;
		unlinkat(place->report_dir, temporary, 0);
		errno = error;
		failed("write", options.report);
	}
	free(path);
}

/* All at once, to where others may write as well, or nobody reads. */
static void
write_through(int fd, const char *name)
{
	char *text;
	size_t length = 0, sent = 0;
	FILE *to = open_memstream(&text, &length);

	if (to == NULL)
		failed("malloc", name);
	print_report(to);
	if (fclose(to) == EOF)
		failed("malloc", name);
	struct pollfd out = {.fd = own_description(fd), .events = POLLOUT};
	double until = now() + GRACE;
	while (sent < length) {
		ssize_t more = poll(&out, 1, 20) <= 0
				   ? 0
				   : write(out.fd, text + sent, length - sent);
		if (more == -1 && errno != EINTR && errno != EAGAIN)
			failed("write", name);
		sent += more > 0 ? (size_t)more : 0;
		errno = EAGAIN;
		if (sent < length && now() > until)
			failed("write", name);
	}
	free(text);
}

void
write_report(const struct place *place)
{
	if (options.report == NULL)
		write_through(STDERR_FILENO, "2");
	else if (place->report != -1)
		write_through(place->report, options.report);
	else
		write_file(place);
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

/*
 * folders.c: the files and folders of a run, opened before anything starts, so
 * that what the program does to the names later changes nothing.
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cage.h"

/* True if path and each folder above it may be searched by every user. */
bool
everyone_may_search(const char *path)
{
	char part[PATH_MAX];
	struct stat st;

	if (path[0] != '/' || strlen(path) >= sizeof part)
		return false;
	for (size_t i = 1;; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (stat(part, &st) == -1 || !S_ISDIR(st.st_mode) ||
		    (st.st_mode & S_IXOTH) == 0)
			return false;
		if (path[i] == '\0')
			return true;
	}
}

bool
lies_below(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return strncmp(path, folder, length) == 0 &&
	       (path[length] == '\0' || path[length] == '/');
}

/* Folders of PATH that the program will be allowed to read. */
static bool
is_open_to_it(const char *path)
{
	static const char *const system[] = {"/usr", "/bin", "/sbin"};
	bool open = false;

	for (size_t i = 0; i < sizeof system / sizeof *system; i++)
		open |= lies_below(path, system[i]);
	for (const char **r = options.read; r != NULL && *r != NULL; r++)
		open |= lies_below(path, *r);
	return open && everyone_may_search(path);
}

/* Our PATH without the folders that are not everyone's. */
static const char *
search_path(void)
{
	const char *ours = getenv("PATH");
	char *all = strdup(ours == NULL ? "" : ours), *rest = all, *one;
	size_t room = all == NULL ? 0 : strlen(all) + 2, length = 0;
	char *kept = calloc(1, room + 1);

	if (all == NULL || kept == NULL)
		failed("malloc", "PATH");
	while ((one = strsep(&rest, ":")) != NULL)
		if (is_open_to_it(one))
			length += (size_t)snprintf(kept + length, room - length,
			    "%s%s", length == 0 ? "" : ":", one);
	free(all);
	if (length > 0)
		return kept;
	free(kept);
	return "/usr/bin:/bin";
}

/* The absolute path of a file that may not exist. */
static char *
absolute(const char *path)
{
	char *whole, here[PATH_MAX];

	if (path[0] == '/')
		whole = strdup(path);
	else if (getcwd(here, sizeof here) == NULL)
		failed("getcwd", path);
	else if (asprintf(&whole, "%s/%s", here, path) == -1)
		whole = NULL;
	if (whole == NULL)
		failed("malloc", path);
	return whole;
}

/* As execvp finds it. Not found: some path that is not there either. */
static char *
find_program(const char *name, const char *search)
{
	char *all = strdup(search), *rest = all, *folder, *path = NULL;
	struct stat st;

	if (all == NULL)
		failed("malloc", search);
	if (strchr(name, '/') != NULL) {
		free(all);
		return absolute(name);
	}
	while ((folder = strsep(&rest, ":")) != NULL) {
		free(path);
		if (asprintf(&path, "%s/%s", folder, name) == -1)
			failed("malloc", name);
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		    (st.st_mode & 0111) != 0)
			break;
	}
	free(all);
	return path;
}

static int
open_output(const char *path, int otherwise)
{
	if (path == NULL)
		return otherwise;
	int fd = open(path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOCTTY | O_CLOEXEC,
	    0666);
	if (fd == -1)
		failed("open", path);
	return fd;
}

/* A FIFO without a writer must not keep us waiting. */
static int
open_input(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1)
		failed("open", path);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

/* Is it the file that the descriptor leads to already? */
static bool
is_open_as(int fd, const struct stat *st)
{
	struct stat other;

	return fstat(fd, &other) == 0 && other.st_dev == st->st_dev &&
	       other.st_ino == st->st_ino;
}

/*
 * A report that is not a file of its own is written to as it is: what is open
 * already, a device, a FIFO, what a link leads to. Returns -1 if it is a file,
 * or is not there.
 */
static int
open_other(const char *path, const struct place *place)
{
	const int known[] = {
	    STDOUT_FILENO, STDERR_FILENO, place->out, place->err};
	struct stat st, link;

	if (stat(path, &st) == -1 || lstat(path, &link) == -1)
		return -1;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (S_ISREG(st.st_mode) && is_open_as(known[i], &st))
			return known[i];
	if (S_ISREG(link.st_mode))
		return -1;
	int fd =
	    open(path, O_WRONLY | O_TRUNC | O_APPEND | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		failed("open", path);
	return fd;
}

/*
 * The folder of a report that is a file, or will be: an old one must not pass
 * for that of this run.
 */
static void
open_report(struct place *place)
{
	place->report_dir = place->report = -1;
	if (options.report == NULL)
		return;
	place->report = open_other(options.report, place);
	if (place->report != -1)
		return;
	char *copy = strdup(options.report);
	if (copy == NULL)
		failed("malloc", options.report);
	place->report_dir =
	    open(dirname(copy), O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place->report_dir == -1)
		failed("open", options.report);
	free(copy);
	if (unlink(options.report) == -1 && errno != ENOENT)
		failed("unlink", options.report);
}

/* 0 to 2 that are closed would be the numbers of the next files. */
static void
fill_closed_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) == -1 &&
		    open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) == -1)
			failed("open", "/dev/null");
}

/* Closes what was left open for us from 3 on, the grader's files perhaps. */
void
close_others(const struct place *place)
{
	DIR *all = opendir("/proc/self/fd");
	struct dirent *entry;

	if (all == NULL)
		failed("opendir", "/proc/self/fd");
	while ((entry = readdir(all)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		if (fd > 2 && fd != dirfd(all) && fd != place->in &&
		    fd != place->out && fd != place->err &&
		    fd != place->report_dir && fd != place->report)
			close(fd);
	}
	closedir(all);
}

void
prepare(struct place *place)
{
	fill_closed_descriptors();
	place->search = search_path();
	place->program = find_program(options.program[0], place->search);
	place->in = open_input(options.stdin_file);
	place->in_path = absolute(options.stdin_file);
	place->out = open_output(options.stdout_file, STDOUT_FILENO);
	place->err = open_output(options.stderr_file, STDERR_FILENO);
	open_report(place);
	for (const char **r = options.read; r != NULL && *r != NULL; r++)
		if (access(*r, F_OK) == -1)
			failed("access", *r);
	hold_signals(); /* until there is a keeper to remove it */
	close_others(place);
	make_scratch(place);
}

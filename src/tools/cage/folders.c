/*
 * folders.c: the files and folders of a run, opened before anything starts, so
 * that what the program does to the names later changes nothing.
 */
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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

static bool
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
	for (size_t i = 0; i < options.read.count; i++)
		open |= lies_below(path, options.read.at[i]);
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
char *
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

/* A FIFO without a reader fails at once. */
#define TO_APPEND                                                              \
	(O_WRONLY | O_TRUNC | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static int
open_output(const char *path, int otherwise)
{
	if (path == NULL)
		return otherwise;
	int fd = open(path, TO_APPEND | O_CREAT, 0666);
	if (fd == -1)
		failed("open", path);
	fcntl(fd, F_SETFL, O_APPEND);
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
static void
close_others(const struct place *place)
{
	DIR *all = opendir("/proc/self/fd");
	struct dirent *entry;

	if (all == NULL)
		failed("opendir", "/proc/self/fd");
	while ((entry = readdir(all)) != NULL) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		if (fd > 2 && fd != dirfd(all) && fd != place->in &&
		    fd != place->out && fd != place->err && fd != place->report)
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
	place->out = open_output(options.stdout_file, STDOUT_FILENO);
	place->err = open_output(options.stderr_file, STDERR_FILENO);
	place->report = open_output(options.report, STDERR_FILENO);
	for (size_t i = 0; i < options.read.count; i++)
		if (access(options.read.at[i], F_OK) == -1)
			failed("access", options.read.at[i]);
	hold_signals(); /* until there is a keeper to remove it */
	close_others(place);
	make_scratch(place);
}

/*
 * sample_files.c: the files that a demo works on, made before its first call
 * and removed after its last.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace/run/run.h"

#define MOST_FILES 4

static char folder[4096]; /* the temporary one, "": none */
static volatile sig_atomic_t folder_is_ours;
static const char *files[MOST_FILES];

/* $TMPDIR, or /tmp. */
static const char *
parent_folder(void)
{
	const char *parent = getenv("TMPDIR");

	return parent != NULL && parent[0] != '\0' ? parent : "/tmp";
}

static void
remember_folder(const char *path)
{
	snprintf(folder, sizeof folder, "%s", path);
	folder_is_ours = true;
}

static void
remember_file(const char *name)
{
	for (int i = 0; i < MOST_FILES; i++)
		if (files[i] == NULL) {
			files[i] = name;
			return;
		}
	fail("sample: more than %d files", MOST_FILES);
}

/* Makes the temporary folder and goes there; once. */
static void
enter_folder(void)
{
	static bool inside;
	char path[4096];

	if (inside)
		return;
	inside = true;
	snprintf(path, sizeof path, "%s/ipclab-XXXXXX", parent_folder());
	hold();
	if (mkdtemp(path) == NULL) {
		release();
		die(errno, "mkdtemp", parent_folder());
	}
	remember_folder(path);
	if (chdir(path) == -1 || getcwd(path, sizeof path) == NULL) {
		release();
		die(errno, "chdir", path);
	}
	remember_folder(path); /* $TMPDIR may be relative */
	release();
}

const char *
scratch(const char *name)
{
	own_work_begins();
	enter_folder();
	own_work_ends();
	remember_file(name);
	return name;
}

static void
write_all(int fd, const char *name, const char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, bytes, size);
		if (n == -1)
			die(errno, "write", name);
		bytes += n;
		size -= (size_t)n;
	}
}

/* Byte number i of a sample. */
static char
byte_of(const char *text, size_t period, size_t i)
{
	char offset[8];

	if (text != NULL)
		return text[i % period];
	snprintf(offset, sizeof offset, "%04zu ", i / 5 * 5 % 10000);
	return offset[i % 5];
}

/* At once also under --predict: it explains no call. */
static void
say_sample(const char *name, size_t size)
{
	char said[200];

	snprintf(said, sizeof said,
	    "%s: %zu bytes in a temporary folder, removed at the end", name,
	    size);
	print_note(said, "2");
}

const char *
sample(const char *name, const char *text, size_t size)
{
	char block[65536];
	size_t period = text == NULL ? 10000 : strlen(text);
	size_t whole = sizeof block / period * period;
	int fd;

	own_work_begins();
	scratch(name);
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd == -1)
		die(errno, "open", name);
	for (size_t i = 0; i < whole && i < size; i++)
		block[i] = byte_of(text, period, i);
	for (size_t left = size; left > 0;) {
		size_t part = left < whole ? left : whole;
		write_all(fd, name, block, part);
		left -= part;
	}
	close(fd);
	own_work_ends();
	if (trace.format != TRACE_NONE)
		say_sample(name, size);
	return name;
}

/* The temporary folder, "" if there is none. */
const char *
sample_folder(void)
{
	return folder;
}

/* In a new process: it is the first one's to remove. */
void
forget_folder(void)
{
	folder_is_ours = false;
}

/* Removes the files and the folder; also in a signal handler. */
void
clean_up(void)
{
	if (!folder_is_ours)
		return;
	own_work_begins();
	for (int i = 0; i < MOST_FILES && files[i] != NULL; i++)
		unlink(files[i]);
	rmdir(folder);
	own_work_ends();
	folder_is_ours = false;
}

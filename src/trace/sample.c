/*
 * sample.c: the files that a demo works on: its own, made before its first
 * call and removed after its last, or the user's.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inner.h"

/* $TMPDIR, or /tmp. */
static const char *
parent_folder(void)
{
	const char *parent = getenv("TMPDIR");

	return parent != NULL && parent[0] != '\0' ? parent : "/tmp";
}

/* A file without a name, open for writing: it is gone when it is closed. */
int
anonymous_file(void)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/ipclab-XXXXXX", parent_folder());
	hold();
	int fd = mkstemp(path);
	if (fd != -1)
		unlink(path);
	release();
	if (fd == -1)
		die(errno, "mkstemp", parent_folder());
	return fd;
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
	enter_folder();
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

const char *
sample(const char *name, const char *text, size_t size)
{
	char block[65536];
	size_t period = text == NULL ? 10000 : strlen(text);
	size_t whole = sizeof block / period * period;
	int fd;

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
	note("%s: %zu bytes in a temporary folder, removed at the end", name,
	    size);
	return name;
}

const char *
given(const char *path, off_t least)
{
	struct stat it;

	if (stat(path, &it) == -1)
		die(errno, "open", path);
	if (!S_ISREG(it.st_mode))
		fail("open %s: not a regular file", path);
	if (it.st_size < least)
		fail("open %s: %lld bytes, and this needs %lld", path,
		    (long long)it.st_size, (long long)least);
	return path;
}

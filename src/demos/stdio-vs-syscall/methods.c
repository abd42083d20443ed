/*
 * methods.c: a file is read, and as many bytes are written, by each method and
 * chunk; the kernel counts the system calls.
 *
 * What is predicted is glibc's rule: a stream reads and writes whole buffers,
 * and at the end of the file one read more finds out that it is the end. For a
 * chunk larger than the buffer, or another libc, nothing is predicted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "methods.h"
#include "trace/run/run.h"

#define LONGEST_CHUNK 65536
#define A_LINE        "All work and no play makes jack.\n"

static const char *path; /* read from */
static int file;         /* written to */
static size_t size;      /* bytes, of either */
static char chunk_buffer[LONGEST_CHUNK], stream_buffer[STREAM_BUFFER];

static FILE *
open_stream(bool reading)
{
	FILE *f = reading ? fopen(path, "r") : fdopen(dup(file), "w");

	if (f == NULL)
		die(errno, "fopen", path);
	setvbuf(f, stream_buffer, _IOFBF, sizeof stream_buffer);
	return f;
}

static void
close_stream(FILE *f)
{
	int failed = ferror(f);

	if (fclose(f) != 0 || failed)
		die(errno, "fclose", path);
}

/* The loops. */

static long
by_read(const struct row *row)
{
	int fd = open(path, O_RDONLY);
	long calls = 0;
	ssize_t length;

	if (fd == -1)
		die(errno, "open", path);
	do {
		length = read(fd, chunk_buffer, row->chunk);
		calls++;
	} while (length > 0);
	if (length == -1)
		die(errno, "read", path);
	close(fd);
	return calls;
}

static long
by_fread(const struct row *row)
{
	FILE *f = open_stream(true);
	long calls = 1;

	while (fread(chunk_buffer, 1, row->chunk, f) == row->chunk)
		calls++;
	close_stream(f);
	return calls;
}

static long
by_getc(const struct row *row)
{
	FILE *f = open_stream(true);
	long calls = 1;

	(void)row;
	while (getc(f) != EOF)
		calls++;
	close_stream(f);
	return calls;
}

static long
by_fgets(const struct row *row)
{
	FILE *f = open_stream(true);
	long calls = 1;

	(void)row;
	while (fgets(chunk_buffer, STREAM_BUFFER, f) != NULL)
		calls++;
	close_stream(f);
	return calls;
}

static long
by_write(const struct row *row)
{
	long calls = 0;

	for (size_t left = size; left > 0;) {
		size_t part = left < row->chunk ? left : row->chunk;
		ssize_t length = write(file, chunk_buffer, part);
		if (length == -1)
			die(errno, "write", "the measured file");
		left -= (size_t)length;
		calls++;
	}
	return calls;
}

static long
by_fwrite(const struct row *row)
{
	FILE *f = open_stream(false);
	long calls = 0;

	for (size_t left = size; left > 0; calls++) {
		size_t part = left < row->chunk ? left : row->chunk;
		if (fwrite(chunk_buffer, 1, part, f) != part)
			break;
		left -= part;
	}
	close_stream(f);
	return calls;
}

static long
by_putc(const struct row *row)
{
	FILE *f = open_stream(false);
	long calls = 0;

	(void)row;
	while ((size_t)calls < size && putc('x', f) != EOF)
		calls++;
	close_stream(f);
	return calls;
}

static long
by_fputs(const struct row *row)
{
	static const char line[] = A_LINE;
	const size_t length = sizeof line - 1;
	FILE *f = open_stream(false);
	long calls = 0;

	(void)row;
	for (size_t left = size; left > 0; calls++) {
		size_t part = left < length ? left : length;
		if (fputs(line + (length - part), f) == EOF)
			break;
		left -= part;
	}
	close_stream(f);
	return calls;
}

/* One row. */

static bool
is_stream(const struct row *row)
{
	return row->run != by_read && row->run != by_write;
}

/* The system calls that glibc's rule predicts; -1: it says nothing. */
static long
predict_calls(const struct row *row, bool reading)
{
	size_t unit = is_stream(row) ? STREAM_BUFFER : row->chunk;

#ifndef __GLIBC__
	if (is_stream(row))
		return -1;
#endif
	if (is_stream(row) && row->chunk > STREAM_BUFFER)
		return -1;
	return (long)((size + unit - 1) / unit) + (reading ? 1 : 0);
}

double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Back to the beginning, and empty. */
static void
empty_file(void)
{
	own_work_begins();
	if (ftruncate(file, 0) == -1 || lseek(file, 0, SEEK_SET) == -1)
		die(errno, "ftruncate", "the measured file");
	own_work_ends();
}

void
run_row(struct row *row, bool reading)
{
	struct call c;
	char name[24], place[40];

	snprintf(name, sizeof name, "by_%s", row->method);
	snprintf(place, sizeof place, "%s(%zu)", name, row->chunk);
	if (!reading)
		empty_file();
	standing_at(__FILE__, __LINE__, place);
	make(&c, name, row->chunk == BY_LINE ? "" : "%z", row->chunk);
	double began = now();
	row->calls = row->run(row);
	row->seconds = now() - began;
	count_cost(&c);
	row->counted = reading ? c.reads : c.writes;
	row->predicted = predict_calls(row, reading);
	returned(&c, row->calls);
}

/* The rows of one direction: two methods by six chunks, and two more. */
void
make_rows(struct row *rows, bool reading)
{
	static const size_t chunks[] = {1, 4, 64, 1024, 4096, 65536};
	const size_t n = sizeof chunks / sizeof *chunks;

	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct row){.method = reading ? "read" : "write",
		    .chunk = chunks[i],
		    .run = reading ? by_read : by_write};
		rows[n + i] =
		    (struct row){.method = reading ? "fread" : "fwrite",
			.chunk = chunks[i],
			.run = reading ? by_fread : by_fwrite};
	}
	rows[2 * n] = (struct row){.method = reading ? "getc" : "putc",
	    .chunk = 1,
	    .run = reading ? by_getc : by_putc};
	rows[2 * n + 1] = (struct row){.method = reading ? "fgets" : "fputs",
	    .chunk = BY_LINE,
	    .run = reading ? by_fgets : by_fputs};
}

/* A file without a name, open for writing: it is gone when it is closed. */
static int
anonymous_file(void)
{
	const char *parent = getenv("TMPDIR");
	char name[4096];

	snprintf(name, sizeof name, "%s/ipclab-XXXXXX",
	    parent != NULL && parent[0] != '\0' ? parent : "/tmp");
	hold();
	int fd = mkstemp(name);
	if (fd != -1)
		unlink(name);
	release();
	if (fd == -1)
		die(errno, "mkstemp", name);
	return fd;
}

/* The size of a file; fails if that is not what it holds, as in /proc. */
static size_t
size_of(const char *name)
{
	struct stat it;
	int fd = open(name, O_RDONLY);
	char byte;

	if (fd == -1 || fstat(fd, &it) == -1)
		die(errno, "open", name);
	if (!S_ISREG(it.st_mode))
		fail("open %s: not a regular file", name);
	if (pread(fd, &byte, 1, it.st_size) != 0 ||
	    (it.st_size > 0 && pread(fd, &byte, 1, it.st_size - 1) != 1))
		fail("open %s: its size, %lld bytes, is not what it holds",
		    name, (long long)it.st_size);
	close(fd);
	return (size_t)it.st_size;
}

size_t
open_files(const char *to_read)
{
	own_work_begins();
	path = to_read;
	size = size_of(to_read);
	file = anonymous_file();
	own_work_ends();
	return size;
}

void
close_files(void)
{
	own_work_begins();
	close(file);
	own_work_ends();
}

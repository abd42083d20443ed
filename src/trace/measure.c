/*
 * measure.c: the table of stdio-vs-syscall. A file is read, and as many bytes
 * are written, by each method and chunk; the kernel counts the system calls.
 *
 * What is predicted is glibc's rule: a stream reads and writes whole buffers,
 * and at the end of the file one read more finds out that it is the end. For a
 * chunk larger than the buffer, or another libc, nothing is predicted.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inner.h"

#define STREAM_BUFFER 4096
#define LONGEST_CHUNK 65536
#define A_LINE        "All work and no play makes jack.\n"
#define BY_LINE       0   /* in place of a chunk */
#define ROWS          14  /* in each direction */
#define SLOW          1.0 /* seconds after which progress is shown */

static const char *csv_wanted;
const struct own_option measure_options[] = {
    {"csv", NULL, "the table as comma-separated values", &csv_wanted},
    {NULL, NULL, NULL, NULL}};

struct row {
	const char *method;
	size_t chunk;
	long (*run)(const struct row *row); /* returns the calls it made */
	long calls, predicted, counted;     /* -1: unknown */
	double seconds;
};

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

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The row as a line of the trace, for strace to confirm. */
static void
trace_row(struct call *c, const struct row *row)
{
	if (row->chunk != BY_LINE)
		arg_size(c, row->chunk);
	c->library = true;
	c->not_asked = row->run != by_fread || row->chunk != 4;
	returned(c, row->calls);
}

static void
run_row(struct row *row, bool reading)
{
	struct call c;
	char name[24];
	long reads, writes;

	snprintf(name, sizeof name, "by_%s", row->method);
	if (!reading &&
	    (ftruncate(file, 0) == -1 || lseek(file, 0, SEEK_SET) == -1))
		die(errno, "ftruncate", "the measured file");
	standing_at(__FILE__, __LINE__, name); /* the row */
	waits(&c, name);
	count_io(&reads, &writes);
	double began = now();
	row->calls = row->run(row);
	row->seconds = now() - began;
	count_io(&c.reads, &c.writes);
	c.reads = reads < 0 ? -1 : c.reads - reads;
	c.writes = writes < 0 ? -1 : c.writes - writes;
	row->counted = reading ? c.reads : c.writes;
	row->predicted = predict_calls(row, reading);
	trace_row(&c, row);
}

static void
show_progress(const struct row *row, int number, double began)
{
	static int terminal = -1;

	if (terminal == -1)
		terminal = isatty(STDERR_FILENO);
	if (terminal && number >= 2 * ROWS)
		fprintf(stderr, "\r\033[K");
	else if (terminal && (now() - began > SLOW || size > 4u << 20))
		fprintf(stderr, "\r\033[K%d of %d: %s by %zu ...\r", number + 1,
		    2 * ROWS, row->method, row->chunk);
}

/* The table. */

static const char *
count_text(long count, char text[static 24])
{
	if (count < 0)
		return "unknown";
	snprintf(text, 24, "%ld", count);
	return text;
}

static const char *
chunk_text(size_t chunk, char text[static 24])
{
	if (chunk == BY_LINE)
		return "line";
	snprintf(text, 24, "%zu", chunk);
	return text;
}

static double
fastest(const struct row *rows)
{
	double best = rows[0].seconds;

	for (int i = 1; i < ROWS; i++)
		if (rows[i].seconds < best)
			best = rows[i].seconds;
	return best > 0 ? best : 1e-9;
}

static void
print_csv(const struct row *rows, const char *direction)
{
	char chunk[24], predicted[24], counted[24];

	for (int i = 0; i < ROWS; i++)
		printf("%s,%s,%s,%ld,%s,%s,%.6f,%.2f\n", direction,
		    rows[i].method, chunk_text(rows[i].chunk, chunk),
		    rows[i].calls, count_text(rows[i].predicted, predicted),
		    count_text(rows[i].counted, counted), rows[i].seconds,
		    rows[i].seconds / fastest(rows));
}

static void
print_table(const struct row *rows, const char *direction, int width)
{
	static const char bar[] =
	    "############################################"
	    "############################################";
	char chunk[24], predicted[24], counted[24];
	double slowest = 0;
	int room = width - 68;

	room = room < 1                     ? 1
	       : room > (int)sizeof bar - 1 ? (int)sizeof bar - 1
					    : room;
	for (int i = 0; i < ROWS; i++)
		if (rows[i].seconds > slowest)
			slowest = rows[i].seconds;
	printf("\n%-7s %6s %10s %10s %10s %9s %8s\n", direction, "chunk",
	    "calls", "predicted", "counted", "seconds", "x best");
	for (int i = 0; i < ROWS; i++)
		printf("%-7s %6s %10ld %10s %10s %9.6f %7.1fx %.*s\n",
		    rows[i].method, chunk_text(rows[i].chunk, chunk),
		    rows[i].calls, count_text(rows[i].predicted, predicted),
		    count_text(rows[i].counted, counted), rows[i].seconds,
		    rows[i].seconds / fastest(rows),
		    (int)(rows[i].seconds / slowest * room + 0.5), bar);
}

/* The rows of one direction: two methods by six chunks, and two more. */
static void
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

/* The size of a file; fails if that is not what it holds, as in /proc. */
static size_t
size_of(const char *name)
{
	struct stat it;
	int fd = open(name, O_RDONLY);
	char byte;

	if (fd == -1 || fstat(fd, &it) == -1)
		die(errno, "open", name);
	if (pread(fd, &byte, 1, it.st_size) != 0 ||
	    (it.st_size > 0 && pread(fd, &byte, 1, it.st_size - 1) != 1))
		fail("open %s: its size, %lld bytes, is not what it holds",
		    name, (long long)it.st_size);
	close(fd);
	return (size_t)it.st_size;
}

static void
print_heading(int csv)
{
	if (csv)
		printf(
		    "direction,method,chunk,library_calls,predicted_syscalls,"
		    "counted_syscalls,seconds,ratio\n");
	else
		printf(
		    "%s: %zu bytes; the streams' buffer: %d bytes\n"
		    "calls of the method; reads or writes: predicted, counted "
		    "by the kernel; # time\n",
		    path, size, STREAM_BUFFER);
}

const char *
file_to_measure(const char *operand)
{
	return operand != NULL ? given(operand, 0)
			       : sample("sample.txt", A_LINE, 1 << 20);
}

void
measure(const char *the_path)
{
	struct row rows[ROWS];
	double began = now();
	bool csv = csv_wanted != NULL;
	int width = csv ? 0 : terminal_width();

	path = the_path;
	size = size_of(path);
	file = anonymous_file();
	print_heading(csv);
	for (int reading = 1; reading >= 0; reading--) {
		make_rows(rows, reading);
		for (int i = 0; i < ROWS; i++) {
			show_progress(
			    &rows[i], i + (reading ? 0 : ROWS), began);
			run_row(&rows[i], reading);
		}
		show_progress(NULL, 2 * ROWS, began);
		if (csv)
			print_csv(rows, reading ? "read" : "write");
		else
			print_table(
			    rows, reading ? "reading" : "writing", width);
	}
	close(file);
}

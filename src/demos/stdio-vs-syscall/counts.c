/*
 * counts.c: all methods and chunks of stdio-vs-syscall, as a table with bars or
 * as comma-separated values; and the two lines that are its point.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/terminal.h"
#include "counts.h"
#include "methods.h"

#define A_LINE "All work and no play makes jack.\n"
#define SLOW   1.0 /* seconds after which progress is shown */

static const char *csv_wanted, *wanted;
const struct own_option table_options[] = {
    {"table", NULL, "all methods and chunks, with their times", &wanted},
    {"csv", NULL, "the table as comma-separated values", &csv_wanted},
    {NULL, NULL, NULL, NULL}};

static const char *path;
static size_t size;

const char *
file_to_read(const char *operand)
{
	return operand != NULL ? operand
			       : sample("sample.txt", A_LINE, 1 << 20);
}

bool
table_is_wanted(const char *operand)
{
	return operand != NULL || wanted != NULL || csv_wanted != NULL;
}

void
compare(const char *the_path)
{
	struct row rows[ROWS];

	make_rows(rows, true);
	open_files(the_path);
	for (int i = 0; i < ROWS; i++)
		if (rows[i].chunk == 4) {
			run_row(&rows[i], true);
			printf("%6ld reads by %s, 4 bytes at a time\n",
			    rows[i].counted, rows[i].method);
		}
	close_files();
}

void
print_file(const char *name)
{
	char buf[1024];
	int fd = Open(name, O_RDONLY);
	ssize_t length = Read(fd, buf, sizeof buf);

	Close(fd);
	printf("What is in the file:\n%.*s", (int)length, buf);
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
print_rows(const struct row *rows, const char *direction, int width)
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

int
print_table(const char *the_path)
{
	struct row rows[ROWS];
	double began = now();
	bool csv = csv_wanted != NULL;
	int width = csv ? 0 : terminal_width();

	path = the_path;
	size = open_files(path);
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
			print_rows(
			    rows, reading ? "reading" : "writing", width);
	}
	close_files();
	return 0;
}

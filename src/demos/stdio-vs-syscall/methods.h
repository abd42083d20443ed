/*
 * methods.h: a row of the table: one method with one chunk.
 */
#ifndef METHODS_H
#define METHODS_H

#include <stdbool.h>
#include <stddef.h>

#define STREAM_BUFFER 4096
#define BY_LINE       0  /* in place of a chunk */
#define ROWS          14 /* in each direction */

struct row {
	const char *method;
	size_t chunk;
	long (*run)(const struct row *row); /* returns the calls it made */
	long calls, predicted, counted;     /* -1: unknown */
	double seconds;
};

/* The rows of one direction: two methods by six chunks, and two more. */
void make_rows(struct row *rows, bool reading);

/* Says what the rows work on: a file to read, and one without a name to write
 * as many bytes to; the user's file has to be one whose size is what it holds.
 * Returns the size. */
size_t open_files(const char *path);

void close_files(void);

/* Runs one row and fills in the rest of it; a line of the trace. */
void run_row(struct row *row, bool reading);

/* Seconds of CLOCK_MONOTONIC. */
double now(void);

#endif

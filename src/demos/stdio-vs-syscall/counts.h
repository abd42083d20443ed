/*
 * counts.h: all methods and chunks, for stdio-vs-syscall.
 */
#ifndef COUNTS_H
#define COUNTS_H

#include <stdbool.h>

#include "trace.h"

extern const struct own_option table_options[]; /* --table, --csv */

/* The user's FILE, or for NULL a sample of 1 MiB. */
const char *file_to_read(const char *operand);

/* Reads all of the file, 4 bytes at a time, by read and by fread, and prints
 * how many reads that were. */
void compare(const char *path);

/* Did the user ask for the table, or name a file? */
bool table_is_wanted(const char *operand);

/* The file read, and as many bytes written, by every method and chunk; returns
 * 0. */
int print_table(const char *path);

/* Prints up to 1024 bytes of the file on stdout. */
void print_file(const char *path);

#endif

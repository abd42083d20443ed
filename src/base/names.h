/*
 * names.h: numbers by their names, for the trace and for the tools.
 */
#ifndef NAMES_H
#define NAMES_H

/* "ENOENT" for ENOENT; NULL for a number that has no name */
const char *errno_name(int error);

/* "SIGTERM" for SIGTERM; never NULL, in a buffer of its own if it is made up */
const char *signal_name(int number);

#endif

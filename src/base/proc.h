/*
 * proc.h: reading below /proc, for the trace and for the picture.
 */
#ifndef PROC_H
#define PROC_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Each reads a file as a string; false: it cannot, or there is nothing in it.
 * The first is one open, one read and one close, also in a signal handler. */
bool read_proc(const char *path, char *text, size_t size);
bool read_procf(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The number after the label in the text; -1 if there is none. */
long labelled(const char *text, const char *label);

/* What follows the first n words of the line and the blanks behind them. */
const char *skip_words(const char *line, int n);

/* The state letter in the text of a stat file, or of a process: R, S, D, T, t,
 * Z, X; 0: the kernel won't say. */
char state_in(const char *stat);
char process_state(pid_t pid);

/* What /proc/PID/stat says. */
struct stat_file {
	char command[32]; /* without control characters */
	char state;
	pid_t parent, group, foreground; /* of its terminal; -1: none */
	int terminal;                    /* its number; 0: it has none */
	bool kernel;                     /* a thread of the kernel */
	unsigned long ticks;             /* of CPU time; sysconf(3) */
	int threads;
	unsigned long began; /* ticks since the machine did */
};

/* false: there is no such process. */
bool read_stat(pid_t pid, struct stat_file *it);

/* The folder of a process that is called so; NULL, errno set, on failure. */
DIR *open_folder(pid_t pid, const char *name);

/* The next number that is a name in the folder; -1: no more. */
int next_number(DIR *folder);

#endif

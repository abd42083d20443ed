/*
 * run.h: the life of a program around its lines: how it begins and ends, and
 * its modes: --step, --predict, --bug, pictures.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "picture/picture.h"
#include "trace/inner.h"

/* The exit status when all lanes sleep for good. */
#define ALL_ASLEEP 124

/* start.c: the program's beginning, and its end in good order */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(int error, const char *call, const char *object);
void check_stdout(void);

/* options.c: the command line; returns what --color said, NULL: nothing */
const char *read_options(int argc, char *argv[], const struct about *about);

/* own.c: what the trace does for itself, told apart from what the demo does */
int own_descriptor(int fd);
void mark_own(int trace_fd, int terminal);
void own_work_begins(void);
void own_work_ends(void);
void *shared_memory(size_t size);

/* cost.c: what library calls cost; -1: unknown */
void count_io(long *reads, long *writes);
void forget_counted(void);

/* signals.c: what ends the program from outside */
void watch_signals(void);
void hold(void);
void release(void);
void hold_alone(void);

/* children.c: what was forked, and how it ends */
void child_born(pid_t pid);
void child_gone(pid_t pid);
void forget_parent(void);
void end_lanes(void);
void end_children(void);
extern int patience_ms; /* from asking children to end to killing them */

/* sample_files.c: the temporary folder */
const char *sample_folder(void);
void forget_folder(void);
void clean_up(void);

/* watcher.c: under --bug, whether all lanes sleep for good */
void watch_lanes(void);
void show_cure(void);

/* bugs.c: --bug */
void forget_bug(void);
void keep_sleeps(const struct call *c);

/* line_json.c: --trace=json */
void json_lane(struct text *t, const struct lane *lane);
void json_note(struct text *t, const char *said);
void json_call(struct text *t, const struct call *c, const char *result,
    int error, long after_us);
void json_sleeps(struct text *t, const struct call *c);

/* pictures.c: picture(), and the one that says why all lanes sleep */
void pictures_start(void);
void show_picture(void);
void show_asleep(struct picture *p);
void show_left_children(void);
struct looked_at *look_at_lanes(int *n);

/* predict.c: --step and --predict: a question before a call */
void asking_starts(void);
struct place where_it_stands(void);
void ask_before(struct call *c);
void ask_born(struct call *c);
void mark_answer(const struct call *c, long result, int error);
bool keep_note(const char *said);
void print_notes(void);
void print_score(void);
bool quit_was_asked(void);

/* answer_file.c: the file of --predict=FILE */
void read_answers(const char *path);
bool next_answer(const char *role, char *answer, size_t size);

/* tty.c: the user at the terminal, whatever 0, 1 and 2 lead to */
int open_terminal(const char *option);
bool ask_line(const struct text *question, char *answer, size_t size);
int ask_key(const struct text *question);
void restore_terminal(void);

#endif

/*
 * grade.h: what the files of grade know of each other.
 *
 * For each exercise: the submitted file is copied (files.c), compiled in cage
 * (compile.c), run by bats (judge.c), and what bats says is believed only if
 * it can be true (tap.c). Then all is written (page.c, csv.c, gradescope.c).
 */
#ifndef GRADE_H
#define GRADE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/text.h"

#define PATH_SIZE 4096
#define NONCE     32 /* letters */

extern struct options {
	const char *submission; /* NULL: the files in the lessons' folders */
	enum { TEXT, GRADESCOPE, CSV } format;
	bool header;       /* of CSV: the names of the columns, too */
	long seed;         /* -1: a random one */
	const char *color; /* NULL: as auto */
	char **wanted;     /* exercises by number or name, ended by NULL */
} options;

struct test {
	char *full; /* "3 points: NAME" */
	char *name; /* in it */
	int points;
	enum { NOT_RUN, PASSED, FAILED, NOT_CHECKED } result;
	struct text said; /* what it said when it failed */
};

struct exercise {
	char number[8];       /* "01" */
	char *lesson;         /* "01-lowio-std" */
	char *name;           /* "upcase" */
	const char *skeleton; /* the path of the file in the lesson's folder */
	struct test *test;
	int count;
	char problem[200];    /* of the exercise as a whole; "": none */
	struct text details;  /* the compiler's words and the like */
	struct text warnings; /* of the compiler, where it made a program */
	double seconds;
};

extern struct course {
	char bin[PATH_SIZE];     /* the folder of cage */
	char lessons[PATH_SIZE]; /* absolute */
	char submission[PATH_SIZE];
	char place[PATH_SIZE]; /* the private folder of this run */
	char nonce[NONCE + 1];
	struct exercise *exercise; /* those that were asked for */
	int count;
	double seconds;
} course;

/* main.c */
_Noreturn void failed(const char *call, const char *object);
_Noreturn void wrong_usage(const char *what, const char *why);
double now(void);
void *allocate(void *old, size_t size);

/* options.c */
void read_command_line(int argc, char *argv[]);

/* find.c: the lessons and the exercises */
void find_folders(void);
void find_exercises(void);

/* tests.c */
void read_tests(struct exercise *e);

/* clean.c */
/* UTF-8 without control characters but newline and tab, at most so long; a NUL
 * stands behind the bytes. */
void add_clean(struct text *to, const char *bytes, size_t length, size_t most);
void print_clean(FILE *to, const char *text);
void add_file(struct text *to, const char *path, size_t most);

/* files.c: files */
char *join(const char *folder, const char *name);
void make_folder(const char *path);
void make_place(void);
void remove_place(void);
enum copied { COPIED, NO_FILE, NOT_PLAIN, TOO_LARGE, UNREADABLE, NO_ROOM };
enum copied copy_file(const char *from, const char *to, mode_t mode);

/* unchanged.c: files that nobody may change while an exercise is graded */
void watch_file(const char *path);
/* Forgets them all; the first that changed, or NULL. */
const char *changed_file(void);

/* child.c */
struct child {
	char **program; /* and its arguments, ended by NULL */
	char **environment;
	const char *folder; /* where it works */
	const char *stderr_file;
	mode_t umask;
	double patience; /* seconds */
	struct text *out;
};
enum ending { ENDED, HANGS, TALKS, CANNOT_RUN };
void catch_signals(void);
void die_if_signalled(void);
/* Bytes that the disk of course.place had left, at least, since it was asked.
 */
double least_room(void);
enum ending run_child(const struct child *c, int *status, bool *left);

/* compile.c: the path of the program, or NULL and a problem */
extern const char compiler_flags[];
char *compile(struct exercise *e, const char *folder);

/* judge.c */
/* What a shell and its tools say when the machine gives no more of something.
 */
const char *shortage_in(const char *line);
void judge(struct exercise *e, const char *program, const char *folder);

/* tap.c: what is wrong with it, or NULL; then the tests have their results */
const char *read_tap(struct exercise *e, const char *text, int status);

/* score.c */
void set_problem(struct exercise *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The grader itself had too little of something: nothing counts, for or
 * against. */
void not_graded(struct exercise *e, const char *why);
bool is_graded(const struct exercise *e);
int points_of(const struct exercise *e);
int most_of(const struct exercise *e);
/* What happened to a submission, in few words: "hang". */
void add_remarks(struct text *to, const struct exercise *e);

/* the formats */
void print_text(void);
void print_csv(void);
void print_gradescope(void);
void show_progress(const struct exercise *e);

#endif

/*
 * trace.h: what a demo sees of the trace library.
 *
 * The call's own name with a capital first letter is the same call, with the
 * same arguments and the same result, traced and checked. It prints one line
 * on stderr: the values that went in, the value that came out, and, when the
 * call took a millisecond or more, how long. If the call fails, the program
 * says so and ends with status 1, unless expect() stood above it.
 *
 * None of these functions keeps a pointer that it was given after it returns,
 * but for the demo's struct about. None is for use in a signal handler.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>

/* A demo's own option: --NAME, or --NAME=VALUE where value is not NULL. */
struct own_option {
	const char *name;  /* without the dashes */
	const char *value; /* what --help calls it; NULL: it takes none */
	const char *does;  /* a line for --help */
	const char **set;  /* receives the value, or "" where there is none */
};

/* What a demo says of itself: --help is made of it. */
struct about {
	const char
	    *operands;       /* as the usage line spells them: "[MESSAGE]"; more
			      * than these words are wrong usage, unless "..." */
	const char *does;    /* one sentence: what happens */
	const char *example; /* a command line that works, run from bin/.. */
	const struct own_option *options; /* NULL, or ended by a NULL name */
	const char *bugs; /* NULL, or a line each: "NAME  what goes wrong" */
};

/*
 * Reads the options, sets up the trace, and makes stdout line-buffered. It
 * returns the operands, ended by NULL: the rest of argv itself. --help and
 * --version print and exit 0; wrong usage is said on stderr and exits 2.
 */
char **start(int argc, char *argv[], const struct about *about);

/* "program: why; usage: ..." on stderr, and exit status 2. */
_Noreturn void wrong_usage(const char *why);

/* "program: ..." on stderr, and exit status 1; ends the lanes and cleans up. */
__attribute__((format(printf, 1, 2))) _Noreturn void fail(
    const char *format, ...);

/* A line of its own in the trace: why the next calls are made, never what. */
__attribute__((format(printf, 1, 2))) void note(const char *format, ...);

/* Names this process in the trace from here on: a word, no space in it. */
void role(const char *name);

/* The next traced call may fail with this errno: it then returns, errno set. */
void expect(int error);
#define ANY_ERROR (-1)

/*
 * True if the user asked for this classic mistake, by --bug=NAME; with NULL:
 * for any of the program's. The program
 * then runs as the child of a watcher, which ends it with status 124 when all
 * lanes sleep for good.
 */
bool bug(const char *name);

/*
 * Under --predict: asks the user what the next traced call returns, and marks
 * the answer when it has; predict_reads() asks how many reads a library call
 * makes, or measure() by fread, 4 bytes at a time. After a fork, what it
 * returned in the child. Returns false, and asks nothing, without --predict;
 * with NULL it asks nothing and tells whether there is one. Answers in a file
 * are taken in the order of the questions: where two lanes could ask at one
 * time, let them ask the same.
 */
bool predict(const char *question);
bool predict_reads(const char *question);

/* Draws the descriptor tables of all lanes, as the kernel has them now. */
void picture(void);

/*
 * A file of the demo's own in a temporary folder, which becomes the working
 * directory: text, over and over, until it is size bytes long; with NULL for
 * text "0000 0005 0010 ", so that it tells where one reads. It is removed when
 * the program ends. Returns name.
 */
const char *sample(const char *name, const char *text, size_t size);

/* Removes the file name in that folder as well when the program ends. */
const char *scratch(const char *name);

/* Opens, reads and closes the file name, traced, and prints up to 1024 bytes
 * of it on stdout, below the heading. */
void print_file(const char *heading, const char *name);

/*
 * Returns path, a regular file of the user's of least bytes or more; for
 * anything else the program fails with the reason.
 */
const char *given(const char *path, off_t least);

/*
 * Fails unless a write of size bytes to the empty pipe, and one read of most,
 * take all of it without sleeping: what the pipe holds is F_GETPIPE_SZ,
 * fcntl(2)
 */
void must_fit(int pipe_fd, size_t size, size_t most);

/*
 * The table of stdio-vs-syscall: path read, and as many bytes written, by
 * every method and chunk. path is the user's operand or, if that is NULL, a
 * sample of 1 MiB, as file_to_measure() returns it.
 */
const char *file_to_measure(const char *operand);
void measure(const char *path);
extern const struct own_option measure_options[]; /* --csv */

/*
 * The exit status of a program whose child ended with this wait status: 0 if
 * the child's was 0; else 1, for the child has said why. A signal that killed
 * it is named here; of SIGPIPE, we die as it did: the reader has left us too.
 */
int exit_status(int wait_status);

/* Files, descriptors, pipes. */
int Open(const char *path, int flags, ...);          /* open(2), <fcntl.h> */
ssize_t Read(int fd, void *buf, size_t size);        /* read(2), <unistd.h> */
ssize_t Write(int fd, const void *buf, size_t size); /* write(2), <unistd.h> */
off_t Lseek(int fd, off_t offset, int whence);       /* lseek(2), <unistd.h> */
int Close(int fd);                                   /* close(2), <unistd.h> */
int Dup(int fd);                                     /* dup(2), <unistd.h> */
int Dup2(int old_fd, int new_fd);                    /* dup2(2), <unistd.h> */
int Pipe(int pipe_fd[2]);                            /* pipe(2), <unistd.h> */
int Fcntl(int fd, int command, int flags); /* fcntl(2), F_SETFL alone */

/*
 * Processes. Execvp() does not return: if it fails it says so and ends the
 * process as a shell would, status 127 (no such file) or 126. Exit() is
 * _exit(2): the name _Exit belongs to libc.
 */
pid_t Fork(void);        /* fork(2), <unistd.h> */
pid_t Wait(int *status); /* wait(2), <sys/wait.h> */
int Waitid(idtype_t type, id_t id, siginfo_t *info,
    int options); /* waitid(2), <sys/wait.h>; info is not spelled */
_Noreturn void Execvp(
    const char *file, char *const argv[]); /* execvp(3), <unistd.h> */
_Noreturn void Exit(int status);           /* _exit(2), <unistd.h> */

/* Streams: a line also says how many reads and writes the call cost. */
FILE *Fopen(const char *path, const char *mode); /* fopen(3), <stdio.h> */
int Setvbuf(FILE *f, char *buf, int mode, size_t size);  /* setvbuf(3) */
size_t Fread(void *buf, size_t size, size_t n, FILE *f); /* fread(3) */
int Fputs(const char *s, FILE *f);                       /* fputs(3) */
int Fclose(FILE *f);                                     /* fclose(3) */

/*
 * Where each call stands in the source, for --step. The library's own files,
 * which define the calls, do without.
 */
void standing_at(const char *file, int line, const char *call);
#ifndef TRACE_ITSELF
#define AT(call)     standing_at(__FILE__, __LINE__, call)
#define Open(...)    (AT("Open(" #__VA_ARGS__ ")"), Open(__VA_ARGS__))
#define Read(...)    (AT("Read(" #__VA_ARGS__ ")"), Read(__VA_ARGS__))
#define Write(...)   (AT("Write(" #__VA_ARGS__ ")"), Write(__VA_ARGS__))
#define Lseek(...)   (AT("Lseek(" #__VA_ARGS__ ")"), Lseek(__VA_ARGS__))
#define Close(...)   (AT("Close(" #__VA_ARGS__ ")"), Close(__VA_ARGS__))
#define Dup(...)     (AT("Dup(" #__VA_ARGS__ ")"), Dup(__VA_ARGS__))
#define Dup2(...)    (AT("Dup2(" #__VA_ARGS__ ")"), Dup2(__VA_ARGS__))
#define Pipe(...)    (AT("Pipe(" #__VA_ARGS__ ")"), Pipe(__VA_ARGS__))
#define Fcntl(...)   (AT("Fcntl(" #__VA_ARGS__ ")"), Fcntl(__VA_ARGS__))
#define Fork()       (AT("Fork()"), Fork())
#define Wait(...)    (AT("Wait(" #__VA_ARGS__ ")"), Wait(__VA_ARGS__))
#define Waitid(...)  (AT("Waitid(" #__VA_ARGS__ ")"), Waitid(__VA_ARGS__))
#define Execvp(...)  (AT("Execvp(" #__VA_ARGS__ ")"), Execvp(__VA_ARGS__))
#define Exit(...)    (AT("Exit(" #__VA_ARGS__ ")"), Exit(__VA_ARGS__))
#define Fopen(...)   (AT("Fopen(" #__VA_ARGS__ ")"), Fopen(__VA_ARGS__))
#define Setvbuf(...) (AT("Setvbuf(" #__VA_ARGS__ ")"), Setvbuf(__VA_ARGS__))
#define Fread(...)   (AT("Fread(" #__VA_ARGS__ ")"), Fread(__VA_ARGS__))
#define Fputs(...)   (AT("Fputs(" #__VA_ARGS__ ")"), Fputs(__VA_ARGS__))
#define Fclose(...)  (AT("Fclose(" #__VA_ARGS__ ")"), Fclose(__VA_ARGS__))
#endif

#endif

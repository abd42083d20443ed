/*
 * trace.h: what a demo sees of the trace library.
 *
 * The call's own name with a capital first letter is the same call, with the
 * same arguments and the same result, traced and checked. It prints one line
 * on stderr: the values that went in, the value that came out, and, when the
 * call took a millisecond or more, how long. If the call fails, the program
 * says so and ends with status 1, unless expect() stood above it.
 *
 * A lane is a process or a thread; each of these functions may be called in
 * any of them, with 8 KB of stack. None keeps a pointer that it was given
 * after it returns, but for the demo's struct about. None is for use in a
 * signal handler.
 */
#ifndef TRACE_H
#define TRACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <sys/wait.h>

#define MOST_BUGS 8

/* A demo's own option: --NAME, or --NAME=VALUE where value is not NULL. */
struct own_option {
	const char *name;  /* without the dashes */
	const char *value; /* what --help calls it; NULL: it takes none */
	const char *does;  /* a line for --help */
	const char **set;  /* receives the value, or "" where there is none */
};

/* A classic mistake. */
struct bug {
	const char *name;
	const char *does; /* what goes wrong, in a line of 60 columns */
	const char *cure; /* what would be right, as a sentence */
};

/* What a demo says of itself: --help is made of it. */
struct about {
	const char
	    *operands;       /* as the usage line spells them: "[MESSAGE]"; more
			      * than these words are wrong usage, unless "..." */
	const char *does;    /* one sentence: what happens */
	const char *example; /* a command line that works, run from bin/.. */
	const struct own_option *options; /* NULL, or ended by a NULL name */
	struct bug bugs[MOST_BUGS];       /* ended by a NULL name */
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

/* Names this lane in the trace from here on: a word, no space in it. */
void role(const char *name);

/* The next traced call may fail with this errno: it then returns, errno set. */
void expect(int error);
#define ANY_ERROR (-1)

/*
 * True if the user asked for this classic mistake, by --bug=NAME; the trace
 * then says so, once a lane. The program is ended with status 124 when all
 * lanes sleep for good, and its last line is the cure.
 */
bool bug(const char *name);

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
_Noreturn void Execvp(
    const char *file, char *const argv[]); /* execvp(3), <unistd.h> */
_Noreturn void Exit(int status);           /* _exit(2), <unistd.h> */

/*
 * Threads, <pthread.h>. Each is a lane, from its first line on. What the
 * program passes is spelled as the source has it; the value that join gets as
 * a number, if it is a small one. They return 0, as others do, or the error.
 */
int Pthread_create(pthread_t *thread, const pthread_attr_t *attr,
    void *(*run)(void *), void *arg);           /* pthread_create(3) */
int Pthread_join(pthread_t thread, void **end); /* pthread_join(3) */
_Noreturn void Pthread_exit(void *end);         /* pthread_exit(3) */
int Sched_yield(void);                          /* sched_yield(2), <sched.h> */

/* Streams, <stdio.h>: a line also says how many reads and writes it cost. */
FILE *Fopen(const char *path, const char *mode);         /* fopen(3) */
int Setvbuf(FILE *f, char *buf, int mode, size_t size);  /* setvbuf(3) */
size_t Fread(void *buf, size_t size, size_t n, FILE *f); /* fread(3) */
int Fputs(const char *s, FILE *f);                       /* fputs(3) */
int Fclose(FILE *f);                                     /* fclose(3) */

/*
 * Where each call stands in the source, for --step and --predict. The
 * library's own files, which define the calls, do without.
 */
void standing_at(const char *file, int line, const char *call);
#ifndef TRACE_ITSELF
#define AT(call)    standing_at(__FILE__, __LINE__, call)
#define Open(...)   (AT("Open(" #__VA_ARGS__ ")"), Open(__VA_ARGS__))
#define Read(...)   (AT("Read(" #__VA_ARGS__ ")"), Read(__VA_ARGS__))
#define Write(...)  (AT("Write(" #__VA_ARGS__ ")"), Write(__VA_ARGS__))
#define Lseek(...)  (AT("Lseek(" #__VA_ARGS__ ")"), Lseek(__VA_ARGS__))
#define Close(...)  (AT("Close(" #__VA_ARGS__ ")"), Close(__VA_ARGS__))
#define Dup(...)    (AT("Dup(" #__VA_ARGS__ ")"), Dup(__VA_ARGS__))
#define Dup2(...)   (AT("Dup2(" #__VA_ARGS__ ")"), Dup2(__VA_ARGS__))
#define Pipe(...)   (AT("Pipe(" #__VA_ARGS__ ")"), Pipe(__VA_ARGS__))
#define Fcntl(...)  (AT("Fcntl(" #__VA_ARGS__ ")"), Fcntl(__VA_ARGS__))
#define Fork()      (AT("Fork()"), Fork())
#define Wait(...)   (AT("Wait(" #__VA_ARGS__ ")"), Wait(__VA_ARGS__))
#define Execvp(...) (AT("Execvp(" #__VA_ARGS__ ")"), Execvp(__VA_ARGS__))
#define Exit(...)   (AT("Exit(" #__VA_ARGS__ ")"), Exit(__VA_ARGS__))
#define Pthread_create(...)                                                    \
	(AT("Pthread_create(" #__VA_ARGS__ ")"), Pthread_create(__VA_ARGS__))
#define Pthread_join(...)                                                      \
	(AT("Pthread_join(" #__VA_ARGS__ ")"), Pthread_join(__VA_ARGS__))
#define Pthread_exit(...)                                                      \
	(AT("Pthread_exit(" #__VA_ARGS__ ")"), Pthread_exit(__VA_ARGS__))
#define Sched_yield() (AT("Sched_yield()"), Sched_yield())
#define Fopen(...)    (AT("Fopen(" #__VA_ARGS__ ")"), Fopen(__VA_ARGS__))
#define Setvbuf(...)  (AT("Setvbuf(" #__VA_ARGS__ ")"), Setvbuf(__VA_ARGS__))
#define Fread(...)    (AT("Fread(" #__VA_ARGS__ ")"), Fread(__VA_ARGS__))
#define Fputs(...)    (AT("Fputs(" #__VA_ARGS__ ")"), Fputs(__VA_ARGS__))
#define Fclose(...)   (AT("Fclose(" #__VA_ARGS__ ")"), Fclose(__VA_ARGS__))
#endif

#endif

/*
 * layout SEED FILE FOLDER: makes a layout of descriptors at random, in up to
 * four processes, writes to FILE what it made, a line of JSON each and in the
 * order of fdmap --json, and pauses. It keeps its books itself and asks the
 * kernel nothing. FOLDER holds the files a, b and c, 1000 bytes or more each.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PROCESSES = 4, FDS = 40, MOST = 400, BLOCK = 5000, FULLEST = 24000 };

static struct book {
	unsigned long random;
	int processes, descriptions, pipes;
	volatile int done[PROCESSES];
	pid_t pid[PROCESSES];
	int at[PROCESSES][FDS]; /* the description's number; 0: closed */
	bool close_on_exec[PROCESSES][FDS];
	struct {
		int pipe; /* from 1; 0: a file; -1: /dev/null */
		int mode; /* O_RDONLY, ... */
		bool append, nonblock;
		long offset;
	} of[MOST];
	struct {
		int fill, capacity, writes, letter;
	} pipe[MOST];
} * book;

static int me;

static int
below(int n)
{
	book->random =
	    book->random * 6364136223846793005UL + 1442695040888963407UL;
	return (int)((book->random >> 33) % (unsigned long)n);
}

static void
need(bool holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	kill(0, SIGKILL);
}

/* A descriptor of this process at random, 3 or above; -1: there is none. */
static int
any(void)
{
	int fd = 3 + below(FDS - 3);

	for (int i = 0; i < FDS; i++, fd = fd == FDS - 1 ? 3 : fd + 1)
		if (book->at[me][fd] != 0)
			return fd;
	return -1;
}

static int
room(void)
{
	int n = 0;

	for (int fd = 0; fd < FDS; fd++)
		n += book->at[me][fd] == 0;
	return n;
}

static int
made(int fd, int pipe, int mode)
{
	int n = ++book->descriptions;

	need(fd >= 0 && fd < FDS && book->at[me][fd] == 0, "made");
	book->at[me][fd] = n;
	book->close_on_exec[me][fd] = false;
	book->of[n].pipe = pipe;
	book->of[n].mode = mode;
	return n;
}

static void
do_open(const char *folder)
{
	static const int modes[] = {O_RDONLY, O_WRONLY, O_RDWR};
	char path[4096];
	int mode = modes[below(3)];

	snprintf(path, sizeof path, "%s/%c", folder, 'a' + below(3));
	made(open(path, mode), 0, mode);
}

static void
do_pipe(void)
{
	int fd[2], n = ++book->pipes;

	need(pipe(fd) == 0, "pipe");
	book->pipe[n].capacity = 65536;
	if (below(4) == 0) {
		book->pipe[n].capacity = 32768;
		need(
		    fcntl(fd[0], F_SETPIPE_SZ, 32768) == 32768, "F_SETPIPE_SZ");
	}
	made(fd[0], n, O_RDONLY);
	made(fd[1], n, O_WRONLY);
}

static void
do_dup(int fd)
{
	int to = below(2) == 0 ? dup(fd) : dup2(fd, 3 + below(FDS - 3));

	need(to >= 0, "dup");
	if (to == fd)
		return;
	book->at[me][to] = book->at[me][fd];
	book->close_on_exec[me][to] = false;
}

static bool
has_reader(int pipe)
{
	for (int p = 0; p < book->processes; p++)
		for (int fd = 0; fd < FDS; fd++) {
			int n = book->at[p][fd];
			if (n != 0 && book->of[n].pipe == pipe &&
			    book->of[n].mode == O_RDONLY)
				return true;
		}
	return false;
}

static void
do_io(int fd)
{
	static char bytes[BLOCK];
	int n = book->at[me][fd], size = 1 + below(BLOCK);
	int p = book->of[n].pipe;

	if (p == 0) {
		book->of[n].offset = below(1000);
		need(lseek(fd, book->of[n].offset, SEEK_SET) >= 0, "lseek");
		if (book->of[n].mode == O_WRONLY)
			return;
		size = 1 + below(100);
		long got = read(fd, bytes, (size_t)size);
		need(got >= 0, "read");
		book->of[n].offset += got;
	} else if (book->of[n].mode == O_WRONLY && has_reader(p) &&
		   book->pipe[p].fill + size <= FULLEST &&
		   book->pipe[p].writes++ < 3) {
		need(write(fd, bytes, (size_t)size) == size, "write");
		book->pipe[p].fill += size;
	} else if (book->of[n].mode == O_RDONLY && book->pipe[p].fill > 0) {
		size = size < book->pipe[p].fill ? size : book->pipe[p].fill;
		need(read(fd, bytes, (size_t)size) == size, "read");
		book->pipe[p].fill -= size;
	}
}

static void
do_flags(int fd)
{
	int n = book->at[me][fd];

	if (below(2) == 0) {
		book->close_on_exec[me][fd] = !book->close_on_exec[me][fd];
		fcntl(
		    fd, F_SETFD, book->close_on_exec[me][fd] ? FD_CLOEXEC : 0);
		return;
	}
	book->of[n].nonblock = !book->of[n].nonblock;
	book->of[n].append = book->of[n].pipe == 0 && below(2) == 0;
	fcntl(fd, F_SETFL,
	    (book->of[n].nonblock ? O_NONBLOCK : 0) |
		(book->of[n].append ? O_APPEND : 0));
}

static void lay(const char *folder, int steps);

static void
do_fork(const char *folder)
{
	int n = book->processes;

	if (n == PROCESSES)
		return;
	memcpy(book->at[n], book->at[me], sizeof book->at[n]);
	memcpy(book->close_on_exec[n], book->close_on_exec[me],
	    sizeof book->close_on_exec[n]);
	book->processes++;
	pid_t pid = fork();
	need(pid >= 0, "fork");
	if (pid == 0) {
		me = n;
		lay(folder, 20);
		book->done[n] = 1;
		for (;;)
			pause();
	}
	book->pid[n] = pid;
	while (!book->done[n])
		sched_yield();
}

static void
lay(const char *folder, int steps)
{
	while (steps-- > 0) {
		int what = below(16), fd = any();
		if (what < 3 && room() > 2)
			do_open(folder);
		else if (what < 5 && room() > 2)
			do_pipe();
		else if (what < 8 && fd >= 0 && room() > 0)
			do_dup(fd);
		else if (what < 10 && fd >= 0) {
			need(close(fd) == 0, "close");
			book->at[me][fd] = 0;
		} else if (what < 13 && fd >= 0)
			do_io(fd);
		else if (what < 15 && fd >= 0)
			do_flags(fd);
		else
			do_fork(folder);
	}
}

/* Numbers in order of first appearance, as fdmap has them. */
static int order[MOST], in_order[MOST], orders, letters;

static void
print_processes(FILE *f)
{
	for (int p = 0; p < book->processes; p++) {
		const char *between = "";
		fprintf(f, "{\"pid\":%d,\"descriptors\":[", (int)book->pid[p]);
		for (int fd = 0; fd < FDS; fd++) {
			int n = book->at[p][fd];
			if (n == 0)
				continue;
			if (order[n] == 0)
				in_order[order[n] = ++orders] = n;
			fprintf(f,
			    "%s{\"fd\":%d,\"description\":%d,"
			    "\"close_on_exec\":%s}",
			    between, fd, order[n],
			    book->close_on_exec[p][fd] ? "true" : "false");
			between = ",";
		}
		fprintf(f, "]}\n");
	}
}

static void
print_descriptions(FILE *f)
{
	static const char *const modes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR"};

	for (int i = 1; i <= orders; i++) {
		int n = in_order[i], p = book->of[n].pipe, holders = 0;
		for (int q = 0; q < book->processes; q++)
			for (int fd = 0; fd < FDS; fd++)
				holders += book->at[q][fd] == n;
		fprintf(f,
		    "{\"number\":%d,\"flags\":[\"%s\"%s%s],\"offset\":", i,
		    modes[book->of[n].mode],
		    book->of[n].append ? ",\"O_APPEND\"" : "",
		    book->of[n].nonblock ? ",\"O_NONBLOCK\"" : "");
		if (p != 0)
			fprintf(f, "null");
		else
			fprintf(f, "%ld", book->of[n].offset);
		fprintf(f,
		    ",\"shared\":%s,\"pipe\":", holders > 1 ? "true" : "false");
		if (p > 0 && book->pipe[p].letter == 0)
			book->pipe[p].letter = ++letters;
		if (p > 0)
			fprintf(f, "%d}\n", book->pipe[p].letter);
		else
			fprintf(f, "null}\n");
	}
}

static void
print_end(FILE *f, int pipe, int mode)
{
	const char *between = "";

	for (int p = 0; p < book->processes; p++)
		for (int fd = 0; fd < FDS; fd++) {
			int n = book->at[p][fd];
			if (n == 0 || book->of[n].pipe != pipe ||
			    book->of[n].mode != mode)
				continue;
			fprintf(f, "%s{\"pid\":%d,\"fd\":%d,\"asked\":true}",
			    between, (int)book->pid[p], fd);
			between = ",";
		}
}

static void
print_pipes(FILE *f)
{
	for (int letter = 1; letter <= letters; letter++)
		for (int p = 1; p <= book->pipes; p++) {
			if (book->pipe[p].letter != letter)
				continue;
			fprintf(f,
			    "{\"fill\":%d,\"capacity\":%d,\"read_end\":[",
			    book->pipe[p].fill, book->pipe[p].capacity);
			print_end(f, p, O_RDONLY);
			fprintf(f, "],\"write_end\":[");
			print_end(f, p, O_WRONLY);
			fprintf(f, "]}\n");
		}
}

int
main(int argc, char *argv[])
{
	char fresh[4096];

	book = mmap(NULL, sizeof *book, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(argc == 4 && book != MAP_FAILED, "layout SEED FILE FOLDER");
	book->random = strtoul(argv[1], NULL, 10);
	book->processes = 1;
	book->pid[0] = getpid();
	for (int fd = 0; fd < FDS; fd++)
		close(fd);
	made(open("/dev/null", O_RDWR), -1, O_RDWR);
	for (int fd = 1; fd < 3; fd++)
		book->at[0][dup(0)] = book->at[0][0];
	lay(argv[3], 40);
	snprintf(fresh, sizeof fresh, "%s.new", argv[2]);
	FILE *f = fopen(fresh, "w");
	need(f != NULL, fresh);
	print_processes(f);
	print_descriptions(f);
	print_pipes(f);
	fclose(f);
	rename(fresh, argv[2]);
	for (;;)
		pause();
}

/*
 * hostile STORY [PATH]...: what a grader must survive. Each story goes on
 * until it is ended, unless it says otherwise. Never run it without a cage.
 */
#define _GNU_SOURCE
#include <asm/sockios.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char block[65536];
static char **paths;

/* A guard of the test itself: no cage, no story. The cage gives an empty
 * environment, but for four names. */
static void
must_be_caged(void)
{
	if (getenv("USER") != NULL || getenv("BATS_VERSION") != NULL ||
	    getenv("LC_ALL") == NULL || getsid(0) != getpid())
		_exit(99);
}

static void
fork_bomb(void)
{
	for (;;)
		fork();
}

/* Each leaves the session, makes the next, and ends; but the first stays. */
static void
fleeing_bomb(void)
{
	if (fork() > 0)
		for (;;)
			pause();
	for (;;)
		if (fork() > 0 && fork() > 0)
			_exit(0);
		else
			setsid();
}

/* Ends at once with 0; the grandchild is alive by then. */
static void
outlive(void)
{
	int ready[2];
	char byte;

	if (pipe(ready) == -1)
		_exit(98);
	if (fork() == 0) {
		setsid();
		if (fork() > 0)
			_exit(0);
		setsid();
		write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	wait(NULL);
	read(ready[0], &byte, 1);
	_exit(0);
}

static void
loop(void)
{
	for (;;)
		;
}

static void
loop_in_children(void)
{
	for (int i = 0; i < 4; i++)
		if (fork() == 0)
			loop();
	for (;;)
		pause();
}

/* One after the other, each for less than the limit; nobody waits for them, so
 * their time is in nobody's sum. */
static void
loop_unwaited(void)
{
	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		if (fork() == 0) {
			struct timespec t;
			do
				clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
			while (t.tv_nsec < 60000000);
			_exit(0);
		}
		while (wait(NULL) > 0)
			;
	}
}

static void
write_all(int fd)
{
	memset(block, 'x', sizeof block);
	for (long long left = 10000000000; left > 0; left -= sizeof block)
		if (write(fd, block, sizeof block) == -1)
			_exit(errno);
}

static void
write_stdout(void)
{
	write_all(1);
}

static void
write_stderr(void)
{
	write_all(2);
}

/* Takes memory until there is no more; then ends with 7. */
static void
take_memory(void)
{
	volatile char *m;

	for (int i = 0; i < 10000; i++)
		if ((m = malloc(1 << 20)) == NULL)
			_exit(7);
		else
			for (int k = 0; k < 1 << 20; k += 4096)
				m[k] = 1;
}

static void
take_memory_in_children(void)
{
	for (int i = 0; i < 50; i++)
		if (fork() == 0) {
			volatile char *m = malloc(200 << 20);
			for (int k = 0; m != NULL && k < 200 << 20; k += 4096)
				m[k] = 1;
			for (;;)
				pause();
		}
	for (;;)
		pause();
}

static void
sparse_file(void)
{
	int fd = open("sparse", O_WRONLY | O_CREAT, 0666);

	ftruncate(fd, 10000000000);
	pwrite(fd, "x", 1, 10000000000);
	_exit(0);
}

static void
ignore_signals(void)
{
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_IGN);
	for (;;)
		pause();
}

static void
stop_itself(void)
{
	for (;;)
		raise(SIGSTOP);
}

static void
stop_children(void)
{
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			stop_itself();
	stop_itself();
}

static void
kill_group(void)
{
	kill(0, SIGKILL);
}

/* Ends with 0 if it could kill nobody else. */
static void
kill_everybody(void)
{
	kill(-1, SIGKILL);
	_exit(kill(getppid(), SIGKILL) == 0 ? 1 : 0);
}

/* Its parent, that one's parent, and so on; 0: that was the last. */
static pid_t
parent_of(pid_t pid)
{
	char path[40], text[512] = "";

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	int fd = open(path, O_RDONLY);
	if (fd == -1 || read(fd, text, sizeof text - 1) <= 0)
		return 0;
	close(fd);
	return (pid_t)strtol(strrchr(text, ')') + 4, NULL, 10);
}

/* Writes a result to whatever descriptor of the grader it can reach. Ends
 * with the number of those. */
static void
write_tap(void)
{
	int wrote = 0;
	char path[60];

	for (int fd = 3; fd < 300; fd++)
		wrote += write(fd, "ok 1 forged\n", 12) > 0;
	for (pid_t p = getppid(); p > 0; p = parent_of(p))
		for (int n = 0; n < 300; n++) {
			snprintf(
			    path, sizeof path, "/proc/%d/fd/%d", (int)p, n);
			int fd = open(path, O_WRONLY | O_APPEND);
			if (fd != -1 && write(fd, "ok 1 forged\n", 12) > 0)
				wrote++;
			if (fd != -1)
				close(fd);
		}
	_exit(wrote);
}

/* Does what it can to the files of its arguments; ends with how often it
 * could. */
static void
attack_files(void)
{
	int done = 0;

	for (char **p = paths; *p != NULL; p++) {
		char beside[4096];
		snprintf(beside, sizeof beside, "%s.new", *p);
		done += open(*p, O_WRONLY) != -1;
		done += open(*p, O_RDONLY) != -1;
		done += open(beside, O_WRONLY | O_CREAT, 0666) != -1;
		done += truncate(*p, 0) == 0;
		done += rename(*p, "stolen") == 0;
		done += rename(*p, beside) == 0;
		done += link(*p, "linked") == 0;
		done += symlink("/dev/null", beside) == 0;
		done += unlink(*p) == 0;
		done += chmod(*p, 0) == 0;
	}
	_exit(done);
}

/* Limits, priority and processors of its parent. Ends with how often it could
 * change one. */
static void
change_parent(void)
{
	struct rlimit files = {3, 3};
	struct sched_param idle = {0};
	cpu_set_t one;
	int done = 0;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	done += prlimit(getppid(), RLIMIT_NOFILE, &files, NULL) == 0;
	done += sched_setscheduler(getppid(), SCHED_IDLE, &idle) == 0;
	done += sched_setaffinity(getppid(), sizeof one, &one) == 0;
	done += setpriority(PRIO_PROCESS, getppid(), 19) == 0;
	done += setpriority(PRIO_USER, getuid(), 1) == 0 && getuid() < 1 << 28;
	done += setpriority(PRIO_PROCESS, 0, 19) == -1;
	if (fork() == 0)
		for (;;)
			pause();
	_exit(done);
}

/* Memory that counts as no process's. Ends with the number of those it could
 * have. */
static void
leak(void)
{
	_exit((memfd_create("x", 0) != -1) +
	      (shmget(IPC_PRIVATE, 4096, 0600) != -1) +
	      (semget(IPC_PRIVATE, 1, 0600) != -1) +
	      (msgget(IPC_PRIVATE, 0600) != -1) +
	      (syscall(SYS_add_key, "user", "x", "y", 1, -3) != -1) +
	      (syscall(SYS_keyctl, 0, -3, 1) != -1));
}

static int sockets_of_internet, other_sockets;

static void
open_sockets(void)
{
	const int families[] = {AF_INET, AF_INET6, AF_UNIX, AF_NETLINK, 38, 17};
	const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW};
	int pair[2];

	for (int f = 0; f < 6; f++)
		for (int t = 0; t < 4; t++)
			if (socket(families[f], types[t], 0) != -1)
				*(f < 2 ? &sockets_of_internet
					: &other_sockets) += 1;
	other_sockets += socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0;
}

/* Ends with the number of sockets that it could open. */
static void
no_net(void)
{
	int pair[2];

	open_sockets();
	_exit(sockets_of_internet + other_sockets +
	      (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0));
}

/* Where those of the internet are allowed: with that of the others. */
static void
net(void)
{
	int pair[2];

	open_sockets();
	if (sockets_of_internet < 2 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		_exit(96);
	_exit(other_sockets);
}

/* Ways out that are no files: signals that others get, eyes on their folders,
 * calls that no filter sees, processes that no strace follows. Ends with the
 * number of those that it found. */
static void
ways_out(void)
{
	int ends[2], pid = getppid(), done = 0;
	char params[256] = {0};
	struct f_owner_ex owner = {F_OWNER_PID, pid};

	pipe(ends);
	done += ioctl(ends[0], FIOSETOWN, &pid) == 0;
	done += ioctl(ends[0], SIOCSPGRP, &pid) == 0;
	done += fcntl(ends[0], F_SETOWN, pid) == 0;
	done += fcntl(ends[0], F_SETOWN_EX, &owner) == 0;
	done += fcntl(ends[0], F_SETSIG, SIGKILL) == 0;
	done += inotify_init() != -1;
	done += inotify_init1(0) != -1;
	done += fcntl(open("/etc", O_RDONLY), F_NOTIFY, DN_ACCESS) == 0;
	done += ioctl(0, TIOCSTI, "x") == 0;
	done += syscall(425, 4, params) >= 0; /* io_uring_setup */
	done += unshare(CLONE_NEWUSER) == 0;
	done += unshare(CLONE_NEWNS) == 0;
	done += prctl(PR_SET_DUMPABLE, 0) == 0;
	done += ptrace(PTRACE_TRACEME, 0, 0, 0) == 0;
	done += syscall(SYS_clone, 0x00800000 | SIGCHLD, 0, 0, 0, 0) >= 0;
	done += syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) >= 0;
	done += syscall(435, params, 64) >= 0; /* clone3 */
	done += syscall(SYS_perf_event_open, params, 0, -1, -1, 0) >= 0;
	_exit(done);
}

/* What a right program may do with itself; ends with how often it could not. */
static void
mind_itself(void)
{
	struct rlimit files = {40, 50};
	const struct sigaction act = {.sa_handler = SIG_IGN};
	int failed = 0, ends[2];

	failed += setrlimit(RLIMIT_NOFILE, &files) == -1;
	failed += getrlimit(RLIMIT_NPROC, &files) == -1;
	failed += setpriority(PRIO_PROCESS, 0, 5) == -1;
	failed += sigaction(SIGUSR1, &act, NULL) == -1;
	failed += kill(getpid(), SIGUSR1) == -1;
	failed += pipe(ends) == -1 || fcntl(ends[0], F_SETFL, O_NONBLOCK) == -1;
	failed += eventfd(0, 0) == -1;
	failed += open("/proc/self/fd", O_RDONLY) == -1;
	failed += open("/proc/self/status", O_RDONLY) == -1;
	failed += prctl(PR_SET_NAME, "name") == -1;
	if (fork() == 0)
		_exit(open("/proc/self/fd", O_RDONLY) == -1);
	int status;
	wait(&status);
	_exit(failed + (status != 0));
}

/* Files, each within its own limit, without end. */
static void
many_files(void)
{
	char name[24];

	for (int i = 0;; i++) {
		snprintf(name, sizeof name, "file%d", i);
		int fd = open(name, O_WRONLY | O_CREAT, 0600);
		for (int k = 0; k < 160; k++)
			write(fd, block, sizeof block);
		close(fd);
	}
}

static void
many_names(void)
{
	char name[24];

	for (int i = 0;; i++) {
		snprintf(name, sizeof name, "folder%d", i);
		mkdir(name, 0700);
	}
}

/* Paths that take the kernel long to look at: deep, and by many links. */
static void
slow_paths(void)
{
	static char down[4000], to[4096];
	char name[24];
	int depth = 1000, home = open(".", O_RDONLY);

	for (int i = 0; i < depth; i++) {
		strcat(down, "d/");
		mkdir("d", 0700);
		chdir("d");
	}
	getcwd(to, sizeof to);
	symlink("../../..", "u");
	fchdir(home);
	for (int i = 0; i < 38; i++) {
		snprintf(name, sizeof name, "l%d", i);
		snprintf(to, sizeof to, "%su/l%d", down, i + 1);
		symlink(to, name);
	}
	for (int i = 0; i < 40; i++)
		if (fork() == 0)
			break;
	for (;;)
		close(open("l0", O_WRONLY | O_CREAT, 0600));
}

/* Something else at every name of its arguments, but what it was given. */
static void
plant(void)
{
	for (int i = 0; paths[i] != NULL; i++) {
		unlink(paths[i]);
		switch (i % 4) {
		case 0:
			symlink("/etc/shadow", paths[i]);
			break;
		case 1:
			mkfifo(paths[i], 0666);
			break;
		case 2:
			mkdir(paths[i], 0700);
			break;
		case 3:
			symlink("/dev/zero", paths[i]);
		}
	}
	_exit(0);
}

/* Prints the command lines that it finds in /proc. */
static void
show_commands(void)
{
	char path[40], line[4096];

	for (int pid = 1; pid < 1 << 17; pid++) {
		snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
		int fd = open(path, O_RDONLY);
		if (fd == -1)
			continue;
		ssize_t n = read(fd, line, sizeof line - 1);
		for (ssize_t i = 0; i < n; i++)
			putchar(line[i] == '\0' ? ' ' : line[i]);
		close(fd);
		putchar('\n');
	}
	fflush(stdout);
	_exit(0);
}

/* What needs no way to the file that is its stdin. */
static void
change_input(void)
{
	const struct timespec times[2] = {{1, 0}, {1, 0}};

	_exit((fchmod(0, 0) == 0) + (futimens(0, times) == 0));
}

/* Folders in folders, files that may not be read, links to elsewhere. */
static void
litter(void)
{
	symlink("/etc", "to-etc");
	mkfifo("fifo", 0);
	mkdir("closed", 0700);
	close(open("closed/file", O_WRONLY | O_CREAT, 0));
	mkdir("closed/closed", 0);
	chmod("closed", 0);
	for (int i = 0; i < 3000; i++)
		if (mkdir("a-folder-with-a-name", 0700) == -1 ||
		    chdir("a-folder-with-a-name") == -1)
			_exit(1);
	_exit(0);
}

/* As long as others let it: forks and waits, a thousand times. */
static void
behave(void)
{
	for (int i = 0; i < 1000; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		if (pid == -1 || waitpid(pid, NULL, 0) != pid)
			_exit(1);
	}
	_exit(0);
}

static void
on_alarm(int number)
{
	(void)number;
}

/* Signals come all the time, and nobody takes EINTR from these. Ends with how
 * often it came. */
static void
be_signalled(void)
{
	const struct sigaction act = {.sa_handler = on_alarm};
	const struct itimerval often = {{0, 500}, {0, 500}};
	int interrupted = 0;

	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 20000; i++) {
		int fd = open("/etc/passwd", O_RDONLY);
		interrupted += fd == -1 || kill(getpid(), 0) == -1;
		close(fd);
	}
	_exit(interrupted > 99 ? 99 : interrupted);
}

/* Ends with the number of descriptors from 3 on that are open. */
static void
count_descriptors(void)
{
	int n = 0;

	for (int fd = 3; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) != -1;
	_exit(n);
}

/* Two children not waited for: one a zombie by now, one that runs; and one
 * that was waited for, and has left a child of its own. */
static void
forget_children(void)
{
	siginfo_t info;
	pid_t zombie = fork();

	if (zombie == 0)
		_exit(0);
	if (fork() == 0)
		for (;;)
			pause();
	waitid(P_PID, (id_t)zombie, &info, WEXITED | WNOWAIT);
	pid_t waited_for = fork();
	if (waited_for == 0) {
		setsid();
		if (fork() == 0)
			for (;;)
				pause();
		_exit(0);
	}
	waitpid(waited_for, NULL, 0);
	_exit(0);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*tell)(void);
	} stories[] = {{"fork-bomb", fork_bomb}, {"fleeing-bomb", fleeing_bomb},
	    {"outlive", outlive}, {"loop", loop},
	    {"loop-in-children", loop_in_children}, {"stdout", write_stdout},
	    {"stderr", write_stderr}, {"memory", take_memory},
	    {"memory-in-children", take_memory_in_children},
	    {"sparse-file", sparse_file}, {"ignore-signals", ignore_signals},
	    {"stop", stop_itself}, {"stop-children", stop_children},
	    {"kill-group", kill_group}, {"kill-everybody", kill_everybody},
	    {"tap", write_tap}, {"files", attack_files}, {"litter", litter},
	    {"parent", change_parent}, {"input", change_input}, {"leak", leak},
	    {"loop-unwaited", loop_unwaited}, {"behave", behave},
	    {"signalled", be_signalled}, {"forget", forget_children},
	    {"descriptors", count_descriptors}, {"no-net", no_net},
	    {"net", net}, {"ways-out", ways_out}, {"mind-itself", mind_itself},
	    {"many-files", many_files}, {"many-names", many_names},
	    {"slow-paths", slow_paths}, {"plant", plant},
	    {"show-commands", show_commands}};

	must_be_caged();
	paths = argv + 2;
	for (size_t i = 0; argc > 1 && i < sizeof stories / sizeof *stories;
	     i++)
		if (strcmp(argv[1], stories[i].name) == 0)
			stories[i].tell();
	return 97;
}

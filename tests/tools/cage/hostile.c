/*
 * hostile STORY [PATH]...: what a grader must survive. Each story goes on
 * until it is ended, unless it says otherwise. Never run it without a cage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* Memory that counts as no process's, and ways out that have a name. Ends with
 * the number of those it could have. */
static void
leak(void)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1 ||
	    socket(AF_INET, SOCK_STREAM, 0) == -1)
		_exit(96);
	_exit((memfd_create("x", 0) != -1) +
	      (shmget(IPC_PRIVATE, 4096, 0600) != -1) +
	      (semget(IPC_PRIVATE, 1, 0600) != -1) +
	      (msgget(IPC_PRIVATE, 0600) != -1) +
	      (socket(AF_UNIX, SOCK_STREAM, 0) != -1));
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
	    {"descriptors", count_descriptors}};

	must_be_caged();
	paths = argv + 2;
	for (size_t i = 0; argc > 1 && i < sizeof stories / sizeof *stories;
	     i++)
		if (strcmp(argv[1], stories[i].name) == 0)
			stories[i].tell();
	return 97;
}

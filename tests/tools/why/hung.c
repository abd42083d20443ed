/*
 * hung STORY: a program that hangs, or one that only waits. Each story is a
 * kind of sleep that bin/fdmap --why has to tell apart. It prints a line once
 * it is about to sleep, and ends with its session.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int a[2], b[2];
static char byte, block[200000];
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t two = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t both;

static void
pipes(void)
{
	if (pipe(a) != 0 || pipe(b) != 0)
		exit(2);
}

static void
get(int fd)
{
	(void)!read(fd, &byte, 1);
}

static void
fill(int fd)
{
	while (write(fd, block, sizeof block) > 0)
		continue;
}

static void
later(int seconds)
{
	struct timespec t = {seconds, 0};

	nanosleep(&t, NULL);
}

static void
handler(int number)
{
	(void)number;
}

static void
catches(int number)
{
	struct sigaction action = {.sa_handler = handler};

	sigaction(number, &action, NULL);
}

/* circles and deadlocks */

static void
keeps_its_end(void)
{
	pipes();
	if (fork() == 0) {
		close(b[0]);
		close(b[1]);
		get(a[0]);
	}
	close(a[1]);
	wait(NULL);
}

static void
reads_crossed(void)
{
	pipes();
	if (fork() == 0) {
		close(a[1]);
		close(b[0]);
		get(a[0]);
		_exit(0);
	}
	close(a[0]);
	close(b[1]);
	get(b[0]);
}

static void
waits_before_reading(void)
{
	pipes();
	pid_t child = fork();
	if (child == 0) {
		close(a[0]);
		fill(a[1]);
	}
	close(a[1]);
	waitpid(child, NULL, 0);
}

static void *
reads_own_pipe(void *unused)
{
	get(a[0]);
	return unused;
}

static void
joins_a_reader(void)
{
	pthread_t t;

	pipes();
	pthread_create(&t, NULL, reads_own_pipe, NULL);
	pthread_join(t, NULL);
}

static void *
locks_two_first(void *unused)
{
	pthread_mutex_lock(&two);
	pthread_barrier_wait(&both);
	pthread_mutex_lock(&one);
	return unused;
}

static void
locks_crossed(void)
{
	pthread_t t;

	pthread_barrier_init(&both, NULL, 2);
	pthread_create(&t, NULL, locks_two_first, NULL);
	pthread_mutex_lock(&one);
	pthread_barrier_wait(&both);
	pthread_mutex_lock(&two);
}

static void
locks_twice(void)
{
	pthread_mutex_lock(&one);
	pthread_mutex_lock(&one);
}

static int
lock_file(void)
{
	char path[] = "/tmp/hung-XXXXXX", again[40];
	int fd = mkstemp(path);

	flock(fd, LOCK_EX);
	snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
	int other = open(again, O_RDWR);
	unlink(path);
	dup2(fd, 20);
	close(fd);
	return other;
}

static void
inherits_its_lock(void)
{
	int fd = lock_file();

	if (fork() == 0)
		flock(fd, LOCK_EX);
	wait(NULL);
}

static void
locks_in_turn(void)
{
	struct flock lock = {.l_type = F_WRLCK};
	int fd = lock_file();

	pipes();
	fcntl(fd, F_SETLK, &lock);
	if (fork() == 0) {
		close(a[0]);
		fcntl(fd, F_SETLKW, &lock);
	}
	close(a[1]);
	get(a[0]);
}

static void
talks_to_itself(void)
{
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	if (fork() == 0) {
		close(s[0]);
		get(s[1]);
		_exit(0);
	}
	close(s[1]);
	get(s[0]);
}

static void
talks_tcp(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof address;
	int server = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)bind(server, (struct sockaddr *)&address, size);
	listen(server, 1);
	getsockname(server, (struct sockaddr *)&address, &size);
	if (fork() == 0) {
		int client = socket(AF_INET, SOCK_STREAM, 0);
		close(server);
		(void)connect(client, (struct sockaddr *)&address, size);
		get(client);
		_exit(0);
	}
	int peer = accept(server, NULL, NULL);
	get(peer);
}

static int
open_terminal(int *slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	grantpt(master);
	unlockpt(master);
	*slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	return master;
}

static void
terminal(void)
{
	int slave, master = open_terminal(&slave);

	if (fork() == 0) {
		close(master);
		get(slave);
		_exit(0);
	}
	close(slave);
	get(master);
}

static void
polls_own(void)
{
	pipes();
	struct pollfd list[2] = {{a[0], POLLIN, 0}, {b[0], POLLIN, 0}};
	poll(list, 2, -1);
}

static void
selects_own(void)
{
	fd_set set;

	pipes();
	FD_ZERO(&set);
	FD_SET(b[0], &set);
	select(b[0] + 1, &set, NULL, NULL, NULL);
}

static void
epolls_own(void)
{
	struct epoll_event event = {.events = EPOLLIN};
	int e = epoll_create1(0);

	pipes();
	epoll_ctl(e, EPOLL_CTL_ADD, a[0], &event);
	epoll_wait(e, &event, 1, -1);
}

static void
high(void)
{
	pipes();
	dup2(a[1], 151);
	close(a[1]);
	if (fork() == 0) {
		close(151);
		get(a[0]);
	}
	wait(NULL);
}

static void
splices(void)
{
	pipes();
	splice(a[0], NULL, b[1], NULL, 1, 0);
}

static void
fills_pages(void)
{
	pipes();
	while (write(a[1], block, 2049) > 0)
		continue;
}

/* what goes on by itself, or by others */

static void
opens_fifo(void)
{
	mkfifo("fifo", 0600);
	open("fifo", O_RDONLY);
}

static void
spawns_opener(void)
{
	char *const arguments[] = {"cat", NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	mkfifo("fifo", 0600);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "fifo", O_WRONLY, 0);
	posix_spawnp(&pid, "cat", &actions, NULL, arguments, NULL);
}

static void
suspends(void)
{
	sigset_t none;

	catches(SIGCHLD);
	if (fork() == 0)
		later(1000);
	sigemptyset(&none);
	sigsuspend(&none);
}

static void
stops(void)
{
	siginfo_t info;
	pid_t child = fork();

	if (child == 0)
		pause();
	waitid(P_PID, (id_t)child, &info, WSTOPPED);
}

static void
semaphore(void)
{
	struct sembuf down = {0, -1, 0};

	semop(semget(IPC_PRIVATE, 1, 0600), &down, 1);
}

static void
message(void)
{
	msgrcv(msgget(IPC_PRIVATE, 0600), block, 8, 0, 0);
}

static void
event(void)
{
	get(eventfd(0, 0));
	(void)!read(eventfd(0, 0), block, 8);
}

static void
timer(void)
{
	struct itimerspec in = {.it_value = {500, 0}};
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	timerfd_settime(fd, 0, &in, NULL);
	(void)!read(fd, block, 8);
}

static void
signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	(void)!read(signalfd(-1, &set, 0), block, 512);
}

static void
watches(void)
{
	int fd = inotify_init();

	inotify_add_watch(fd, ".", IN_CREATE);
	(void)!read(fd, block, 4096);
}

static void
watches_process(void)
{
	pid_t child = fork();

	if (child == 0)
		later(1000);
	struct pollfd it = {(int)syscall(SYS_pidfd_open, child, 0), POLLIN, 0};
	poll(&it, 1, -1);
}

static void
spins(void)
{
	for (;;)
		continue;
}

static void
posts_later(void)
{
	struct timespec until;
	sem_t *s = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	sem_init(s, 1, 0);
	pipes();
	if (fork() == 0) {
		close(a[1]);
		get(a[0]);
		_exit(0);
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 500;
	sem_timedwait(s, &until);
	(void)!write(a[1], "x", 1);
}

static void
receives_in_time(void)
{
	struct timeval limit = {500, 0};
	int s[2];

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	get(s[0]);
}

static void *
writes_later(void *unused)
{
	later(500);
	(void)!write(a[1], "x", 1);
	return unused;
}

static void
leader_leaves(void)
{
	pthread_t t;

	pipes();
	if (fork() == 0) {
		pthread_create(&t, NULL, writes_later, NULL);
		pthread_exit(NULL);
	}
	get(a[0]);
}

static void
rings(void)
{
	pipes();
	catches(SIGALRM);
	alarm(500);
	get(a[0]);
}

static void
sets_timer(void)
{
	struct sigevent how = {
	    .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec in = {.it_value = {500, 0}};
	timer_t id;

	pipes();
	catches(SIGUSR1);
	timer_create(CLOCK_MONOTONIC, &how, &id);
	timer_settime(id, 0, &in, NULL);
	get(a[0]);
}

static void
writes_to_self(int number)
{
	(void)number;
	(void)!write(a[1], "x", 1);
}

static void
pipe_to_self(void)
{
	struct sigaction action = {.sa_handler = writes_to_self};

	pipes();
	sigaction(SIGTERM, &action, NULL);
	struct pollfd it = {a[0], POLLIN, 0};
	while (poll(&it, 1, -1) != 1)
		continue;
}

static sem_t end;

static void
posts_end(int number)
{
	(void)number;
	sem_post(&end);
}

static void
waits_for_end(void)
{
	struct sigaction action = {.sa_handler = posts_end};

	sem_init(&end, 0, 0);
	sigaction(SIGINT, &action, NULL);
	while (sem_wait(&end) != 0)
		continue;
}

static void *
works(void *unused)
{
	pthread_mutex_lock(&one);
	for (;;)
		pthread_cond_wait(&changed, &one);
	return unused;
}

static void
pool(void)
{
	pthread_t t;

	for (int i = 0; i < 8; i++)
		pthread_create(&t, NULL, works, NULL);
	for (;;)
		later(1);
}

static void
serves(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int server = socket(AF_INET, SOCK_STREAM, 0);

	(void)bind(server, (struct sockaddr *)&address, sizeof address);
	listen(server, 1);
	pipes();
	struct pollfd list[2] = {{server, POLLIN, 0}, {a[0], POLLIN, 0}};
	for (;;)
		poll(list, 2, -1);
}

static void
guards_fifo(void)
{
	mkfifo("fifo", 0600);
	get(open("fifo", O_RDWR));
}

static void
watchdog(void)
{
	pipes();
	if (fork() == 0) {
		close(a[1]);
		get(a[0]);
		_exit(0);
	}
	struct pollfd it = {b[0], POLLIN, 0};
	for (;;)
		poll(&it, 1, 1000);
}

static const struct story {
	const char *name;
	void (*tell)(void);
} stories[] = {{"keeps-its-end", keeps_its_end},
    {"reads-crossed", reads_crossed},
    {"waits-before-reading", waits_before_reading},
    {"joins-a-reader", joins_a_reader}, {"locks-crossed", locks_crossed},
    {"locks-twice", locks_twice}, {"inherits-its-lock", inherits_its_lock},
    {"locks-in-turn", locks_in_turn}, {"talks-to-itself", talks_to_itself},
    {"talks-tcp", talks_tcp}, {"terminal", terminal}, {"polls-own", polls_own},
    {"selects-own", selects_own}, {"epolls-own", epolls_own}, {"high", high},
    {"splices", splices}, {"fills-pages", fills_pages},
    {"opens-fifo", opens_fifo}, {"spawns-opener", spawns_opener},
    {"suspends", suspends}, {"stops", stops}, {"semaphore", semaphore},
    {"message", message}, {"event", event}, {"timer", timer},
    {"signals", signals}, {"watches", watches},
    {"watches-process", watches_process}, {"spins", spins},
    {"posts-later", posts_later}, {"receives-in-time", receives_in_time},
    {"leader-leaves", leader_leaves}, {"rings", rings},
    {"sets-timer", sets_timer}, {"pipe-to-self", pipe_to_self},
    {"waits-for-end", waits_for_end}, {"pool", pool}, {"serves", serves},
    {"guards-fifo", guards_fifo}, {"watchdog", watchdog}};

int
main(int argc, char *argv[])
{
	for (size_t i = 0; i < sizeof stories / sizeof *stories; i++)
		if (argc == 2 && strcmp(stories[i].name, argv[1]) == 0) {
			puts("ready");
			fflush(stdout);
			stories[i].tell();
			return 0;
		}
	return 2;
}

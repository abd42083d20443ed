/*
 * run.c: strace, and the program under it, from start to end. strace writes
 * into a pipe which it opens by the name that it has below /proc, so the
 * program inherits no descriptor and no file is left behind.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sidebyside.h"

#define PIPE_SIZE 1048576
#define IDLE_MS   200     /* then strace says nothing for a while */
#define BATCH_NS  2000000 /* waiting so long saves strace waking us often */

static pid_t strace_pid;
static int output_error; /* errno of our stdout; 0: it is well */
static volatile sig_atomic_t told, asked, ended_by;

/* Of the pipe; ours until strace has opened it, or ended. -1: closed. */
static volatile sig_atomic_t write_end;

static _Noreturn void
die(const char *what)
{
	fprintf(stderr, "sidebyside: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

static void
close_write_end(void)
{
	int fd = write_end;

	write_end = -1;
	if (fd != -1)
		close(fd);
}

/* strace may have failed before it opened the pipe. */
static void
on_child(int signal_number)
{
	int error = errno;

	(void)signal_number;
	close_write_end();
	errno = error;
}

/* A terminal sends its signals to the program as well. */
static void
on_signal(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	asked++;
	ended_by = signal_number;
	if (info->si_code <= 0 || asked > 1)
		told = asked > 1 ? SIGKILL : signal_number;
}

static void
on_pipe(int signal_number)
{
	(void)signal_number; /* write() says it; strace must not ignore it */
}

static void
kill_task(struct task *task)
{
	kill(task->pid, told);
}

/* Passes a signal on to the program, all of it. */
static void
tell_program(void)
{
	if (output_error != 0)
		told = SIGKILL;
	if (told == 0)
		return;
	for_each_task(kill_task);
	told = 0;
}

/*
 * Our stdout is gone: the program ends with us. strace stays until it has
 * seen all of it die; without it a child that it just made would stay behind.
 */
void
output_failed(int error)
{
	output_error = error;
}

static void
end_failed(void)
{
	if (output_error == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	fprintf(stderr, "sidebyside: write 1: %s\n", strerror(output_error));
	_exit(EXIT_FAILURE);
}

static void
watch_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1,
	    SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGPOLL};
	struct sigaction end = {
	    .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	struct sigaction child = {
	    .sa_handler = on_child, .sa_flags = SA_NOCLDSTOP | SA_RESTART};
	struct sigaction broken = {.sa_handler = on_pipe}, was;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		sigaction(ends[i], NULL, &was);
		if (was.sa_handler != SIG_IGN)
			sigaction(ends[i], &end, NULL);
	}
	sigaction(SIGPIPE, NULL, &was);
	if (was.sa_handler != SIG_IGN)
		sigaction(SIGPIPE, &broken, NULL);
	sigaction(SIGCHLD, &child, NULL);
}

/* strace and the program take turns: waking another processor for each call
 * costs ten times as much as the call. */
static void
stay_on_one_processor(void)
{
	cpu_set_t one;
	int processor = sched_getcpu();

	if (processor < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET((size_t)processor, &one);
	sched_setaffinity(0, sizeof one, &one);
}

/*
 * What strace starts: the program, with /dev/null as its stdout and stderr,
 * while strace keeps the user's stderr. Returns only by exit.
 */
_Noreturn void
run_quietly(char *argv[])
{
	int user = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, FIRST_TRACE_FD);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null == -1 || dup2(null, STDOUT_FILENO) == -1 ||
	    dup2(null, STDERR_FILENO) == -1)
		_exit(EXIT_FAILURE);
	/* the same addresses in every run, where the kernel allows it */
	personality(ADDR_NO_RANDOMIZE);
	execvp(argv[0], argv);
	dprintf(user, "sidebyside: %s: %s\n", argv[0], strerror(errno));
	_exit(EXIT_FAILURE);
}

/* In the child: becomes strace. */
static _Noreturn void
become_strace(char *argv[], int output)
{
	char path[64], self[PATH_MAX] = "", dumps[512] = "write=1,2";
	char *head[] = {"strace", "-f", "-s", "32", "-e", dumps, "-o", path,
	    "--", self, "--run"};
	const size_t heads = sizeof head / sizeof *head;
	size_t count = 0;

	snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getppid(), output);
	if (readlink("/proc/self/exe", self, sizeof self - 1) == -1)
		die("/proc/self/exe");
	for (int fd = FIRST_TRACE_FD; fd < FIRST_TRACE_FD + 64; fd++)
		snprintf(dumps + strlen(dumps), sizeof dumps - strlen(dumps),
		    ",%d", fd);
	while (argv[count] != NULL)
		count++;
	char **all = calloc(heads + count + 1, sizeof *all);
	if (all == NULL)
		out_of_memory();
	memcpy(all, head, sizeof head);
	memcpy(all + heads, argv, count * sizeof *argv);
	stay_on_one_processor();
	execvp(all[0], all);
	fprintf(stderr,
	    "sidebyside: strace: %s\n"
	    "sidebyside: install it with: apt-get install strace (Debian, "
	    "Ubuntu), dnf install strace (Fedora), apk add strace (Alpine)\n",
	    strerror(errno));
	_exit(EXIT_FAILURE);
}

/* Waits until there is something to read, and shows what came before. */
static void
wait_for_stream(int fd)
{
	struct pollfd in = {.fd = fd, .events = POLLIN};
	const struct timespec batch = {.tv_nsec = BATCH_NS};

	if (poll(&in, 1, 0) > 0)
		return;
	rows_flush();
	tell_program();
	while (poll(&in, 1, IDLE_MS) <= 0) {
		tell_program();
		idle_stream();
		judge_idle();
		rows_flush();
	}
	nanosleep(&batch, NULL);
}

static void
read_stream(int fd)
{
	static char bytes[PIPE_SIZE / 4];

	for (;;) {
		wait_for_stream(fd);
		ssize_t length = read(fd, bytes, sizeof bytes);
		if (length == 0)
			break;
		if (length == -1 && errno != EINTR)
			die("read");
		tell_program();
		if (length == -1)
			continue;
		close_write_end();
		take_stream(bytes, (size_t)length);
	}
}

static int
exit_status(void)
{
	int status;

	while (waitpid(strace_pid, &status, 0) == -1)
		if (errno != EINTR)
			die("waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* Runs the program and shows it; returns the exit status. */
int
run(char *argv[])
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) == -1)
		die("pipe");
	fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE);
	write_end = ends[1];
	watch_signals();
	fflush(stdout);
	strace_pid = fork();
	if (strace_pid == -1)
		die("fork");
	if (strace_pid == 0)
		become_strace(argv, ends[1]);
	rows_start();
	read_stream(ends[0]);
	close(ends[0]);
	end_stream();
	int status = exit_status();
	if (output_error != 0)
		end_failed();
	if (options.check && ran_program() && !said_anything)
		problem(NULL, "%s printed no line of a trace: nothing to check",
		    argv[0]);
	if (options.check && ended_by != 0)
		problem(NULL, "ended by a signal: the run was not whole");
	int judgement = report();
	if (output_error != 0)
		end_failed();
	if (!options.check || !ran_program())
		return status;
	return ended_by != 0 ? 128 + ended_by : judgement;
}

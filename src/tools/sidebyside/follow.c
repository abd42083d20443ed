/*
 * follow.c: the program from its start to its end: strace's output as it
 * comes, the signals that end us, and what is shown when nothing moves.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/sidebyside/sidebyside.h"

#define PIPE_SIZE   1048576
#define IDLE_MS     200     /* then strace says nothing for a while */
#define STANDSTILLS 10      /* of those, and the user is told what to ask */
#define BATCH_NS    2000000 /* waiting so long saves strace waking us often */

static pid_t strace_pid;
int output_error;
static volatile sig_atomic_t told, asked, ended_by;

/* A terminal sends its signals to the program as well. SIGPIPE is here so that
 * strace does not inherit it as ignored; write() says what it says. */
static void
on_signal(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	if (signal_number == SIGPIPE)
		return;
	asked++;
	ended_by = signal_number;
	if (info->si_code <= 0 || asked > 1)
		told = asked > 1 ? SIGKILL : signal_number;
}

/*
 * Passes a signal on to the program, all of it; a program that ran before us is
 * only let go. Where our stdout is gone, it ends with us. strace stays until it
 * has seen all of it die; without it a new child would stay behind.
 */
static void
tell_program(void)
{
	if (output_error != 0)
		told = SIGKILL;
	if (told == 0)
		return;
	if (options.pid > 0)
		kill(strace_pid, SIGTERM);
	for (struct task *t = options.pid > 0 ? NULL : tasks; t; t = t->next)
		kill(t->pid, told);
	told = 0;
}

/* At exit: a reader who left, or a full disk; the program has been ended. */
void
check_output(void)
{
	if ((fflush(stdout) == EOF || ferror(stdout)) && output_error == 0)
		output_error = errno;
	if (output_error == 0)
		return;
	if (output_error == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	fprintf(stderr, "sidebyside: write %s: %s\n",
	    options.output == NULL ? "1" : options.output,
	    strerror(output_error));
	_exit(EXIT_FAILURE);
}

static void
watch_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1,
	    SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGPOLL, SIGPIPE};
	struct sigaction action = {.sa_sigaction = on_signal,
			     .sa_flags = SA_SIGINFO},
			 was;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		sigaction(ends[i], NULL, &was);
		if (was.sa_handler != SIG_IGN)
			sigaction(ends[i], &action, NULL);
	}
}

/* Nothing came for IDLE_MS, so many times. */
static void
show_idle(int times)
{
	idle_stream();
	for (struct task *t = tasks; t != NULL; t = t->next) {
		show_outputs(t);
		show_asleep(t);
	}
	if (times == STANDSTILLS)
		show_standstill();
}

/* Reads what there is, and shows the rest while there is nothing. */
static void
read_stream(int fd)
{
	static char bytes[PIPE_SIZE / 4];
	const struct timespec batch = {.tv_nsec = BATCH_NS};
	struct pollfd in[3] = {{.fd = fd, .events = POLLIN},
	    {.fd = screen(1), .events = POLLIN},
	    {.fd = screen(2), .events = POLLIN}};
	ssize_t length = 1;

	for (int idle = 0; length != 0;) {
		int ready = poll(in, 3, 0);
		if (ready == 0) {
			rows_flush();
			ready = poll(in, 3, IDLE_MS);
			nanosleep(&batch, NULL);
		}
		tell_program();
		drain_screens();
		if (ready == 0)
			show_idle(++idle);
		if (ready <= 0 || in[0].revents == 0)
			continue;
		idle = 0;
		length = read(fd, bytes, sizeof bytes);
		if (length == -1 && errno != EINTR)
			die("read");
		if (length > 0)
			take_stream((struct span){bytes, (size_t)length});
	}
}

static int
exit_status(void)
{
	int status;

	while (waitpid(strace_pid, &status, 0) == -1)
		if (errno != EINTR)
			die("waitpid");
	if (options.pid > 0 && ended_by != 0)
		return EXIT_SUCCESS;
	if (execs == 0 && options.calls != NULL)
		return 2; /* strace has said which name is none */
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* What there is to say at the end; returns our exit status. */
static int
judgement(const char *program)
{
	int status = exit_status();

	if (execs == 2 && !said_anything)
		problem(NULL, "%s printed no line of a trace: nothing to check",
		    program);
	if (ended_by != 0)
		problem(NULL, "ended by a signal: the run was not whole");
	int wrong = output_error == 0 ? report() : 1;
	if (!options.check || execs < 2)
		return status;
	return ended_by != 0 ? 128 + ended_by : wrong;
}

/* Runs the program and shows it; returns the exit status. */
int
follow(char *argv[])
{
	int ends[2], file = STDOUT_FILENO;

	make_screens();
	if (options.output != NULL)
		file = open(options.output,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file == -1)
		die(options.output);
	if (pipe2(ends, O_CLOEXEC) == -1)
		die("pipe");
	fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE);
	execs = options.pid > 0 ? 2 : 0; /* that one runs already */
	watch_signals();
	strace_pid = start_strace(argv, ends[1]);
	close(ends[1]);
	dup2(file, STDOUT_FILENO);
	read_stream(ends[0]);
	close(ends[0]);
	end_stream();
	return judgement(argv[0]);
}

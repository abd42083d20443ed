/*
 * watcher.c: the watcher that a demo under --bug runs below.
 *
 * A mistake may put every lane to sleep for good. The watcher is no lane: it
 * asks the kernel what the lanes wait for, as bin/fdmap --why does, and when
 * nobody is left who could wake any of them, and still nobody 200 ms later, it
 * shows the picture, says why, and ends them. Otherwise it ends as they did.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/proc.h"
#include "trace/run/run.h"

#define FIRST_LOOK_MS 50
#define LAST_LOOK_MS  400 /* from look to look, after a while */
#define SURE_MS       200

static pid_t the_demo;
static int its_status;

static void
ignore(const char *text, void *arg)
{
	(void)text;
	(void)arg;
}

/* Do all lanes sleep for good? Then *seen is what the kernel said of them. */
static bool
all_asleep(struct picture **seen)
{
	int n;
	struct looked_at *who = look_at_lanes(&n);
	struct picture *p = look(who, n, NULL, true);

	free(who);
	if (why(p, ignore, NULL)) {
		*seen = p;
		return true;
	}
	free_picture(p);
	return false;
}

/* Sleeps so long, or until a child ends; false: the demo has ended. */
static bool
demo_lives(long ms)
{
	struct timespec patience = {ms / 1000, ms % 1000 * 1000000};
	sigset_t child;
	pid_t pid;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	for (;;) {
		while ((pid = waitpid(-1, &its_status, WNOHANG)) > 0) {
			child_gone(pid);
			if (pid == the_demo)
				return false;
		}
		if (pid == -1 || sigtimedwait(&child, NULL, &patience) == -1)
			return pid != -1;
	}
}

static _Noreturn void
end_as_it_did(void)
{
	end_children(); /* of a lane that left without them */
	if (WIFEXITED(its_status))
		_exit(WEXITSTATUS(its_status));
	signal(WTERMSIG(its_status), SIG_DFL);
	raise(WTERMSIG(its_status));
	_exit(128 + WTERMSIG(its_status));
}

static _Noreturn void
keep_watch(void)
{
	struct picture *p;

	for (long ms = FIRST_LOOK_MS; demo_lives(ms);
	     ms = ms < LAST_LOOK_MS ? 2 * ms : ms) {
		if (!all_asleep(&p))
			continue;
		free_picture(p);
		if (!demo_lives(SURE_MS))
			break;
		if (!all_asleep(&p))
			continue;
		show_asleep(p);
		free_picture(p);
		end_children();
		print_score();
		fflush(stdout);
		complain("every process sleeps for good: ended, with status %d",
		    ALL_ASLEEP);
		complain("%s", trace.bug->cure);
		_exit(ALL_ASLEEP);
	}
	end_as_it_did();
}

/* The last line of a run that a mistake did not put to sleep. */
void
show_cure(void)
{
	if (trace.format != TRACE_NONE)
		print_note(trace.bug->cure, "32");
}

/*
 * Returns in a new process, which is the demo. The watcher never returns: what
 * it does is the trace's own work to the end.
 */
void
watch_lanes(void)
{
	pid_t watcher = getpid();

	if (process_state(watcher) == 0)
		fail("open /proc: %s; --bug needs it", strerror(ENOENT));
	patience_ms *= 2; /* the demo ends its own lanes first */
	hold();
	the_demo = fork();
	if (the_demo == -1)
		die(errno, "fork", NULL);
	if (the_demo > 0) {
		child_born(the_demo);
		release();
		prctl(PR_SET_CHILD_SUBREAPER, 1L);
		keep_watch();
	}
	forget_parent();
	release();
	patience_ms /= 2;
	/* even if the watcher is killed */
	prctl(PR_SET_PDEATHSIG, (unsigned long)SIGTERM);
	if (getppid() != watcher)
		raise(SIGTERM);
}

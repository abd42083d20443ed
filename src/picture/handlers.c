/*
 * handlers.c: what a signal may do to a sleeper besides ending it. A process
 * that catches signals may have been made to sleep until one comes: its
 * handler then posts a semaphore, writes to a pipe that it holds itself, or
 * ends a poll. And who catches SIGALRM may have set an alarm, which the kernel
 * shows to nobody else.
 */
#include <signal.h>

#include "picture/parts.h"

#define BIT(number) (1UL << ((number)-1))
#define REAL_TIME   (~0UL << 33) /* SIGRTMIN and up; two are libc's own */
#define ALARMS      (BIT(SIGALRM) | BIT(SIGVTALRM) | BIT(SIGPROF))
#define ASKS_FOR_MORE                                                          \
	(BIT(SIGHUP) | BIT(SIGINT) | BIT(SIGQUIT) | BIT(SIGUSR1) |             \
	    BIT(SIGUSR2) | BIT(SIGTERM) | BIT(SIGIO) | ALARMS | REAL_TIME)

/* The signals of these that the process catches, and not all threads block. A
 * trace's own handlers only end the program. */
static unsigned long
caught(const struct picture *p, const struct sleeper *s, unsigned long set)
{
	const struct process *it = &p->process[s->task->process];
	unsigned long blocked = ~0UL;

	if (it->name[0] != '\0' || it->own[0] != -1)
		return 0;
	for (int i = 0; i < p->tasks; i++)
		if (p->task[i].process == s->task->process)
			blocked &= p->task[i].blocked;
	return it->caught & set & ~blocked;
}

/* Who catches also SIGXCPU cleans up at any end: an alarm is not meant. */
static bool
may_have_alarm(const struct picture *p, const struct sleeper *s)
{
	return p->process[s->task->process].times ||
	       (caught(p, s, ALARMS) != 0 && caught(p, s, BIT(SIGXCPU)) == 0);
}

bool
has_handler(const struct picture *p, const struct sleeper *s)
{
	return caught(p, s, ASKS_FOR_MORE) != 0;
}

/* Its children, whose end is a signal to it. */
static void
add_children_signal(struct picture *p, struct sleeper *s)
{
	pid_t pid = p->process[s->task->process].pid;
	struct way *w = NULL;

	if (s->cause == CHILD || s->cause == BIRTH ||
	    caught(p, s, BIT(SIGCHLD)) == 0)
		return;
	for (int i = 0; i < p->census->livings; i++) {
		if (p->census->living[i].parent != pid)
			continue;
		if (w == NULL)
			w = add_way(s, SIGNAL, -1);
		add_waker(w, p->census->living[i].pid, 0, -1);
	}
}

void
add_handlers(struct picture *p, struct sleeper *s)
{
	if (s->cause == TIME || s->cause == OTHER || s->cause == DISK)
		return;
	if (may_have_alarm(p, s))
		add_way(s, TIME, -1)->open = AT_HANDLER;
	add_children_signal(p, s);
}

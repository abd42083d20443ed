/*
 * way_sentences.c: a way to wake a sleeper, in words, and who could do it.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/names.h"
#include "picture/parts.h"

void
add_pid(struct row *to, const struct picture *p, pid_t pid)
{
	int n = process_of(p, pid);
	const struct living *it =
	    p->census == NULL ? NULL : find_living(p->census, pid);

	if (n != -1)
		add_who(to, &p->process[n]);
	else if (it != NULL)
		add(to, "%ld %s", (long)pid, it->command);
	else
		add(to, "%ld", (long)pid);
}

/* "0.5 s" */
static void
say_seconds(struct row *to, double seconds)
{
	if (seconds < 10)
		add(to, "%.1f s", seconds);
	else
		add(to, "%.0f s", seconds);
}

void
say_limit(struct row *to, const struct sleeper *s)
{
	if (!s->timed)
		return;
	if (s->limit < 0)
		add(to, "time wakes it");
	else {
		add(to, "time wakes it, %s", s->from_now ? "in " : "");
		say_seconds(to, s->limit);
		add(to, "%s", s->from_now ? "" : " after it began");
	}
	add(to, ", or a signal");
}

/* Is it a waker whom the sentence need not name: itself, or named before? */
static bool
is_said(const struct way *w, int i)
{
	return i > 0 && w->waker[i].pid == w->waker[i - 1].pid &&
	       w->waker[i].tid == w->waker[i - 1].tid;
}

/* "4711 cat (fd 3) and 4712 sh (fd 4 5)" */
static void
say_list(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	pid_t self = r->p->process[s->task->process].pid;

	for (int i = 0; i < w->wakers; i++) {
		const struct waker *it = &w->waker[i];
		if (is_said(w, i)) {
			if (it->fd >= 0)
				add(to, " %d", it->fd);
			continue;
		}
		if (i > 0)
			add(to, "%s and ", it[-1].fd >= 0 ? ")" : "");
		add_pid(to, r->p, it->pid);
		add(to, "%s", it->pid == self ? " itself" : "");
		if (it->fd >= 0)
			add(to, " (fd %d", it->fd);
	}
	if (w->wakers > 0 && w->waker[w->wakers - 1].fd >= 0)
		add(to, ")");
}

/* ": 4711 cat, which sleeps in pause, can still write" */
void
say_wakers(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w, const char *can)
{
	int said = 0;

	for (int i = 0; i < w->wakers; i++) {
		const struct waker *it = &w->waker[i];
		if (is_said(w, i) || it->process == s->task->process ||
		    (it->process != -1 && r->stuck[it->process]))
			continue;
		add(to, "%s ", said++ == 0 ? ":" : " and");
		add_pid(to, r->p, it->pid);
		if (it->process != -1) {
			add(to, ", which ");
			say_state(to, r, it->process);
			add(to, ",");
		}
	}
	if (said > 0)
		add(to, " can still %s", can);
}

/* Why it may still wake, though all who are known cannot do it. */
void
say_doubt(struct row *to, const struct reasoning *r, const struct way *w)
{
	if (w->open == AT_UNSEEN && w->unseen > 0) {
		add(to, "; but ");
		add_pid(to, r->p, w->unseen);
		add(to, " of another user may have it open, too: what it will "
			"do is not known");
	} else if (w->open == AT_UNSEEN)
		add(to, "; but processes of other users may have it open, too: "
			"what they will do is not known");
	else if (w->open == AT_NAME && w->descriptor >= 0)
		add(to, "; but another process may open %s",
		    r->p->descriptor[w->descriptor].path);
	else if (w->open == AT_HANDLER)
		add(to, "; only a signal that it catches may still make it go "
			"on");
	else if (w->open == AT_UNKNOWN)
		add(to, "; whether it has a time limit is not known");
	else if (w->open == AT_TIME) {
		add(to, "; time wakes it");
		if (w->seconds > 0) {
			add(to, ", ");
			say_seconds(to, w->seconds);
			add(to, " after it began");
		}
	}
}

/* What the description at this descriptor is, as the drawing says it. */
static void
say_what(struct row *to, const struct reasoning *r, const struct descriptor *d)
{
	char text[400];

	if (d->description < 0)
		add(to, "%s", d->path);
	else {
		spell_what(text, sizeof text, r->p,
		    &r->p->description[d->description], 300);
		add(to, "%s", text);
	}
}

static void
say_socket(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	const struct descriptor *d = &r->p->descriptor[w->descriptor];
	pid_t pid = r->p->process[d->process].table;
	const struct net_row *row = socket_row(r->p, pid, d->ino);

	if (w->wakers == 0 && row != NULL && row->listens)
		add(to, "a connection to ");
	else if (w->wakers == 0)
		add(to, w->cause == INPUT ? "what comes in at "
					  : "the other side of ");
	else if (w->cause == INPUT)
		add(to, "nothing has come in at ");
	say_what(to, r, d);
	if (w->wakers == 0) {
		add(to, " wakes it");
		if (row != NULL && !row->listens &&
		    strncmp(row->protocol, "tcp", 3) == 0)
			add(to, "; ss -tnp tells who is at the other end");
		if (w->open == AT_UNSEEN)
			add(to, "; in whom its other end is open cannot be "
				"seen");
		return;
	}
	add(to, w->cause == INPUT ? "; its other end is open in "
				  : " is full; its other end is open in ");
	say_list(to, r, s, w);
	if (s->for_good)
		add(to, w->cause == INPUT ? ": nothing ever comes"
					  : ": nobody ever reads from it");
	else
		say_wakers(to, r, s, w, w->cause == INPUT ? "write" : "read");
}

/* Who reads a terminal in the background gets a signal in place of a line. */
static void
say_terminal(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	const struct descriptor *d = &r->p->descriptor[w->descriptor];
	bool master = is_master(d->path), reads = w->cause == INPUT;

	if (w->wakers == 0) {
		add(to, master ? "until somebody opens the terminal that it is "
				 "the master of"
			: reads ? "a line typed at the terminal wakes it"
				: "the terminal takes no more; Ctrl-Q goes on");
		return;
	}
	if (master)
		add(to,
		    reads ? "nothing has been written to terminal /dev/pts/%ld"
			  : "terminal /dev/pts/%ld takes no more input until "
			    "it is read",
		    w->number);
	else
		add(to,
		    reads ? "nothing has been typed at terminal /dev/pts/%ld"
			  : "terminal /dev/pts/%ld takes no more until its "
			    "master is read",
		    w->number);
	add(to, master ? "; that is open in " : "; its master is in ");
	say_list(to, r, s, w);
	if (s->for_good)
		add(to, reads ? ": none of them ever writes"
			      : ": none of them ever reads");
	else
		say_wakers(to, r, s, w, reads ? "write" : "read");
}

void
say_signals(struct row *to, long set)
{
	bool any = false;

	for (int i = 0; i < 64; i++)
		if ((unsigned long)set >> i & 1) {
			add(to, "%s%s", any ? " " : "", signal_name(i + 1));
			any = true;
		}
}

static void
say_extra(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	const struct descriptor *d = &r->p->descriptor[w->descriptor];
	const char *path = d->path + strlen("anon_inode:");

	if (strcmp(path, "[timerfd]") == 0 && w->open == AT_TIME) {
		add(to, "a timer (timerfd) wakes it");
		if (w->seconds > 0) {
			add(to, ", in ");
			say_seconds(to, w->seconds);
		}
	} else if (strcmp(path, "[timerfd]") == 0)
		add(to, "its timer (timerfd) is not set: who has it may set "
			"it");
	else if (strcmp(path, "[eventfd]") == 0) {
		add(to, "until somebody writes to this eventfd, which is open "
			"in ");
		say_list(to, r, s, w);
	} else if (strcmp(path, "[signalfd]") == 0) {
		add(to, "a signal wakes it (signalfd): one of ");
		say_signals(to, w->number);
	} else if (strcmp(path, "inotify") == 0)
		add(to,
		    "a change of what it watches wakes it (inotify: %ld "
		    "file%s or folder%s)",
		    w->number, w->number == 1 ? "" : "s",
		    w->number == 1 ? "" : "s");
	else if (strcmp(path, "[pidfd]") == 0 && w->number > 0) {
		add(to, "the end of ");
		add_pid(to, r->p, (pid_t)w->number);
		add(to, " wakes it (pidfd)");
		if (w->wakers > 0 && w->waker[0].process != -1) {
			add(to, "; that ");
			say_state(to, r, w->waker[0].process);
		}
	} else
		add(to, "an event of %s wakes it", path);
}

/* What the child has not done, and does. */
static void
say_child(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct waker *it)
{
	if (it->process == -1 && it->pid != r->p->me)
		add(to, " (not asked for)");
	add(to, " has not %s",
	    s->for_stop         ? "stopped"
	    : s->cause == BIRTH ? "called exec nor ended"
				: "ended");
	if (it->process != -1) {
		add(to, ", it ");
		say_state(to, r, it->process);
	}
}

#define MOST_ALIKE 3

/* Does the next child say the same as this one? Only where there are many. */
static bool
is_alike(const struct reasoning *r, const struct sleeper *s,
    const struct way *w, int i)
{
	struct row one = {0}, other = {0};
	bool alike = false;

	if (w->wakers > MOST_ALIKE && i + 1 < w->wakers &&
	    w->waker[i + 1].pid != r->p->process[s->task->process].pid) {
		say_child(&one, r, s, &w->waker[i]);
		say_child(&other, r, s, &w->waker[i + 1]);
		alike = strcmp(one.text.at, other.text.at) == 0;
	}
	free_row(&one);
	free_row(&other);
	return alike;
}

static void
say_children(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	pid_t self = r->p->process[s->task->process].pid;
	int said = 0;

	for (int i = 0; i < w->wakers; i++) {
		int more = 0;
		if (w->waker[i].pid == self)
			continue;
		add(to, "%sits child ", said++ == 0 ? "" : "; ");
		add_pid(to, r->p, w->waker[i].pid);
		say_child(to, r, s, &w->waker[i]);
		while (is_alike(r, s, w, i + more))
			more++;
		if (more > 0)
			add(to, "; so do %d more", more);
		i += more;
	}
	if (said == 0)
		add(to, "for which child is unknown");
	if (s->for_good)
		add(to, s->cause == BIRTH ? ": it sleeps for good, too"
					  : ": the wait never ends");
}

static void
say_thread(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	if (s->joins != 0) {
		const struct sleeper *it =
		    sleeper_of(r, s->task->process, s->joins);
		add(to, "its thread %ld has not ended", (long)s->joins);
		if (it != NULL && !it->awake) {
			add(to, ", it ");
			say_sleep(to, it);
		}
	} else if (s->hidden)
		add(to, "it waits for a lock or another thread; whose, and for "
			"how long, is hidden from us");
	else if (s->owner == s->task->tid)
		add(to, "it waits for a mutex that it has locked itself");
	else if (s->owner != 0)
		add(to, "it waits for a mutex that thread %ld has locked",
		    (long)s->owner);
	else if (s->within && w->wakers == 0)
		add(to, "it waits for a lock or a condition that only its own "
			"process can change, and it has no other thread");
	else if (s->within)
		add(to, "it waits for a lock or a condition of its own "
			"process's threads");
	else
		add(to, "it waits for a lock or a condition in memory that it "
			"may share with other processes: whose is unknown");
	if (s->for_good)
		add(to, s->joins != 0 ? ": the join never ends"
			: s->timed    ? ""
				      : ": none of them runs, it is for good");
}

static void
say_lock(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	if (w->descriptor == -1) {
		add(to, "it waits for a lock on a file; whose is unknown");
		return;
	}
	add(to, "it waits for the lock on %s",
	    r->p->descriptor[w->descriptor].path);
	if (w->wakers > 0) {
		add(to, ", held by ");
		say_list(to, r, s, w);
	} else if (w->unseen > 0) {
		add(to, ", held by ");
		add_pid(to, r->p, w->unseen);
		return;
	}
	if (s->for_good)
		add(to, ": none of them ever unlocks or closes it");
	else
		say_wakers(to, r, s, w, "unlock");
}

static void
say_opening(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	int mode = s->flags & O_ACCMODE;
	const char *path = s->path[0] == '\0' ? "a FIFO" : s->path;

	if (w->open == AT_NAME && s->hidden)
		add(to, "it opens a FIFO; which is hidden from us: until "
			"somebody opens its other end");
	else if (w->open == AT_NAME)
		add(to,
		    "it opens the FIFO %s for %s: until somebody opens it for %s",
		    path, mode == O_RDONLY ? "reading" : "writing",
		    mode == O_RDONLY ? "writing" : "reading");
	else if (w->wakers > 0) {
		add(to, "it opens %s, on which ",
		    s->path[0] == '\0' ? "a file" : s->path);
		add_pid(to, r->p, w->waker[0].pid);
		add(to, " holds a lease: until that gives it up, or time takes "
			"it away");
	} else
		add(to, "it opens %s: the kernel has it wait for that",
		    s->path[0] == '\0' ? "a file" : s->path);
}

static void
say_queue(struct row *to, const struct sleeper *s)
{
	const struct task *t = s->task;
	short operation[3] = {0};

	if (strncmp(s->name, "mq_", 3) == 0)
		add(to, s->name[3] == 's'
			    ? "until somebody takes a message from the full "
			      "queue"
			    : "until somebody puts a message into the empty "
			      "queue");
	else if (strcmp(s->name, "semop") != 0)
		add(to,
		    s->name[3] == 's'
			? "until somebody takes a message from the full queue"
			: "until somebody puts a message into the queue");
	else
		add(to, "until somebody changes a semaphore of the set");
	if (s->hidden || strncmp(s->name, "mq_", 3) == 0)
		return;
	add(to, " %ld", (long)(int)t->arg[0]);
	if (s->name[0] == 's' &&
	    read_memory(t->tid, t->arg[1], operation, sizeof operation))
		add(to, ": number %d has to %s", operation[0],
		    operation[1] == 0 ? "become 0" : "grow");
	add(to, "; ipcs -%c lists them", s->name[0] == 's' ? 's' : 'q');
}

static void
say_signal(struct row *to, const struct reasoning *r, const struct sleeper *s)
{
	const struct way *children =
	    s->ways > 1 && s->way[1].cause == SIGNAL ? &s->way[1] : NULL;
	unsigned long set;

	if (s->timed)
		say_limit(to, s);
	else if (s->cause == MANY)
		add(to, "it watches nothing: only a signal wakes it");
	else
		add(to, "a signal wakes it, nothing else");
	if (s->name != NULL && strcmp(s->name, "sigtimedwait") == 0 &&
	    !s->hidden && read_memory(s->task->tid, s->task->arg[0], &set, 8)) {
		add(to, "; it waits for ");
		say_signals(to, (long)set);
	}
	if (children != NULL) {
		add(to, "; SIGCHLD would be one: ");
		say_children(to, r, s, children);
	}
}

static void
say_other(struct row *to, const struct reasoning *r, const struct way *w)
{
	if (w->descriptor == -1 && w->fd >= 0)
		add(to, "what descriptor %d leads to is unknown", w->fd);
	else if (w->descriptor == -1)
		add(to, "what wakes it is unknown");
	else {
		add(to, "the kernel has it wait for ");
		say_what(to, r, &r->p->descriptor[w->descriptor]);
	}
}

void
say_way(struct row *to, const struct reasoning *r, const struct sleeper *s,
    const struct way *w)
{
	enum kind kind = A_FILE;

	if (w->descriptor >= 0) {
		kind = kind_of(&r->p->descriptor[w->descriptor]);
		if (is_master(r->p->descriptor[w->descriptor].path))
			kind = TERMINAL;
	}
	switch (w->cause) {
	case CHILD:
	case BIRTH:
		say_children(to, r, s, w);
		return;
	case LOCK:
		say_thread(to, r, s, w);
		return;
	case LOCK_ON:
		say_lock(to, r, s, w);
		return;
	case PARTNER:
		say_opening(to, r, s, w);
		return;
	case QUEUE:
		say_queue(to, s);
		return;
	case SIGNAL:
		say_signal(to, r, s);
		return;
	case TIME:
		say_limit(to, s);
		return;
	case EVENT:
		add(to, "the end of what it asked the kernel for wakes it");
		return;
	case DISK:
		add(to, "the kernel works for it, on a disk or elsewhere");
		return;
	default:
		break;
	}
	if ((kind == PIPE || kind == FIFO) && w->descriptor >= 0 &&
	    r->p->descriptor[w->descriptor].pipe >= 0)
		say_pipe(to, r, s, w);
	else if (kind == SOCKET)
		say_socket(to, r, s, w);
	else if (kind == TERMINAL)
		say_terminal(to, r, s, w);
	else if (kind == ANONYMOUS)
		say_extra(to, r, s, w);
	else
		say_other(to, r, w);
}

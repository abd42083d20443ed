/*
 * where.c: where a thread sleeps, if its call is hidden. /proc/PID/wchan has
 * the kernel's function; only whole names count, and of a place that several
 * calls share nothing is said.
 */
#include <string.h>

#include "picture/parts.h"

static const struct place {
	const char *function, *call;
	enum cause cause;
} places[] = {
    /* clang-format off */
	{"pipe_read", "read", INPUT}, {"anon_pipe_read", "read", INPUT},
	{"fifo_pipe_read", "read", INPUT}, {"pipe_wait_readable", "read", INPUT},
	{"pipe_write", "write", ROOM}, {"anon_pipe_write", "write", ROOM},
	{"fifo_pipe_write", "write", ROOM}, {"pipe_wait_writable", "write", ROOM},
	{"n_tty_read", "read", INPUT}, {"n_tty_write", "write", ROOM},
	{"unix_stream_read_generic", "read", INPUT},
	{"unix_stream_data_wait", "read", INPUT}, {"sk_wait_data", "read", INPUT},
	{"sock_alloc_send_pskb", "write", ROOM}, {"sk_stream_wait_memory", "write", ROOM},
	{"inet_csk_accept", "accept", INPUT}, {"unix_wait_for_peer", "connect", ROOM},
	{"signalfd_read_iter", "read", INPUT}, {"signalfd_read", "read", INPUT},
	{"signalfd_dequeue", "read", INPUT}, {"eventfd_read", "read", INPUT},
	{"timerfd_read", "read", INPUT}, {"inotify_read", "read", INPUT},
	{"hrtimer_nanosleep", "nanosleep", TIME}, {"do_nanosleep", "nanosleep", TIME},
	{"common_nsleep", "nanosleep", TIME},
	{"hrtimer_nanosleep_restart", "nanosleep", TIME},
	{"futex_wait_restart", "futex", LOCK}, {"do_restart_poll", "poll", MANY},
	{"__do_sys_pause", "pause", SIGNAL}, {"sys_pause", "pause", SIGNAL},
	{"__x64_sys_pause", "pause", SIGNAL}, {"sigsuspend", "sigsuspend", SIGNAL},
	{"do_sigtimedwait", "sigtimedwait", SIGNAL},
	{"poll_schedule_timeout", "poll or select", MANY}, {"do_poll", "poll", MANY},
	{"do_sys_poll", "poll", MANY}, {"do_select", "select", MANY},
	{"ep_poll", "epoll_wait", MANY}, {"do_epoll_wait", "epoll_wait", MANY},
	{"futex_do_wait", "futex", LOCK}, {"futex_wait_queue", "futex", LOCK},
	{"futex_wait_queue_me", "futex", LOCK}, {"futex_wait", "futex", LOCK},
	{"do_wait", "wait", CHILD}, {"kernel_clone", "vfork", BIRTH},
	{"_do_fork", "vfork", BIRTH}, {"wait_for_vfork_done", "vfork", BIRTH},
	{"wait_for_partner", "open", PARTNER}, {"__break_lease", "open", PARTNER},
	{"locks_lock_inode_wait", "flock", LOCK_ON}, {"flock_lock_inode_wait", "flock", LOCK_ON},
	{"fcntl_setlk", "fcntl", LOCK_ON}, {"do_lock_file_wait", "fcntl", LOCK_ON},
	{"do_msgrcv", "msgrcv", QUEUE}, {"do_msgsnd", "msgsnd", QUEUE},
	{"__do_semtimedop", "semop", QUEUE}, {"do_semtimedop", "semop", QUEUE},
	{"wq_sleep", "mq_receive or mq_send", QUEUE},
	{"io_cqring_wait", "io_uring_enter", EVENT}
    /* clang-format on */
};

bool
call_sleeping_in(const char *wchan, struct sleeper *s)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (strcmp(wchan, places[i].function) == 0) {
			s->cause = places[i].cause;
			s->name = places[i].call;
			return true;
		}
	return false;
}

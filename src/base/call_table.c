/*
 * call_table.c: the one table of calls. A new call is a row here, its wrapper
 * in src/trace/calls.c, and its lines in src/trace/trace.h.
 */
#include <string.h>
#include <sys/syscall.h>

#include "base/call_table.h"

/* What not every machine or every version has. */
#ifndef SYS_open
#define SYS_open (-1)
#endif
#ifndef SYS_pipe
#define SYS_pipe (-1)
#endif
#ifndef SYS_dup2
#define SYS_dup2 (-1)
#endif
#ifndef SYS_fork
#define SYS_fork (-1)
#endif
#ifndef SYS_vfork
#define SYS_vfork (-1)
#endif
#ifndef SYS_waitpid
#define SYS_waitpid (-1)
#endif
#ifndef SYS_pause
#define SYS_pause (-1)
#endif
#ifndef SYS_poll
#define SYS_poll (-1)
#endif
#ifndef SYS_select
#define SYS_select (-1)
#endif
#ifndef SYS_epoll_wait
#define SYS_epoll_wait (-1)
#endif
#ifndef SYS_splice
#define SYS_splice (-1)
#endif
#ifndef SYS_vmsplice
#define SYS_vmsplice (-1)
#endif
#ifndef SYS_tee
#define SYS_tee (-1)
#endif
#ifndef SYS_sendfile
#define SYS_sendfile (-1)
#endif
#ifndef SYS_semop
#define SYS_semop (-1)
#endif
#ifndef SYS_semtimedop
#define SYS_semtimedop (-1)
#endif
#ifndef SYS_recvmmsg
#define SYS_recvmmsg (-1)
#endif
#ifndef SYS_sendmmsg
#define SYS_sendmmsg (-1)
#endif
#ifndef SYS_preadv2
#define SYS_preadv2 (-1)
#endif
#ifndef SYS_pwritev2
#define SYS_pwritev2 (-1)
#endif
#ifndef SYS_io_uring_enter
#define SYS_io_uring_enter (-1)
#endif
#ifndef SYS_io_getevents
#define SYS_io_getevents (-1)
#endif
#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 (-1)
#endif
#ifndef SYS_futex_waitv
#define SYS_futex_waitv (-1)
#endif
#ifndef SYS_futex_wait
#define SYS_futex_wait (-1)
#endif
#ifndef SYS_openat2
#define SYS_openat2 (-1)
#endif
#ifndef SYS_restart_syscall
#define SYS_restart_syscall (-1)
#endif
#ifndef SYS_mq_timedreceive
#define SYS_mq_timedreceive (-1)
#endif
#ifndef SYS_mq_timedsend
#define SYS_mq_timedsend (-1)
#endif
#ifndef SYS_msgrcv
#define SYS_msgrcv (-1)
#endif
#ifndef SYS_msgsnd
#define SYS_msgsnd (-1)
#endif

/* The kernel's calls that may stand for it, without what they add. */
#define AS(kernel)                                                             \
	{                                                                      \
		.name = #kernel, .number = SYS_##kernel                        \
	}
#define LESS(kernel, ...)                                                      \
	{                                                                      \
		.name = #kernel, .number = SYS_##kernel, .dropped = {          \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define ARG(place, has)                                                        \
	{                                                                      \
		.at = place, .value = has                                      \
	}
#define ALL_ARGS                                                               \
	{                                                                      \
		.at = EVERY                                                    \
	}

#define CALL(is, has, asks, sleeps, ...)                                       \
	{                                                                      \
		.name = is, .effect = has, .question = asks, .cause = sleeps,  \
		.form = {                                                      \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define LIBRARY_CALL(is, asks)                                                 \
	{                                                                      \
		.name = is, .effect = COSTS, .question = asks                  \
	}

const struct known_call known_calls[] = {
    /* clang-format off */
	/* files and descriptors */
	CALL("open", WAITS, RESULT, PARTNER, AS(open), LESS(openat, ARG(1, "AT_FDCWD"))),
	CALL("read", WAITS, RESULT, INPUT, AS(read)),
	CALL("write", CAUSES, RESULT, ROOM, AS(write)),
	CALL("lseek", CAUSES, RESULT, NO_SLEEP, AS(lseek)),
	CALL("close", CAUSES, NOTHING, NO_SLEEP, AS(close)),
	CALL("dup", CAUSES, RESULT, NO_SLEEP, AS(dup)),
	CALL("dup2", CAUSES, NOTHING, NO_SLEEP, AS(dup2), LESS(dup3, ARG(3, "0"))),
	CALL("pipe", CAUSES, NOTHING, NO_SLEEP, AS(pipe), LESS(pipe2, ARG(2, "0"))),
	CALL("fcntl", CAUSES, NOTHING, LOCK_ON, AS(fcntl)),
	/* processes */
	CALL("fork", CAUSES, IN_CHILD, BIRTH, LESS(fork, ALL_ARGS), LESS(clone, ALL_ARGS),
	    LESS(clone3, ALL_ARGS), LESS(vfork, ALL_ARGS)),
	CALL("wait", WAITS, WHO, CHILD, LESS(wait4, ARG(1, "-1"), ARG(3, "0"), ARG(4, "NULL")),
	    LESS(waitpid, ARG(1, "-1"), ARG(3, "0"))),
	CALL("waitpid", WAITS, WHO, CHILD, AS(waitpid), LESS(wait4, ARG(4, "NULL"))),
	CALL("waitid", WAITS, NOTHING, CHILD, LESS(waitid, ARG(5, "NULL"))),
	CALL("execvp", WAITS, NOTHING, NO_SLEEP, LESS(execve, ARG(1, NULL), ARG(3, NULL))),
	CALL("_exit", WAITS, NOTHING, NO_SLEEP, AS(exit_group), AS(exit)),
	/* threads: strace shows what libc made of it, if anything */
	{.name = "pthread_create", .effect = CAUSES, .other_result = true,
	    .form = {LESS(clone3, ALL_ARGS), LESS(clone, ALL_ARGS)}},
	{.name = "pthread_join", .effect = WAITS, .cause = LOCK, .other_result = true,
	    .may_be_none = true, .form = {LESS(futex, ALL_ARGS)}},
	{.name = "pthread_exit", .effect = WAITS, .other_result = true,
	    .form = {LESS(exit, ALL_ARGS)}},
	CALL("sched_yield", CAUSES, NOTHING, NO_SLEEP, AS(sched_yield)),
	/* streams */
	LIBRARY_CALL("fopen", NOTHING),
	LIBRARY_CALL("setvbuf", NOTHING),
	LIBRARY_CALL("fread", READS),
	LIBRARY_CALL("fputs", WRITES),
	LIBRARY_CALL("fclose", WRITES),
	/* what fdmap meets in other programs */
	CALL("readv", WAITS, NOTHING, INPUT, AS(readv)),
	CALL("pread", WAITS, NOTHING, INPUT, AS(pread64)),
	CALL("recv", WAITS, NOTHING, INPUT, AS(recvfrom)),
	CALL("recvmsg", WAITS, NOTHING, INPUT, AS(recvmsg)),
	CALL("accept", WAITS, NOTHING, INPUT, AS(accept), LESS(accept4, ARG(4, "0"))),
	CALL("writev", WAITS, NOTHING, ROOM, AS(writev)),
	CALL("pwrite", WAITS, NOTHING, ROOM, AS(pwrite64)),
	CALL("send", WAITS, NOTHING, ROOM, AS(sendto)),
	CALL("sendmsg", WAITS, NOTHING, ROOM, AS(sendmsg)),
	CALL("connect", WAITS, NOTHING, ROOM, AS(connect)),
	CALL("nanosleep", WAITS, NOTHING, TIME, AS(nanosleep)),
	CALL("clock_nanosleep", WAITS, NOTHING, TIME, AS(clock_nanosleep)),
	CALL("pause", WAITS, NOTHING, SIGNAL, AS(pause)),
	CALL("sigsuspend", WAITS, NOTHING, SIGNAL, AS(rt_sigsuspend)),
	CALL("sigtimedwait", WAITS, NOTHING, SIGNAL, AS(rt_sigtimedwait)),
	CALL("poll", WAITS, NOTHING, MANY, AS(poll), AS(ppoll)),
	CALL("select", WAITS, NOTHING, MANY, AS(select), AS(pselect6)),
	CALL("epoll_wait", WAITS, NOTHING, MANY, AS(epoll_wait), AS(epoll_pwait),
	    AS(epoll_pwait2)),
	CALL("futex", WAITS, NOTHING, LOCK, AS(futex), AS(futex_wait), AS(futex_waitv)),
	CALL("flock", WAITS, NOTHING, LOCK_ON, AS(flock)),
	CALL("splice", WAITS, NOTHING, INPUT, AS(splice)),
	CALL("tee", WAITS, NOTHING, INPUT, AS(tee)),
	CALL("vmsplice", WAITS, NOTHING, ROOM, AS(vmsplice)),
	CALL("sendfile", WAITS, NOTHING, ROOM, AS(sendfile)),
	CALL("preadv", WAITS, NOTHING, INPUT, AS(preadv), AS(preadv2)),
	CALL("pwritev", WAITS, NOTHING, ROOM, AS(pwritev), AS(pwritev2)),
	CALL("recvmmsg", WAITS, NOTHING, INPUT, AS(recvmmsg)),
	CALL("sendmmsg", WAITS, NOTHING, ROOM, AS(sendmmsg)),
	CALL("openat2", WAITS, NOTHING, PARTNER, AS(openat2)),
	CALL("semop", WAITS, NOTHING, QUEUE, AS(semop), AS(semtimedop)),
	CALL("msgrcv", WAITS, NOTHING, QUEUE, AS(msgrcv)),
	CALL("msgsnd", WAITS, NOTHING, QUEUE, AS(msgsnd)),
	CALL("mq_receive", WAITS, NOTHING, QUEUE, AS(mq_timedreceive)),
	CALL("mq_send", WAITS, NOTHING, QUEUE, AS(mq_timedsend)),
	CALL("io_uring_enter", WAITS, NOTHING, EVENT, AS(io_uring_enter)),
	CALL("io_getevents", WAITS, NOTHING, EVENT, AS(io_getevents)),
	{.name = NULL}
    /* clang-format on */
};

const struct known_call *
call_named(const char *name, int length)
{
	for (const struct known_call *k = known_calls; k->name != NULL; k++)
		if (strncmp(k->name, name, (size_t)length) == 0 &&
		    k->name[length] == '\0')
			return k;
	return NULL;
}

/* pthread_join sleeps in futex as others do: its row is no answer. */
const struct known_call *
call_numbered(long number)
{
	const struct known_call *found = NULL;

	for (const struct known_call *k = known_calls; k->name != NULL; k++)
		for (int i = 0; i < 4 && k->form[i].name != NULL; i++)
			if (number >= 0 && k->form[i].number == number &&
			    !k->other_result && found == NULL)
				found = k;
	return found;
}

/*
 * refuse.c: calls that are refused to the program, by seccomp filters: those
 * that reach others though Landlock and namespaces are there.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "bpf.h"
#include "cage.h"

enum { BY_FILTER = 2 };

/* Who calls as another kind of machine has other numbers. */
#if defined __x86_64__
#define NATIVE_ONLY                                                            \
	LOAD(machine), IF(NATIVE, 1), REFUSE, LOAD(number),                    \
	    UNLESS_LEAST(0x40000000, 1), REFUSE
#else
#define NATIVE_ONLY LOAD(machine), IF(NATIVE, 1), REFUSE, LOAD(number)
#endif

#define NEVER(call) UNLESS(call, 1), REFUSE

#define NOT_WITH(call, which, value)                                           \
	UNLESS(call, 4), LOAD(argument[which]), UNLESS(value, 1), REFUSE,      \
	    LOAD(number)

/* The first argument is a process: only 0, itself. */
#define ONLY_ITSELF(call)                                                      \
	UNLESS(call, 4), LOAD(argument[0]), UNLESS(0, 1), ALLOW, REFUSE

/* The first says what the second is: no 0 but of a user, which is USER. */
#define NOT_OTHERS(call, user)                                                 \
	UNLESS(call, 6), LOAD(argument[0]), IF(user, 3), LOAD(argument[1]),    \
	    UNLESS(0, 1), ALLOW, REFUSE

/* Who only asks, as strace and ps do, is answered: no new limit. */
#define NO_LIMIT_OF_OTHERS(call)                                               \
	UNLESS(call, 8), LOAD(argument[0]), IF(0, 4), LOAD(argument[2]),       \
	    UNLESS(0, 3), LOAD_HIGH(argument[2]), UNLESS(0, 1), ALLOW, REFUSE

#ifdef NATIVE
#define INSTALL(code) install(code, sizeof(code) / sizeof *(code))

static bool
install(const struct instruction *code, size_t length)
{
	const struct filter filter = {(unsigned short)length, code};

	return prctl(PR_SET_SECCOMP, BY_FILTER, &filter) == 0;
}
#endif

/*
 * What takes memory that no limit counts, or that outlives the program; and
 * sockets with a name in the file system: whose they are Landlock does not
 * ask. socketpair(2) is no such call.
 */
bool
refuse_leaks(void)
{
#ifdef NATIVE
	const struct instruction code[] = {NATIVE_ONLY,
	    NEVER(438),                          /* pidfd_getfd */
	    NEVER(SYS_memfd_create), NEVER(447), /* memfd_secret */
	    NEVER(SYS_shmget), NEVER(SYS_semget), NEVER(SYS_msgget),
	    NOT_WITH(SYS_socket, 0, AF_UNIX), ALLOW};

	return INSTALL(code);
#else
	return false;
#endif
}

/*
 * Calls that reach other processes of the same user, whatever Landlock and
 * namespaces say: their limits, priority and processors. With these the
 * program could take the keeper its descriptors, or end the grader. It may
 * still do all that to itself, by the number 0.
 */
bool
refuse_others(void)
{
#ifdef NATIVE
	const struct instruction code[] = {NATIVE_ONLY,
	    NO_LIMIT_OF_OTHERS(SYS_prlimit64), ONLY_ITSELF(SYS_sched_setparam),
	    ONLY_ITSELF(SYS_sched_setscheduler), ONLY_ITSELF(SYS_sched_setattr),
	    ONLY_ITSELF(SYS_sched_setaffinity),
	    NOT_OTHERS(SYS_setpriority, PRIO_USER),
	    NOT_OTHERS(SYS_ioprio_set, 3), /* IOPRIO_WHO_USER */
	    ALLOW};

	return INSTALL(code);
#else
	return false;
#endif
}

/*
 * Signals by other ways than the calls that tried.c hears, for a kernel whose
 * Landlock does not keep them inside.
 */
bool
refuse_signals(void)
{
#ifdef NATIVE
	const struct instruction code[] = {NATIVE_ONLY,
	    NEVER(424), /* pidfd_send_signal */
	    NOT_WITH(SYS_fcntl, 1, F_SETOWN),
	    NOT_WITH(SYS_fcntl, 1, F_SETOWN_EX),
	    NOT_WITH(SYS_fcntl, 1, F_SETSIG), ALLOW};

	return INSTALL(code);
#else
	return false;
#endif
}

/*
 * refuse.c: calls that are refused to the program and all that it starts, by a
 * seccomp filter, seccomp(2): what takes memory that no limit counts, outlives
 * the program, or leads outside though Landlock is there; and what neither
 * Landlock nor strace would see. What a right program calls is not among them.
 *
 * The numbers are the kernel's own: its headers may be older, or absent.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "cage.h"

enum { BY_FILTER = 2 };

/* linux/filter.h: a classic BPF program, and what it looks at */
struct instruction {
	uint16_t code;
	uint8_t yes, no; /* how many to pass over */
	uint32_t value;
};
struct filter {
	unsigned short length;
	const struct instruction *code;
};
struct call {
	int32_t number;
	uint32_t machine;
	uint64_t at, argument[6];
};
enum { LOAD = 0x20, IF = 0x15, IF_LEAST = 0x35, IF_ANY = 0x45, ANSWER = 0x06 };
#define ALLOW  0x7fff0000u
#define REFUSE 0x00050000u

#if defined __x86_64__
#define NATIVE 0xc000003e
#elif defined __aarch64__
#define NATIVE 0xc00000b7
#elif defined __riscv && __riscv_xlen == 64
#define NATIVE 0xc00000f3
#endif

#ifdef NATIVE

/* When a call is refused, by one of its arguments. */
enum when {
	ALWAYS,
	IF_IT_IS,
	IF_IT_HAS,   /* one of these bits */
	UNLESS_NULL, /* both halves are looked at */
	UNLESS_OWN,  /* or the first argument is 0, the process itself */
	UNLESS_INET
};

struct rule {
	int number, error;
	enum when when;
	int argument;
	uint32_t value;
};

#define NEVER(number_)                                                         \
	{                                                                      \
		.number = (number_), .error = EPERM                            \
	}
#define MISSING(number_)                                                       \
	{                                                                      \
		.number = (number_), .error = ENOSYS                           \
	}
#define NOT(number_, when_, argument_, value_)                                 \
	{                                                                      \
		(number_), EPERM, when_, argument_, value_                     \
	}

enum {
	NEW_NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
			 CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
			 CLONE_NEWNET,
	UNTRACED = 0x00800000, /* CLONE_UNTRACED */
	SET_OWNER = 0x8901,    /* FIOSETOWN */
	SET_GROUP = 0x8902     /* SIOCSPGRP */
};

/* What io_uring does no filter and no strace sees; the flags of clone3 no
 * filter sees, and libc goes on with clone. */
static const struct rule always[] = {MISSING(425), MISSING(426),
    MISSING(427), /* io_uring_... */
    MISSING(435), /* clone3 */
    NOT(SYS_clone, IF_IT_HAS, 0, UNTRACED | NEW_NAMESPACES), NEVER(SYS_unshare),
    NEVER(SYS_setns), NEVER(SYS_ptrace), NEVER(SYS_process_vm_readv),
    NEVER(SYS_process_vm_writev), NEVER(438), /* pidfd_getfd */
    NOT(SYS_prctl, IF_IT_IS, 0, PR_SET_DUMPABLE), NEVER(SYS_perf_event_open),
    NEVER(SYS_bpf), NEVER(SYS_userfaultfd), NEVER(SYS_memfd_create),
    NEVER(447), /* memfd_secret */
    NEVER(SYS_shmget), NEVER(SYS_semget), NEVER(SYS_msgget), NEVER(SYS_mq_open),
    NEVER(SYS_keyctl), NEVER(SYS_add_key), NEVER(SYS_request_key),
    NEVER(SYS_inotify_init1), NEVER(SYS_fanotify_init),
#ifdef SYS_inotify_init
    NEVER(SYS_inotify_init),
#endif
    NEVER(SYS_pidfd_send_signal), NOT(SYS_fcntl, IF_IT_IS, 1, F_SETOWN),
    NOT(SYS_fcntl, IF_IT_IS, 1, F_SETOWN_EX),
    NOT(SYS_fcntl, IF_IT_IS, 1, F_SETSIG),
    NOT(SYS_fcntl, IF_IT_IS, 1, F_NOTIFY),
    NOT(SYS_ioctl, IF_IT_IS, 1, SET_OWNER),
    NOT(SYS_ioctl, IF_IT_IS, 1, SET_GROUP),
    NOT(SYS_ioctl, IF_IT_IS, 1, TIOCSTI)};

static const struct rule no_net[] = {NEVER(SYS_socket), NEVER(SYS_socketpair)};

/* A pair of datagrams can send to any socket that has a name. */
static const struct rule loopback[] = {NOT(SYS_socket, UNLESS_INET, 0, 0),
    NOT(SYS_socketpair, IF_IT_HAS, 1, SOCK_DGRAM)};

/* Of the same user: other processes' limits and turns, and the modes of files
 * that Landlock does not ask about. */
static const struct rule same_user[] = {NOT(SYS_prlimit64, UNLESS_OWN, 2, 0),
    NOT(SYS_sched_setparam, UNLESS_NULL, 0, 0),
    NOT(SYS_sched_setscheduler, UNLESS_NULL, 0, 0),
    NOT(SYS_sched_setattr, UNLESS_NULL, 0, 0),
    NOT(SYS_sched_setaffinity, UNLESS_NULL, 0, 0),
    NOT(SYS_setpriority, UNLESS_NULL, 1, 0),
    NOT(SYS_setpriority, IF_IT_IS, 0, PRIO_USER),
    NOT(SYS_ioprio_set, UNLESS_NULL, 1, 0),
    NOT(SYS_ioprio_set, IF_IT_IS, 0, 3),                /* IOPRIO_WHO_USER */
    NEVER(SYS_fchmod), NEVER(SYS_fchmodat), NEVER(452), /* fchmodat2 */
    NEVER(SYS_fchown), NEVER(SYS_fchownat), NEVER(SYS_setxattr),
    NEVER(SYS_lsetxattr), NEVER(SYS_fsetxattr), NEVER(SYS_removexattr),
    NEVER(SYS_lremovexattr), NEVER(SYS_fremovexattr),
#ifdef SYS_chmod
    NEVER(SYS_chmod), NEVER(SYS_chown), NEVER(SYS_lchown),
    NOT(SYS_utime, UNLESS_NULL, 1, 0), NOT(SYS_utimes, UNLESS_NULL, 1, 0),
    NOT(SYS_futimesat, UNLESS_NULL, 2, 0),
#endif
    NOT(SYS_utimensat, UNLESS_NULL, 2, 0)};

#define ROOM 640 /* instructions; each rule has at most 9 */
static struct instruction code[ROOM];
static unsigned short length;

static void
add(uint16_t what, uint32_t value, uint8_t yes, uint8_t no)
{
	if (length == ROOM)
		abort();
	code[length++] = (struct instruction){what, yes, no, value};
}

static void
load(size_t offset)
{
	add(LOAD, (uint32_t)offset, 0, 0);
}

/* Afterwards the number is loaded again, unless it is ALWAYS. Little-endian:
 * the low half of an argument, an int, comes first. */
static void
add_condition(const struct rule *r)
{
	size_t at = offsetof(struct call, argument) + 8 * (size_t)r->argument;

	if (r->when == ALWAYS)
		return;
	if (r->when == UNLESS_OWN) {
		load(offsetof(struct call, argument));
		add(IF, 0, 5, 0);
	}
	load(at);
	if (r->when == IF_IT_IS)
		add(IF, r->value, 0, 1);
	else if (r->when == IF_IT_HAS)
		add(IF_ANY, r->value, 0, 1);
	else if (r->when == UNLESS_INET) {
		add(IF, AF_INET, 2, 0);
		add(IF, AF_INET6, 1, 0);
	} else {
		add(IF, 0, 0, 2);
		load(at + 4);
		add(IF, 0, 1, 0);
	}
}

static void
add_rules(const struct rule *r, size_t count)
{
	for (; count > 0; count--, r++) {
		unsigned short test = length;
		add(IF, (uint32_t)r->number, 0, 0);
		add_condition(r);
		add(ANSWER, REFUSE | (uint32_t)r->error, 0, 0);
		if (r->when != ALWAYS)
			load(offsetof(struct call, number));
		code[test].no = (uint8_t)(length - test - 1);
	}
}

#define ADD(rules) add_rules(rules, sizeof(rules) / sizeof *(rules))

/* Who calls as another kind of machine has other numbers. */
static void
add_native_only(void)
{
	load(offsetof(struct call, machine));
	add(IF, NATIVE, 1, 0);
	add(ANSWER, REFUSE | EPERM, 0, 0);
	load(offsetof(struct call, number));
#ifdef __x86_64__
	add(IF, (uint32_t)-1, 2, 0); /* strace answers this one itself */
	add(IF_LEAST, 0x40000000, 0, 1);
	add(ANSWER, REFUSE | EPERM, 0, 0);
#endif
}
#endif

/* For the calling process and all that it starts; false: there is no filter. */
bool
refuse_calls(const struct identity *who)
{
#ifdef NATIVE
	add_native_only();
	ADD(always);
	if (options.loopback)
		ADD(loopback);
	else
		ADD(no_net);
	if (!who->own_user)
		ADD(same_user);
	add(ANSWER, ALLOW, 0, 0);
	const struct filter filter = {length, code};
	return prctl(PR_SET_SECCOMP, BY_FILTER, &filter) == 0;
#else
	(void)who;
	return false;
#endif
}

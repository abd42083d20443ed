/*
 * filter.c: calls that reach what is not the program's, by seccomp filters:
 * seccomp(2), seccomp_unotify(2). Of some the keeper hears before they are
 * made; nothing is refused by that: tried.c looks, and lets each go on. A few
 * are refused: those that Landlock and namespaces let through.
 *
 * The numbers are the kernel's own, as its header may be absent.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage.h"

enum { BY_FILTER = 2, SET_MODE_FILTER = 1 };

/* The second came with Linux 5.19; the answer that a call shall go on, with
 * 5.5, so who takes both flags takes the answer. */
enum { NEW_LISTENER = 1 << 3, WAIT_KILLABLE_RECV = 1 << 5 };

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

#if defined __x86_64__
#define NATIVE 0xc000003e
#elif defined __aarch64__
#define NATIVE 0xc00000b7
#elif defined __riscv && __riscv_xlen == 64
#define NATIVE 0xc00000f3
#endif

/* Little-endian: the low half of an argument, an int, comes first. */
#define LOAD(field)                                                            \
	{                                                                      \
		0x20, 0, 0, (uint32_t)offsetof(struct call, field)             \
	}
#define LOAD_HIGH(field)                                                       \
	{                                                                      \
		0x20, 0, 0, (uint32_t)offsetof(struct call, field) + 4         \
	}
#define UNLESS(this, n)                                                        \
	{                                                                      \
		0x15, 0, n, this                                               \
	}
#define IF(this, n)                                                            \
	{                                                                      \
		0x15, n, 0, this                                               \
	}
#define UNLESS_LEAST(low, n)                                                   \
	{                                                                      \
		0x35, 0, n, low                                                \
	}
#define ALLOW                                                                  \
	{                                                                      \
		0x06, 0, 0, 0x7fff0000                                         \
	}
#define REFUSE                                                                 \
	{                                                                      \
		0x06, 0, 0, 0x00050000 | EPERM                                 \
	}
#define TELL                                                                   \
	{                                                                      \
		0x06, 0, 0, 0x7fc00000                                         \
	}

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

/* For the newer architectures the kernel has no calls without "at". */
const struct heard heard[] = {
    {SYS_kill, "kill", .process = 0},
    {SYS_tkill, "tkill", .process = 0},
    {SYS_tgkill, "tgkill", .process = 0},
    {SYS_rt_sigqueueinfo, "rt_sigqueueinfo", .process = 0},
    {SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo", .process = 0},
    {434, "pidfd_open", .process = 0},
    {SYS_openat, "openat", FILE_AT(0, 1), .flags = 2},
    {437, "openat2", FILE_AT(0, 1), WRITES},
    {SYS_truncate, "truncate", FILE_OF(0), WRITES},
    {SYS_unlinkat, "unlinkat", FILE_AT(0, 1), WRITES},
    {SYS_renameat2, "renameat2", FILE_AT(0, 1), WRITES},
    {SYS_linkat, "linkat", FILE_AT(0, 1), WRITES},
    {SYS_symlinkat, "symlinkat", FILE_AT(1, 2), WRITES},
    {SYS_fchmodat, "fchmodat", FILE_AT(0, 1), WRITES},
#ifdef SYS_renameat
    {SYS_renameat, "renameat", FILE_AT(0, 1), WRITES},
#endif
#ifdef SYS_open
    {SYS_open, "open", FILE_OF(0), .flags = 1},
    {SYS_creat, "creat", FILE_OF(0), WRITES},
    {SYS_unlink, "unlink", FILE_OF(0), WRITES},
    {SYS_rename, "rename", FILE_OF(0), WRITES},
    {SYS_link, "link", FILE_OF(0), WRITES},
    {SYS_symlink, "symlink", FILE_OF(1), WRITES},
    {SYS_chmod, "chmod", FILE_OF(0), WRITES},
#endif
};
const size_t heard_count = sizeof heard / sizeof *heard;

#ifdef NATIVE
enum { HEARD = sizeof heard / sizeof *heard, MOST_ABOVE = 32 };
enum { LOAD_WORD = 0x20, JUMP_IF_ANY = 0x45 };
enum question { NOTHING_MORE, DOES_1_WRITE, DOES_2_WRITE, IS_IT_ABOVE };

static struct instruction telling[4 + HEARD + 13 + 2 * MOST_ABOVE];
static unsigned short told;

static void
add(struct instruction one)
{
	telling[told++] = one;
}

/* The first argument is one of the processes that this one came from, or
 * everybody; as a number, or with a minus for its group. */
static void
add_those_above(void)
{
	pid_t above[MOST_ABOVE];
	int n = list_above(above, MOST_ABOVE), left = 2 * n + 1;

	add((struct instruction)LOAD(argument[0]));
	add((struct instruction)IF((uint32_t)-1, (uint8_t)left--));
	for (int i = 0; i < n; i++) {
		add((struct instruction)IF(
		    (uint32_t)above[i], (uint8_t)(left--)));
		add((struct instruction)IF(
		    (uint32_t)-above[i], (uint8_t)(left--)));
	}
	add((struct instruction)ALLOW);
	add((struct instruction)TELL);
}

/* Those with flags say in them whether they write. */
static void
add_those_that_write(int flags)
{
	const uint32_t at =
	    (uint32_t)offsetof(struct call, argument) + 8 * (uint32_t)flags;

	add((struct instruction){LOAD_WORD, 0, 0, at});
	add((struct instruction){
	    JUMP_IF_ANY, 0, 1, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC});
	add((struct instruction)TELL);
	add((struct instruction)ALLOW);
}

/* What is to be asked of a call, beside its number. */
static enum question
question_of(const struct heard *h, bool all)
{
	if (!h->is_file)
		return all ? NOTHING_MORE : IS_IT_ABOVE;
	if (h->flags == -1 || options.name_reads)
		return NOTHING_MORE;
	return h->flags == 1 ? DOES_1_WRITE : DOES_2_WRITE;
}

/* A classic BPF program has no way back: first all numbers, then, behind each
 * other, what is to be asked of them. */
static void
write_filter(bool all)
{
	static const uint8_t at[] = {[NOTHING_MORE] = 0,
	    [DOES_1_WRITE] = 1,
	    [DOES_2_WRITE] = 5,
	    [IS_IT_ABOVE] = 9};

	add((struct instruction)LOAD(machine));
	add((struct instruction)IF(NATIVE, 1));
	add((struct instruction)ALLOW); /* of others: unknown numbers */
	add((struct instruction)LOAD(number));
	for (int i = 0; i < HEARD; i++)
		add((struct instruction)IF((uint32_t)heard[i].number,
		    (uint8_t)(HEARD - i + at[question_of(&heard[i], all)])));
	add((struct instruction)ALLOW);
	add((struct instruction)TELL);
	add_those_that_write(1);
	add_those_that_write(2);
	add_those_above();
}
#endif

/*
 * In the process that becomes the program, for it and all that it starts. A
 * signal may find a call that waits to be heard, and interrupt it, which nobody
 * expects of kill, and few of open: unless all is asked, signals are heard of
 * only if they go to those above, and opens to read by --name-reads only.
 * Returns the descriptor to hear them by, close-on-exec; -1: not to be had.
 */
int
tell_calls(bool all)
{
#ifdef NATIVE
	write_filter(all);
	const struct filter filter = {told, telling};

	return (int)syscall(SYS_seccomp, SET_MODE_FILTER,
	    NEW_LISTENER | WAIT_KILLABLE_RECV, &filter);
#else
	(void)all;
	return -1;
#endif
}

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

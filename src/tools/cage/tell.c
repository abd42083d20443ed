/*
 * tell.c: the calls that the keeper hears of before they are made, by a seccomp
 * filter: seccomp_unotify(2). tried.c looks, and lets each go on.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bpf.h"
#include "cage.h"

enum { SET_MODE_FILTER = 1 };

/* The second came with Linux 5.19; the answer that a call shall go on, with
 * 5.5, so who takes both flags takes the answer. */
enum { NEW_LISTENER = 1 << 3, WAIT_KILLABLE_RECV = 1 << 5 };

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

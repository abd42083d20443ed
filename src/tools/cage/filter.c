/*
 * filter.c: the calls that the keeper hears of before the kernel makes them,
 * by a seccomp filter: seccomp(2), seccomp_unotify(2). Nothing is refused by
 * it: tried.c looks and lets each call go on.
 *
 * The numbers are the kernel's own, as its header may be absent.
 */
#define _GNU_SOURCE

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cage.h"

enum { SET_MODE_FILTER = 1 };

/* The second came with Linux 5.19; the answer that a call shall go on, with
 * 5.5, so who takes both flags takes the answer. */
enum { NEW_LISTENER = 1 << 3, WAIT_KILLABLE_RECV = 1 << 5 };

#define ALLOW 0x7fff0000u
#define TELL  0x7fc00000u

/* bpf(4) of the classic kind */
enum { LOAD_WORD = 0x20, JUMP_IF_EQUAL = 0x15, RETURN = 0x06 };

struct instruction {
	uint16_t code;
	uint8_t if_true, if_false;
	uint32_t k;
};

struct program {
	unsigned short length;
	const struct instruction *at;
};

/* What an instruction can load: the start of struct seccomp_data. */
enum { CALL_NUMBER = 0, ARCHITECTURE = 4 };

#if defined __x86_64__
#define OUR_ARCHITECTURE 0xc000003eu
#elif defined __aarch64__
#define OUR_ARCHITECTURE 0xc00000b7u
#elif defined __riscv && __riscv_xlen == 64
#define OUR_ARCHITECTURE 0xc00000f3u
#else
#define OUR_ARCHITECTURE 0u /* no filter */
#endif

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

/*
 * In the process that becomes the program, for it and all that it starts.
 * Returns the descriptor to hear them by, close-on-exec; -1: not to be had.
 */
int
tell_calls(void)
{
	enum { BEFORE = 3, AFTER = 2 };
	struct instruction code[BEFORE + sizeof heard / sizeof *heard + AFTER];
	const uint8_t n = (uint8_t)heard_count;
	const struct program filter = {BEFORE + n + AFTER, code};

	if (OUR_ARCHITECTURE == 0)
		return -1;
	code[0] = (struct instruction){LOAD_WORD, 0, 0, ARCHITECTURE};
	code[1] = (struct instruction){
	    JUMP_IF_EQUAL, 0, (uint8_t)(n + 1), OUR_ARCHITECTURE};
	code[2] = (struct instruction){LOAD_WORD, 0, 0, CALL_NUMBER};
	for (uint8_t i = 0; i < n; i++)
		code[BEFORE + i] = (struct instruction){JUMP_IF_EQUAL,
		    (uint8_t)(n - i), 0, (uint32_t)heard[i].number};
	code[BEFORE + n] = (struct instruction){RETURN, 0, 0, ALLOW};
	code[BEFORE + n + 1] = (struct instruction){RETURN, 0, 0, TELL};
	return (int)syscall(SYS_seccomp, SET_MODE_FILTER,
	    NEW_LISTENER | WAIT_KILLABLE_RECV, &filter);
}

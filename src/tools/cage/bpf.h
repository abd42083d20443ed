/*
 * bpf.h: seccomp filters, seccomp(2), for tell.c and refuse.c. The numbers are
 * the kernel's own: linux/seccomp.h and linux/filter.h may be absent.
 */
#ifndef BPF_H
#define BPF_H

#include <stddef.h>
#include <stdint.h>

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
#define UNLESS(is, n)                                                          \
	{                                                                      \
		0x15, 0, n, is                                                 \
	}
#define IF(is, n)                                                              \
	{                                                                      \
		0x15, n, 0, is                                                 \
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

#endif

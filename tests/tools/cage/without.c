/*
 * without NAME[,NAME]... COMMAND [ARG]...: runs the command as if the kernel
 * had no landlock, or let nobody make a namespace (unshare).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The call number fails with error, here and in all that is started. */
static int
refuse(unsigned number, unsigned error)
{
	struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					 offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {4, code};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) |
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

int
main(int argc, char *argv[])
{
	if (argc < 3)
		return 2;
	if (strstr(argv[1], "landlock") != NULL && refuse(444, ENOSYS) != 0)
		return 98;
	if (strstr(argv[1], "unshare") != NULL &&
	    refuse(SYS_unshare, EPERM) != 0)
		return 98;
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 127;
}

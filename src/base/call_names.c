/*
 * call_names.c: the kernel's names of calls in which nobody waits for another,
 * but which may take long: those that the table of calls has no row for.
 */
#include <stddef.h>
#include <sys/syscall.h>

#include "base/call_table.h"

#define NAMED(call)                                                            \
	{                                                                      \
		SYS_##call, #call                                              \
	}

static const struct {
	long number;
	const char *name;
} names[] = {
/* clang-format off: not every machine has all of them */
#ifdef SYS_fsync
    NAMED(fsync),
#endif
#ifdef SYS_fdatasync
    NAMED(fdatasync),
#endif
#ifdef SYS_sync
    NAMED(sync),
#endif
#ifdef SYS_syncfs
    NAMED(syncfs),
#endif
#ifdef SYS_sync_file_range
    NAMED(sync_file_range),
#endif
#ifdef SYS_fallocate
    NAMED(fallocate),
#endif
#ifdef SYS_ftruncate
    NAMED(ftruncate),
#endif
#ifdef SYS_truncate
    NAMED(truncate),
#endif
#ifdef SYS_getdents64
    NAMED(getdents64),
#endif
#ifdef SYS_unlinkat
    NAMED(unlinkat),
#endif
#ifdef SYS_mkdirat
    NAMED(mkdirat),
#endif
#ifdef SYS_linkat
    NAMED(linkat),
#endif
#ifdef SYS_symlinkat
    NAMED(symlinkat),
#endif
#ifdef SYS_fchmod
    NAMED(fchmod),
#endif
#ifdef SYS_fchown
    NAMED(fchown),
#endif
#ifdef SYS_fchmodat
    NAMED(fchmodat),
#endif
#ifdef SYS_fchownat
    NAMED(fchownat),
#endif
#ifdef SYS_utimensat
    NAMED(utimensat),
#endif
#ifdef SYS_statfs
    NAMED(statfs),
#endif
#ifdef SYS_fstatfs
    NAMED(fstatfs),
#endif
#ifdef SYS_readlinkat
    NAMED(readlinkat),
#endif
#ifdef SYS_faccessat
    NAMED(faccessat),
#endif
#ifdef SYS_mmap
    NAMED(mmap),
#endif
#ifdef SYS_munmap
    NAMED(munmap),
#endif
#ifdef SYS_mprotect
    NAMED(mprotect),
#endif
#ifdef SYS_mremap
    NAMED(mremap),
#endif
#ifdef SYS_madvise
    NAMED(madvise),
#endif
#ifdef SYS_msync
    NAMED(msync),
#endif
#ifdef SYS_mlock
    NAMED(mlock),
#endif
#ifdef SYS_munlock
    NAMED(munlock),
#endif
#ifdef SYS_mincore
    NAMED(mincore),
#endif
#ifdef SYS_ioctl
    NAMED(ioctl),
#endif
#ifdef SYS_umount2
    NAMED(umount2),
#endif
#ifdef SYS_mount
    NAMED(mount),
#endif
#ifdef SYS_execve
    NAMED(execve),
#endif
#ifdef SYS_execveat
    NAMED(execveat),
#endif
#ifdef SYS_exit
    NAMED(exit),
#endif
#ifdef SYS_exit_group
    NAMED(exit_group),
#endif
#ifdef SYS_close
    NAMED(close),
#endif
#ifdef SYS_close_range
    NAMED(close_range),
#endif
#ifdef SYS_shutdown
    NAMED(shutdown),
#endif
#ifdef SYS_bind
    NAMED(bind),
#endif
#ifdef SYS_listen
    NAMED(listen),
#endif
#ifdef SYS_socket
    NAMED(socket),
#endif
#ifdef SYS_setsockopt
    NAMED(setsockopt),
#endif
#ifdef SYS_getsockopt
    NAMED(getsockopt),
#endif
#ifdef SYS_ptrace
    NAMED(ptrace),
#endif
#ifdef SYS_prctl
    NAMED(prctl),
#endif
#ifdef SYS_kill
    NAMED(kill),
#endif
#ifdef SYS_tgkill
    NAMED(tgkill),
#endif
#ifdef SYS_chdir
    NAMED(chdir),
#endif
#ifdef SYS_fchdir
    NAMED(fchdir),
#endif
#ifdef SYS_chroot
    NAMED(chroot),
#endif
#ifdef SYS_getxattr
    NAMED(getxattr),
#endif
#ifdef SYS_setxattr
    NAMED(setxattr),
#endif
#ifdef SYS_membarrier
    NAMED(membarrier),
#endif
#ifdef SYS_copy_file_range
    NAMED(copy_file_range),
#endif
#ifdef SYS_process_vm_readv
    NAMED(process_vm_readv),
#endif
#ifdef SYS_userfaultfd
    NAMED(userfaultfd),
#endif
#ifdef SYS_finit_module
    NAMED(finit_module),
#endif
#ifdef SYS_init_module
    NAMED(init_module),
#endif
#ifdef SYS_reboot
    NAMED(reboot),
#endif
#ifdef SYS_getrandom
    NAMED(getrandom),
#endif
#ifdef SYS_brk
    NAMED(brk),
#endif
#ifdef SYS_fstat
    NAMED(fstat),
#endif
#ifdef SYS_flistxattr
    NAMED(flistxattr),
#endif
#ifdef SYS_inotify_add_watch
    NAMED(inotify_add_watch),
#endif
#ifdef SYS_setns
    NAMED(setns),
#endif
#ifdef SYS_unshare
    NAMED(unshare),
#endif
#ifdef SYS_quotactl
    NAMED(quotactl),
#endif
#ifdef SYS_swapon
    NAMED(swapon),
#endif
#ifdef SYS_swapoff
    NAMED(swapoff),
#endif
#ifdef SYS_readahead
    NAMED(readahead),
#endif
#ifdef SYS_stat
    NAMED(stat),
#endif
#ifdef SYS_lstat
    NAMED(lstat),
#endif
#ifdef SYS_newfstatat
    NAMED(newfstatat),
#endif
#ifdef SYS_statx
    NAMED(statx),
#endif
#ifdef SYS_rename
    NAMED(rename),
#endif
#ifdef SYS_renameat
    NAMED(renameat),
#endif
#ifdef SYS_renameat2
    NAMED(renameat2),
#endif
#ifdef SYS_unlink
    NAMED(unlink),
#endif
#ifdef SYS_mkdir
    NAMED(mkdir),
#endif
#ifdef SYS_rmdir
    NAMED(rmdir),
#endif
#ifdef SYS_link
    NAMED(link),
#endif
#ifdef SYS_symlink
    NAMED(symlink),
#endif
#ifdef SYS_readlink
    NAMED(readlink),
#endif
#ifdef SYS_access
    NAMED(access),
#endif
#ifdef SYS_chmod
    NAMED(chmod),
#endif
#ifdef SYS_chown
    NAMED(chown),
#endif
#ifdef SYS_creat
    NAMED(creat),
#endif
#ifdef SYS_getdents
    NAMED(getdents),
#endif
#ifdef SYS_utime
    NAMED(utime),
#endif
#ifdef SYS_mknod
    NAMED(mknod),
#endif
#ifdef SYS_faccessat2
    NAMED(faccessat2),
#endif
    /* clang-format on */
};

const char *
name_of_call(long number)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].number == number)
			return names[i].name;
	return NULL;
}

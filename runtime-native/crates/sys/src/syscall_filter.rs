//! A small system call filter: a list of what is allowed, everything else fails with EPERM. For our own workers;
//! containers get a real profile. Documentation/userspace-api/seccomp_filter.rst.

use crate::seccomp::Filter;

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e;
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7;

// linux/bpf_common.h
const LOAD_WORD: u16 = 0x20;
const JUMP_IF_EQUAL: u16 = 0x15;
const RETURN: u16 = 0x06;
// struct seccomp_data
const OFFSET_NUMBER: u32 = 0;
const OFFSET_ARCHITECTURE: u32 = 4;

/// What a single-purpose worker needs that handles files by descriptor and has threads: no exec, no sockets, no mounts, no
/// signals to others, no namespaces.
pub const FILE_WORK: &[libc::c_long] = &[
    // Threads of libc, memory, the end. clone3 cannot be told apart by its flags; without exec a fork gains nothing.
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_madvise,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_tgkill,
    // Files.
    libc::SYS_close,
    libc::SYS_fchdir,
    libc::SYS_fchmod,
    libc::SYS_fchmodat,
    libc::SYS_fchown,
    libc::SYS_fchownat,
    libc::SYS_fcntl,
    libc::SYS_flistxattr,
    libc::SYS_fremovexattr,
    libc::SYS_fsetxattr,
    libc::SYS_fstat,
    libc::SYS_ftruncate,
    libc::SYS_getdents64,
    libc::SYS_linkat,
    libc::SYS_lseek,
    libc::SYS_lsetxattr,
    libc::SYS_mkdirat,
    libc::SYS_mknodat,
    libc::SYS_newfstatat,
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_read,
    libc::SYS_readlinkat,
    libc::SYS_readv,
    libc::SYS_renameat2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_renameat,
    libc::SYS_statx,
    libc::SYS_symlinkat,
    libc::SYS_unlinkat,
    libc::SYS_utimensat,
    libc::SYS_write,
    libc::SYS_writev,
];

/// A filter that lets `allowed` (numbers as in `libc::SYS_*`) through and nothing else. `None` when the list is too long.
#[must_use]
pub fn allow_only(allowed: &[libc::c_long]) -> Option<Filter> {
    let denied = libc::SECCOMP_RET_ERRNO | libc::EPERM.unsigned_abs();
    // System calls of another architecture (32-bit ones on amd64) have other numbers: never.
    let mut program = vec![
        statement(LOAD_WORD, OFFSET_ARCHITECTURE),
        instruction(JUMP_IF_EQUAL, (1, 0), ARCHITECTURE),
        statement(RETURN, libc::SECCOMP_RET_KILL_PROCESS),
        statement(LOAD_WORD, OFFSET_NUMBER),
    ];
    for call in allowed {
        program.push(instruction(
            JUMP_IF_EQUAL,
            (0, 1),
            u32::try_from(*call).ok()?,
        ));
        program.push(statement(RETURN, libc::SECCOMP_RET_ALLOW));
    }
    program.push(statement(RETURN, denied));
    Filter::new(program, 0)
}

fn statement(code: u16, k: u32) -> [u8; 8] {
    instruction(code, (0, 0), k)
}

/// `struct sock_filter`: code, jump if true, jump if false, operand.
fn instruction(code: u16, (jt, jf): (u8, u8), k: u32) -> [u8; 8] {
    let (code, k) = (code.to_ne_bytes(), k.to_ne_bytes());
    [code[0], code[1], jt, jf, k[0], k[1], k[2], k[3]]
}

#[cfg(test)]
mod tests {
    use super::allow_only;
    use crate::child::{Ending, reap_waiting};
    use crate::fork::{Forked, Parentage, exit_now, fork};
    use rustix::io::Errno;

    #[test]
    fn what_is_not_listed_fails_with_eperm() {
        let filter = allow_only(&[libc::SYS_exit_group, libc::SYS_getpid]).unwrap();
        let child = match fork(Parentage::Child).unwrap() {
            Forked::Parent(child) => child,
            Forked::Child => {
                let prepared = rustix::thread::set_no_new_privs(true).is_ok();
                let filtered = filter.load().is_ok();
                let denied = rustix::pipe::pipe().is_err_and(|errno| errno == Errno::PERM);
                exit_now(u8::from(!(prepared && filtered && denied)))
            }
        };

        assert_eq!(reap_waiting(child.pid).unwrap().ending, Ending::Exited(0));
    }
}

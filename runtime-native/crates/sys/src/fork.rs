//! Children without exec, for processes that have one thread: a child may allocate, but owns nothing until it has
//! closed what it inherited.
#![expect(unsafe_code, reason = "rustix has no fork, clone3 or close_range")]

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::Errno;
use rustix::process::Pid;

use crate::errno::last_errno;
use crate::signal::{reset_dispositions, unblock_all};

// linux/sched.h and asm/signal.h, as the 64-bit fields of clone_args want them.
const CLONE_PIDFD: u64 = 0x0000_1000;
const CLONE_PARENT: u64 = 0x0000_8000;
const SIGCHLD: u64 = 17;

/// A process just forked.
#[derive(Debug)]
pub struct Child {
    /// Its number, valid until it is reaped.
    pub pid: Pid,
    /// Its descriptor, race-free: made by the fork itself.
    pub pidfd: OwnedFd,
}

/// Which side of a fork this is.
#[derive(Debug)]
pub enum Forked {
    /// The process that called.
    Parent(Child),
    /// The new process.
    Child,
}

/// Whose child the new process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parentage {
    /// Of the caller.
    Child,
    /// Of the caller's parent, which gets SIGCHLD and reaps it (CLONE_PARENT).
    Sibling,
}

/// Forks by clone3(2). No atfork handlers run and libc's cached thread id is stale in the child, so the child never
/// uses `raise` or thread functions. Call [`become_child`] first thing there.
///
/// # Errors
/// EAGAIN at a limit of processes, ENOMEM.
pub fn fork(parentage: Parentage) -> Result<Forked, Errno> {
    let mut pidfd: RawFd = -1;
    // SAFETY: all zeroes is a valid clone_args: no flags, no pointers.
    let mut args: libc::clone_args = unsafe { std::mem::zeroed() };
    args.pidfd = (&raw mut pidfd).addr() as u64;
    args.flags = CLONE_PIDFD;
    match parentage {
        Parentage::Child => args.exit_signal = SIGCHLD,
        // The kernel wants no exit signal here: the caller's own is taken.
        Parentage::Sibling => args.flags |= CLONE_PARENT,
    }
    // SAFETY: without CLONE_VM both go on with memory of their own; `pidfd` outlives the call.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw mut args, size_of_val(&args)) };
    let pid = match pid {
        // Under a filter, which cannot look into the arguments of the newer call.
        -1 if last_errno() == Errno::NOSYS => clone_plainly(args.flags, &mut pidfd),
        pid => pid,
    };
    match pid {
        -1 => Err(last_errno()),
        0 => Ok(Forked::Child),
        pid => Ok(Forked::Parent(child_of(pid, pidfd)?)),
    }
}

/// clone(2), whose first three arguments are the same on all our architectures.
fn clone_plainly(flags: u64, pidfd: &mut RawFd) -> libc::c_long {
    let none = std::ptr::null_mut::<libc::c_void>();
    // SAFETY: as above; no stack of its own means a copy of ours.
    unsafe {
        libc::syscall(
            libc::SYS_clone,
            flags | SIGCHLD,
            none,
            &raw mut *pidfd,
            none,
            none,
        )
    }
}

fn child_of(pid: libc::c_long, pidfd: RawFd) -> Result<Child, Errno> {
    // SAFETY: the kernel made this descriptor for us in the fork.
    let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
    let pid = i32::try_from(pid)
        .ok()
        .and_then(Pid::from_raw)
        .ok_or(Errno::OVERFLOW)?;
    Ok(Child { pid, pidfd })
}

/// First act of every forked child: signals as in a fresh process, and every descriptor closed but `keep` (0, 1 and 2
/// too, unless they are in it).
///
/// A shim that kept hostd's descriptors would keep its nftables table owned, its ports bound, its namespaces alive.
///
/// # Errors
/// When close_range(2) fails (never since Linux 5.9).
pub fn become_child(keep: &[BorrowedFd<'_>]) -> Result<(), Errno> {
    close_all_but(keep)?;
    reset_dispositions();
    unblock_all()
}

/// Closes every descriptor of this process but `keep`. Owned descriptors that are not in it dangle: forget their owners.
///
/// # Errors
/// When close_range(2) fails (never since Linux 5.9).
pub fn close_all_but(keep: &[BorrowedFd<'_>]) -> Result<(), Errno> {
    let mut kept: Vec<u32> = keep
        .iter()
        .filter_map(|fd| u32::try_from(fd.as_raw_fd()).ok())
        .collect();
    kept.sort_unstable();
    let mut first = 0;
    for fd in kept {
        if fd > first {
            close_range(first, fd - 1)?;
        }
        first = fd + 1;
    }
    close_range(first, u32::MAX)
}

fn close_range(first: u32, last: u32) -> Result<(), Errno> {
    // SAFETY: the callers' contract: nobody uses the closed descriptors any more.
    match unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) } {
        0 => Ok(()),
        _ => Err(last_errno()),
    }
}

/// Makes copies of these descriptors stdin, stdout and stderr, open across exec.
///
/// # Errors
/// EBADF, EMFILE; what dup2(2) says.
pub fn set_standard_streams(streams: [BorrowedFd<'_>; 3]) -> Result<(), Errno> {
    for (number, stream) in (0..).zip(streams) {
        let is_in_place = stream.as_raw_fd() == number;
        // dup2 onto itself would leave close-on-exec set.
        let done = match is_in_place {
            // SAFETY: the descriptor is open; only its flag changes.
            true => unsafe { libc::fcntl(number, libc::F_SETFD, 0) },
            // SAFETY: the numbers 0 to 2 are nobody's but the process's as a whole.
            false => unsafe { libc::dup2(stream.as_raw_fd(), number) },
        };
        if done == -1 {
            return Err(last_errno());
        }
    }
    Ok(())
}

/// Ends this process at once: no destructors, no atexit handlers (they belong to the process it was forked from).
pub fn exit_now(code: u8) -> ! {
    // SAFETY: _exit never returns and runs nothing.
    unsafe { libc::_exit(code.into()) }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;

    use super::{Forked, Parentage, become_child, exit_now, fork};
    use crate::child::reap_waiting;

    // The test runner has threads: these children only make system calls.

    #[test]
    fn a_child_keeps_nothing_but_what_it_is_given() {
        let (mut ours, theirs) = UnixStream::pair().unwrap();
        let (closed, _other) = UnixStream::pair().unwrap();
        let child = match fork(Parentage::Child).unwrap() {
            Forked::Parent(child) => child,
            Forked::Child => {
                let kept = become_child(&[theirs.as_fd()]).is_ok();
                let gone = rustix::io::fcntl_getfd(&closed).is_err();
                let _ = (&theirs).write_all(&[u8::from(kept), u8::from(gone)]);
                exit_now(7)
            }
        };
        drop(theirs);
        let mut answer = Vec::new();
        ours.read_to_end(&mut answer).unwrap();
        assert_eq!(answer, [1, 1]);
        assert_eq!(reap_waiting(child.pid).unwrap().ending.code(), 7);
    }

    #[test]
    fn a_sibling_is_no_child_of_the_one_who_forked_it() {
        let child = match fork(Parentage::Sibling).unwrap() {
            Forked::Parent(child) => child,
            Forked::Child => exit_now(0),
        };
        assert!(reap_waiting(child.pid).is_err());
    }
}

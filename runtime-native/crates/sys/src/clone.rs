//! A child in namespaces and a control group of its own, by one clone3(2).
#![expect(unsafe_code, reason = "rustix has neither clone3 nor a safe unshare")]

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::Errno;
use rustix::process::Pid;
use rustix::thread::{UnshareFlags, unshare_unsafe};

use crate::errno::last_errno;
use crate::fork::{Child, Forked, Parentage};

// linux/sched.h
const CLONE_PIDFD: u64 = 0x0000_1000;
const CLONE_PARENT: u64 = 0x0000_8000;
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;
const CLONE_CLEAR_SIGHAND: u64 = 0x1_0000_0000;
const SIGCHLD: u64 = 17;

/// Kinds of namespaces, as a set. The values are the `CLONE_NEW...` bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Namespaces(u32);

impl Namespaces {
    /// None.
    pub const NONE: Self = Self(0);
    /// Clocks. In clone3(2) only, the bit has another meaning in clone(2).
    pub const TIME: Self = Self(0x0000_0080);
    /// Mount table.
    pub const MOUNT: Self = Self(0x0002_0000);
    /// Root of the control group tree.
    pub const CGROUP: Self = Self(0x0200_0000);
    /// Host and domain name.
    pub const UTS: Self = Self(0x0400_0000);
    /// System V IPC and POSIX message queues.
    pub const IPC: Self = Self(0x0800_0000);
    /// User and group ids.
    pub const USER: Self = Self(0x1000_0000);
    /// Process ids.
    pub const PID: Self = Self(0x2000_0000);
    /// Network stack.
    pub const NET: Self = Self(0x4000_0000);

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of `other` are in.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether none is in.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The `CLONE_NEW...` bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

/// Forks a child into new namespaces and, if given, into the v2 control group opened as `cgroup`. Handlers of signals
/// are reset to their defaults in the child; ignored signals stay ignored. As [`crate::fork::fork`] otherwise.
///
/// # Errors
/// EAGAIN or ENOSPC at a limit, EPERM without the rights, EBUSY when the group has controllers for its children.
pub fn clone_into(namespaces: Namespaces, cgroup: Option<BorrowedFd<'_>>) -> Result<Forked, Errno> {
    clone_as(Parentage::Child, namespaces, cgroup)
}

/// As [`clone_into`], and says whose child the new process is.
///
/// # Errors
/// As [`clone_into`].
pub fn clone_as(
    parentage: Parentage,
    namespaces: Namespaces,
    cgroup: Option<BorrowedFd<'_>>,
) -> Result<Forked, Errno> {
    let mut pidfd: RawFd = -1;
    // SAFETY: all zeroes is a valid clone_args: no flags, no pointers.
    let mut args: libc::clone_args = unsafe { std::mem::zeroed() };
    args.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND | u64::from(namespaces.bits());
    args.pidfd = (&raw mut pidfd).addr() as u64;
    match parentage {
        Parentage::Child => args.exit_signal = SIGCHLD,
        // The kernel wants no exit signal here: the caller's own is taken.
        Parentage::Sibling => args.flags |= CLONE_PARENT,
    }
    if let Some(cgroup) = cgroup {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = u64::from(cgroup.as_raw_fd().unsigned_abs());
    }
    // SAFETY: without CLONE_VM both go on with memory of their own; `pidfd` outlives the call.
    let pid = unsafe { libc::syscall(libc::SYS_clone3, &raw mut args, size_of_val(&args)) };
    match pid {
        -1 => Err(last_errno()),
        0 => Ok(Forked::Child),
        pid => {
            // SAFETY: the kernel made this descriptor for us in the clone.
            let pidfd = unsafe { OwnedFd::from_raw_fd(pidfd) };
            let pid = i32::try_from(pid)
                .ok()
                .and_then(Pid::from_raw)
                .ok_or(Errno::OVERFLOW)?;
            Ok(Forked::Parent(Child { pid, pidfd }))
        }
    }
}

/// Makes a new network namespace and enters it.
///
/// # Errors
/// EPERM without the right, ENOSPC at a limit.
pub fn unshare_network() -> Result<(), Errno> {
    // SAFETY: only CLONE_FILES can take descriptors away from other threads, and it is not asked for.
    unsafe { unshare_unsafe(UnshareFlags::NEWNET) }
}

/// Makes the control groups that the caller is in now the roots of a new control group namespace.
///
/// # Errors
/// EPERM without the right.
pub fn unshare_cgroup() -> Result<(), Errno> {
    // SAFETY: only CLONE_FILES can take descriptors away from other threads, and it is not asked for.
    unsafe { unshare_unsafe(UnshareFlags::NEWCGROUP) }
}

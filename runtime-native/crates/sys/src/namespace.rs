//! New namespaces for the calling thread. Entering an existing one is `rustix::thread::move_into_link_name_space`.
#![expect(
    unsafe_code,
    reason = "rustix's unshare is unsafe for CLONE_FILES alone, and it has no ioctl of namespaces"
)]

use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::io::Errno;
use rustix::thread::{UnshareFlags, unshare_unsafe};

use crate::errno::last_errno;

// linux/nsfs.h
const NS_GET_NSTYPE: libc::Ioctl = 0xb703;

/// Moves the calling thread into a new network namespace with nothing but a downed `lo`.
///
/// # Errors
/// EPERM without CAP_SYS_ADMIN, ENOSPC at the limit of namespaces (user.max_net_namespaces).
pub fn unshare_network() -> Result<(), Errno> {
    // SAFETY: only CLONE_FILES can take descriptors away from other threads, and it is not asked for.
    unsafe { unshare_unsafe(UnshareFlags::NEWNET) }
}

/// Moves the calling thread into a copy of its mount namespace.
///
/// # Errors
/// EPERM without CAP_SYS_ADMIN, EINVAL when the process has several threads that share a root.
pub fn unshare_mounts() -> Result<(), Errno> {
    // SAFETY: only CLONE_FILES can take descriptors away from other threads, and it is not asked for.
    unsafe { unshare_unsafe(UnshareFlags::NEWNS) }
}

/// Makes a time namespace for the children of the calling thread, which stays in its own.
///
/// # Errors
/// EPERM without CAP_SYS_ADMIN, EINVAL when the kernel has no time namespaces.
pub fn unshare_time_of_children() -> Result<(), Errno> {
    // SAFETY: only CLONE_FILES can take descriptors away from other threads, and it is not asked for.
    unsafe { unshare_unsafe(UnshareFlags::NEWTIME) }
}

/// The `CLONE_NEW...` bit of the kind of namespace that a descriptor stands for.
///
/// # Errors
/// ENOTTY when it is none.
pub fn kind_of(namespace: BorrowedFd<'_>) -> Result<u32, Errno> {
    // SAFETY: the request takes no argument and the descriptor is open.
    match unsafe { libc::ioctl(namespace.as_raw_fd(), NS_GET_NSTYPE) } {
        -1 => Err(last_errno()),
        kind => Ok(kind.unsigned_abs()),
    }
}

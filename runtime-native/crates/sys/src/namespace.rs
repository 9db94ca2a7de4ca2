//! New namespaces for the calling thread. Entering an existing one is `rustix::thread::move_into_link_name_space`.
#![expect(
    unsafe_code,
    reason = "rustix's unshare is unsafe for CLONE_FILES alone"
)]

use rustix::io::Errno;
use rustix::thread::{UnshareFlags, unshare_unsafe};

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

//! Namespaces that take a worker's reach away.
#![expect(
    unsafe_code,
    reason = "rustix's unshare is unsafe for CLONE_FILES alone"
)]

use rustix::io::Errno;
use rustix::thread::{UnshareFlags, unshare_unsafe};

/// Moves the calling thread into mount, network, IPC and UTS namespaces of its own.
///
/// # Errors
/// EPERM without CAP_SYS_ADMIN, EINVAL when the process has several threads, ENOSPC at a limit of namespaces.
pub fn isolate() -> Result<(), Errno> {
    let flags =
        UnshareFlags::NEWNS | UnshareFlags::NEWNET | UnshareFlags::NEWIPC | UnshareFlags::NEWUTS;
    // SAFETY: only CLONE_FILES can take descriptors away from other threads, and it is not asked for.
    unsafe { unshare_unsafe(flags) }
}

//! The calling thread's last error number.

use rustix::io::Errno;

/// What the libc call before this one failed with.
pub(crate) fn last_errno() -> Errno {
    let raw = std::io::Error::last_os_error().raw_os_error();
    raw.map_or(Errno::INVAL, Errno::from_raw_os_error)
}

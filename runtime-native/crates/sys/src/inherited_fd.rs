//! Descriptors that the parent left open across exec and named by number.
#![expect(unsafe_code, reason = "a number becomes an owner")]

use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::{Errno, FdFlags, fcntl_setfd};

/// Takes over descriptor `number`, which the parent opened for this process and told it. Call once per number, before
/// anything else opens files: a number that is not the parent's gift may be somebody else's by then.
///
/// # Errors
/// EBADF when it is not open, EINVAL for the standard ones, which have owners already.
pub fn take(number: RawFd) -> Result<OwnedFd, Errno> {
    if number <= 2 {
        return Err(Errno::INVAL);
    }
    // SAFETY: borrowed for one system call, which fails with EBADF when it is not open.
    let open = unsafe { BorrowedFd::borrow_raw(number) };
    fcntl_setfd(open, FdFlags::CLOEXEC)?;
    // SAFETY: it is open, and by this function's contract nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

#[cfg(test)]
mod tests {
    use super::take;
    use rustix::io::Errno;

    #[test]
    fn refuses_what_is_closed_or_standard() {
        assert_eq!(take(1).unwrap_err(), Errno::INVAL);
        assert_eq!(take(-1).unwrap_err(), Errno::INVAL);
        assert_eq!(take(1_000_000).unwrap_err(), Errno::BADF);
    }
}

//! Becoming another program, and what must be true of the descriptors just before.
#![expect(
    unsafe_code,
    reason = "execve(2), close_range(2) and prctl(2) take raw pointers or numbers"
)]

use std::ffi::{CStr, CString};
use std::os::fd::{AsRawFd, BorrowedFd};

use rustix::io::Errno;

use crate::errno::last_errno;

/// A NULL-terminated array of pointers to strings, made before memory must not be allocated any more.
#[derive(Debug)]
pub struct Strings {
    pointers: Vec<*const libc::c_char>,
    /// Owns what `pointers` points to.
    _strings: Vec<CString>,
}

impl Strings {
    /// Takes arguments or an environment.
    #[must_use]
    pub fn new(strings: Vec<CString>) -> Self {
        let pointers = strings.iter().map(|string| string.as_ptr());
        let pointers = pointers.chain(std::iter::once(std::ptr::null())).collect();
        Self {
            pointers,
            _strings: strings,
        }
    }
}

/// Executes the program at `path`; returns only with an error. Allocates nothing.
#[must_use]
pub fn execute(path: &CStr, arguments: &Strings, environment: &Strings) -> Errno {
    let (arguments, environment) = (arguments.pointers.as_ptr(), environment.pointers.as_ptr());
    // SAFETY: both arrays end with NULL and own their strings.
    unsafe { libc::execve(path.as_ptr(), arguments, environment) };
    last_errno()
}

/// Executes the program opened as `program`, as [`execute`].
#[must_use]
pub fn execute_fd(program: BorrowedFd<'_>, arguments: &Strings, environment: &Strings) -> Errno {
    let (arguments, environment) = (arguments.pointers.as_ptr(), environment.pointers.as_ptr());
    let (fd, path) = (program.as_raw_fd(), c"".as_ptr());
    // SAFETY: the path and both arrays end with NUL or NULL and live during the call.
    unsafe {
        libc::syscall(
            libc::SYS_execveat,
            fd,
            path,
            arguments,
            environment,
            libc::AT_EMPTY_PATH,
        )
    };
    last_errno()
}

/// Marks every descriptor from `first` on close-on-exec.
///
/// # Errors
/// Never since Linux 5.11; what close_range(2) says.
pub fn close_on_exec_from(first: u32) -> Result<(), Errno> {
    // SAFETY: only a flag of the descriptors changes.
    let done = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first,
            u32::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    match done {
        0 => Ok(()),
        _ => Err(last_errno()),
    }
}

/// Borrows descriptor `number`, if it is open: for descriptors that a caller left open for us by agreement.
#[must_use]
pub fn inherited(number: u32) -> Option<BorrowedFd<'static>> {
    let raw = i32::try_from(number).ok()?;
    // SAFETY: only asked whether it is open; F_GETFD changes nothing.
    let is_open = unsafe { libc::fcntl(raw, libc::F_GETFD) } >= 0;
    // SAFETY: open now, and by agreement nobody in this process owns or closes it.
    is_open.then(|| unsafe { BorrowedFd::borrow_raw(raw) })
}

/// Signals that this process ignores, from `/proc/self/status`; a program started from it would ignore them as well.
#[must_use]
pub fn ignored_signals(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok())
        .unwrap_or(u64::MAX)
}

/// Gives the signals in `mask` (bit 0 = signal 1) their default disposition. By the bare system call, because the C
/// library does not let 32 and 33 be touched, and an ignored one would stay ignored in the program.
pub fn reset_signals(mask: u64) {
    /// `struct sigaction` of the kernel: handler 0 = default, no flags, no restorer, empty mask of 64 bits.
    const DEFAULT: [u64; 4] = [0; 4];
    for number in (1..=64).filter(|number| mask >> (number - 1) & 1 == 1) {
        let (new, old) = (DEFAULT.as_ptr(), std::ptr::null_mut::<u64>());
        // SAFETY: the new action is as large as the kernel's and only read; for SIGKILL and SIGSTOP the answer is EINVAL.
        unsafe { libc::syscall(libc::SYS_rt_sigaction, number, new, old, size_of::<u64>()) };
    }
}

/// Forbids others to trace this process, read its memory or follow its /proc links, until it executes a program.
///
/// # Errors
/// Never in practice; what prctl(2) says.
pub fn set_undumpable() -> Result<(), Errno> {
    // SAFETY: takes numbers only.
    match unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) } {
        0 => Ok(()),
        _ => Err(last_errno()),
    }
}

/// Gives the process an empty session keyring of its own, so that it does not share its starter's keys. keyctl(2)
///
/// # Errors
/// ENOSYS without keyrings, EDQUOT at the limit of keys.
pub fn new_session_keyring(name: &CStr) -> Result<(), Errno> {
    const JOIN_SESSION_KEYRING: libc::c_long = 1;
    // SAFETY: the name is NUL-terminated and lives during the call.
    match unsafe { libc::syscall(libc::SYS_keyctl, JOIN_SESSION_KEYRING, name.as_ptr()) } {
        -1 => Err(last_errno()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::ignored_signals;

    #[test]
    fn reads_the_mask_of_ignored_signals() {
        assert_eq!(
            ignored_signals("Name:\tx\nSigIgn:\t0000000000001000\nSigCgt:\t01\n"),
            0x1000
        );
    }
}

//! Signals as a readable descriptor, and the signal state that a forked or executed child must not inherit.
#![expect(
    unsafe_code,
    reason = "signalfd, sigaction and the signal mask are not in rustix"
)]

use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};

use rustix::io::Errno;
use rustix::process::Signal;

use crate::errno::last_errno;

/// Signals that cannot be blocked or told otherwise.
const UNTOUCHABLE: [i32; 2] = [libc::SIGKILL, libc::SIGSTOP];

/// Blocks every signal. A supervisor takes signals from a [`SignalFd`] only; nothing may interrupt or end it between
/// two system calls.
///
/// # Errors
/// Never in practice; what pthread_sigmask(3) says.
pub fn block_all() -> Result<(), Errno> {
    set_mask(&full_set())
}

/// Lets every signal through, as a program expects it at its start.
///
/// # Errors
/// Never in practice; what pthread_sigmask(3) says.
pub fn unblock_all() -> Result<(), Errno> {
    set_mask(&empty_set())
}

/// Gives every signal its default disposition: ignored ones would stay ignored across execve(2).
pub fn reset_dispositions() {
    for number in 1..=libc::SIGRTMAX() {
        if UNTOUCHABLE.contains(&number) {
            continue;
        }
        // SAFETY: SIG_DFL is a valid handler for each of these; numbers that libc keeps for itself answer EINVAL.
        unsafe { libc::signal(number, libc::SIG_DFL) };
    }
}

/// A non-blocking descriptor that is readable while one of its signals is pending. signalfd(2).
#[derive(Debug)]
pub struct SignalFd(OwnedFd);

impl SignalFd {
    /// Listens to `signals`, which must be blocked.
    ///
    /// # Errors
    /// What signalfd(2) says: descriptors or memory are exhausted.
    pub fn new(signals: &[Signal]) -> Result<Self, Errno> {
        let mut set = empty_set();
        for signal in signals {
            // SAFETY: `set` is an initialised set, the number that of a signal.
            unsafe { libc::sigaddset(&raw mut set, signal.as_raw()) };
        }
        let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
        // SAFETY: `set` is an initialised set that outlives the call.
        let raw = unsafe { libc::signalfd(-1, &raw const set, flags) };
        if raw < 0 {
            return Err(last_errno());
        }
        // SAFETY: the kernel just returned this descriptor and nobody else has it.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(raw) }))
    }

    /// Takes what is pending and tells each signal's number once per delivery; several deliveries of one signal may
    /// have been merged by the kernel.
    ///
    /// # Errors
    /// What read(2) says, except EAGAIN.
    pub fn take(&self) -> Result<Vec<i32>, Errno> {
        const RECORD: usize = size_of::<libc::signalfd_siginfo>();
        let mut numbers = Vec::new();
        let mut buffer = [0u8; RECORD * 8];
        loop {
            match rustix::io::read(&self.0, &mut buffer) {
                Ok(count) => {
                    numbers.extend(buffer[..count].chunks_exact(RECORD).map(signal_number))
                }
                Err(Errno::AGAIN) => return Ok(numbers),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
        }
    }
}

impl AsFd for SignalFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// `ssi_signo`, the first field of a signalfd_siginfo.
fn signal_number(record: &[u8]) -> i32 {
    record
        .first_chunk::<4>()
        .map_or(0, |bytes| i32::from_ne_bytes(*bytes))
}

fn set_mask(set: &libc::sigset_t) -> Result<(), Errno> {
    // SAFETY: `set` is an initialised set; the old one is not asked for.
    let code = unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, set, std::ptr::null_mut()) };
    match code {
        0 => Ok(()),
        code => Err(Errno::from_raw_os_error(code)),
    }
}

fn empty_set() -> libc::sigset_t {
    let mut set = std::mem::MaybeUninit::uninit();
    // SAFETY: sigemptyset writes the whole set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: just initialised.
    unsafe { set.assume_init() }
}

fn full_set() -> libc::sigset_t {
    let mut set = std::mem::MaybeUninit::uninit();
    // SAFETY: sigfillset writes the whole set.
    unsafe { libc::sigfillset(set.as_mut_ptr()) };
    // SAFETY: just initialised.
    unsafe { set.assume_init() }
}

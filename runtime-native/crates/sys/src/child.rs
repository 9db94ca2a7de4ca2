//! Reaping children with what they used.
#![expect(unsafe_code, reason = "wait4 with rusage")]

use std::time::Duration;

use rustix::io::Errno;
use rustix::process::Pid;

use crate::errno::last_errno;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It exited with this status, 0 to 255.
    Exited(u8),
    /// A signal ended it.
    Signaled {
        /// The signal's number, 1 to 64.
        signal: u8,
        /// Whether a core was dumped.
        core_dumped: bool,
    },
}

impl Ending {
    /// The status as shells tell it: the exit status, or 128 + the signal's number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Exited(status) => status,
            Self::Signaled { signal, .. } => 128 + signal,
        }
    }

    /// The signal that ended it.
    #[must_use]
    pub fn signal(self) -> Option<u8> {
        match self {
            Self::Exited(_) => None,
            Self::Signaled { signal, .. } => Some(signal),
        }
    }
}

/// What a process and the children it waited for have used. getrusage(2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Time in user mode.
    pub user: Duration,
    /// Time in the kernel.
    pub system: Duration,
    /// Largest resident set in kibibytes.
    pub max_rss_kb: u64,
}

/// A child that is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaped {
    /// Its number, free for others from now on.
    pub pid: Pid,
    /// How it ended.
    pub ending: Ending,
    /// What it used.
    pub usage: Usage,
}

/// Reaps one ended child of any kind, without waiting; `None` when none has ended or there is none.
///
/// # Errors
/// Never in practice; what wait4(2) says, except ECHILD.
pub fn reap_any() -> Result<Option<Reaped>, Errno> {
    reap(-1, libc::WNOHANG | libc::__WALL)
}

/// Reaps the child `pid`, waiting for its end.
///
/// # Errors
/// ECHILD when it is no child of ours or was reaped already.
pub fn reap_waiting(pid: Pid) -> Result<Reaped, Errno> {
    reap(pid.as_raw_pid(), libc::__WALL)?.ok_or(Errno::CHILD)
}

fn reap(pid: libc::pid_t, options: libc::c_int) -> Result<Option<Reaped>, Errno> {
    let mut status = 0;
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    loop {
        // SAFETY: both out pointers are valid for writing.
        let reaped = unsafe { libc::wait4(pid, &raw mut status, options, usage.as_mut_ptr()) };
        if reaped < 0 {
            match last_errno() {
                Errno::INTR => continue,
                Errno::CHILD => return Ok(None),
                errno => return Err(errno),
            }
        }
        let (Some(pid), Some(ending)) = (Pid::from_raw(reaped), ending_of(status)) else {
            return Ok(None);
        };
        // SAFETY: zeroed is a valid rusage, and the kernel has filled it.
        let usage = unsafe { usage.assume_init() };
        return Ok(Some(Reaped {
            pid,
            ending,
            usage: usage_of(&usage),
        }));
    }
}

/// Of a wait status.
pub(crate) fn ending_of(status: libc::c_int) -> Option<Ending> {
    if libc::WIFEXITED(status) {
        return u8::try_from(libc::WEXITSTATUS(status))
            .ok()
            .map(Ending::Exited);
    }
    if !libc::WIFSIGNALED(status) {
        return None;
    }
    u8::try_from(libc::WTERMSIG(status))
        .ok()
        .map(|signal| Ending::Signaled {
            signal,
            core_dumped: libc::WCOREDUMP(status),
        })
}

fn usage_of(usage: &libc::rusage) -> Usage {
    Usage {
        user: duration_of(usage.ru_utime),
        system: duration_of(usage.ru_stime),
        max_rss_kb: u64::try_from(usage.ru_maxrss).unwrap_or(0),
    }
}

fn duration_of(time: libc::timeval) -> Duration {
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_secs(u64::try_from(time.tv_sec).unwrap_or(0)) + Duration::from_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::{Ending, reap_waiting};
    use rustix::process::Pid;
    use std::process::Command;

    #[expect(clippy::zombie_processes, reason = "reaping it is what is tested")]
    fn ending_of_shell(script: &str) -> Ending {
        let child = Command::new("/bin/sh")
            .args(["-c", script])
            .spawn()
            .unwrap();
        let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
        reap_waiting(pid).unwrap().ending
    }

    #[test]
    fn tells_an_exit_status() {
        assert_eq!(ending_of_shell("exit 42"), Ending::Exited(42));
    }

    #[test]
    fn tells_a_signal_as_128_plus_its_number() {
        let ending = ending_of_shell("kill -KILL $$");
        assert_eq!((ending.code(), ending.signal()), (137, Some(9)));
    }
}

//! How a process ended that somebody else has reaped: PIDFD_GET_INFO of ioctl_pidfd(2), since Linux 6.15.
#![expect(unsafe_code, reason = "ioctl(2) takes a pointer to a process's facts")]

use std::os::fd::{AsFd, AsRawFd};

use rustix::io::Errno;

use crate::child::{Ending, ending_of};
use crate::errno::last_errno;

/// `_IOWR(0xFF, 11, struct pidfd_info)` with the 64 bytes of its first version; C libraries differ in the type.
const GET_INFO: libc::Ioctl = 0xc040_ff0b_u32 as libc::Ioctl;
/// PIDFD_INFO_EXIT
const EXIT: u64 = 1 << 3;

/// `struct pidfd_info`.
#[repr(C)]
#[derive(Default)]
struct Info {
    mask: u64,
    cgroup: u64,
    /// Numbers of process, group, parent, and nine user and group ids.
    numbers: [u32; 11],
    exit_code: i32,
}

/// How the process ended, once it was reaped; `None` before, and on kernels that do not tell.
///
/// # Errors
/// What ioctl(2) says.
pub fn ending_by_pidfd(pidfd: impl AsFd) -> Result<Option<Ending>, Errno> {
    let mut info = Info {
        mask: EXIT,
        ..Info::default()
    };
    // SAFETY: the structure has the size that the number names, and lives during the call, which fills it.
    match unsafe { libc::ioctl(pidfd.as_fd().as_raw_fd(), GET_INFO, &raw mut info) } {
        0 if info.mask & EXIT != 0 => Ok(ending_of(info.exit_code)),
        0 => Ok(None),
        _ => match last_errno() {
            // A kernel without the call, or without that part of it.
            Errno::NOTTY | Errno::INVAL | Errno::SRCH => Ok(None),
            errno => Err(errno),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::ending_by_pidfd;
    use crate::child::{Ending, reap_waiting};
    use crate::fork::{Forked, Parentage, exit_now, fork};

    #[test]
    #[expect(clippy::print_stdout, reason = "a test that is not run says why")]
    fn tells_the_end_of_a_process_that_was_reaped() {
        let child = match fork(Parentage::Child).unwrap() {
            Forked::Parent(child) => child,
            Forked::Child => exit_now(42),
        };
        reap_waiting(child.pid).unwrap();
        match ending_by_pidfd(&child.pidfd).unwrap() {
            None => println!("not tried: the kernel does not tell"),
            ending => assert_eq!(ending, Some(Ending::Exited(42))),
        }
    }
}

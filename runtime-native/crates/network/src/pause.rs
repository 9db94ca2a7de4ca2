//! Short waits for the kernel.

use std::time::Duration;

use rustix::event::{PollFd, Timespec, poll};
use rustix::io::Errno;

/// Waits for less than a second; a signal may end it early.
pub(crate) fn pause(duration: Duration) -> Result<(), Errno> {
    let timeout = Timespec {
        tv_sec: 0,
        tv_nsec: i64::from(duration.subsec_nanos()),
    };
    let mut nothing: [PollFd<'_>; 0] = [];
    match poll(&mut nothing, Some(&timeout)) {
        Ok(_) | Err(Errno::INTR) => Ok(()),
        Err(errno) => Err(errno),
    }
}

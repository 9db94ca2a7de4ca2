//! How a maker waits for a process that it has made, and for hooks.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

/// Waits for others; may do something else meanwhile.
pub trait Waiter {
    /// Returns true when `source` is readable, has ended, or when the caller may block on it; false after `limit`.
    /// Children of this process must not be reaped meanwhile: who has made them does that.
    ///
    /// # Errors
    /// When it cannot be waited for.
    fn wait(&mut self, source: BorrowedFd<'_>, limit: Option<Duration>) -> Result<bool, Errno>;
}

/// Does nothing else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Blocking;

impl Waiter for Blocking {
    fn wait(&mut self, source: BorrowedFd<'_>, limit: Option<Duration>) -> Result<bool, Errno> {
        match limit {
            None => Ok(true),
            Some(limit) => readable_within(source, limit),
        }
    }
}

/// Does nothing else, and not for ever.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Until {
    deadline: Instant,
    pub(crate) has_passed: bool,
}

impl Until {
    pub(crate) fn after(limit: Duration) -> Self {
        Self {
            deadline: Instant::now() + limit,
            has_passed: false,
        }
    }
}

impl Waiter for Until {
    fn wait(&mut self, source: BorrowedFd<'_>, limit: Option<Duration>) -> Result<bool, Errno> {
        let left = self.deadline.saturating_duration_since(Instant::now());
        let is_readable = readable_within(source, limit.map_or(left, |limit| limit.min(left)))?;
        self.has_passed |= !is_readable && limit.is_none_or(|limit| left <= limit);
        Ok(is_readable)
    }
}

fn readable_within(source: BorrowedFd<'_>, limit: Duration) -> Result<bool, Errno> {
    let deadline = Instant::now() + limit;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // More than the kernel can count is for ever.
        let left = Timespec::try_from(left).ok();
        match poll(
            &mut [PollFd::from_borrowed_fd(source, PollFlags::IN)],
            left.as_ref(),
        ) {
            Ok(count) => return Ok(count > 0),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocking, Until, Waiter};
    use std::os::fd::AsFd;
    use std::time::Duration;

    const MOMENT: Duration = Duration::from_millis(20);

    #[test]
    fn who_says_nothing_is_waited_for_no_longer_than_was_said() {
        let (silent, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        assert_eq!(Blocking.wait(silent.as_fd(), Some(MOMENT)), Ok(false));
        let mut until = Until::after(MOMENT);
        assert_eq!(until.wait(silent.as_fd(), None), Ok(false));
        assert!(until.has_passed);
    }

    #[test]
    fn the_end_of_the_other_one_is_heard() {
        let (ours, other) = std::os::unix::net::UnixStream::pair().unwrap();
        drop(other);
        let mut until = Until::after(Duration::from_secs(60));
        assert_eq!(until.wait(ours.as_fd(), None), Ok(true));
        assert!(!until.has_passed);
        assert_eq!(Blocking.wait(ours.as_fd(), None), Ok(true));
    }

    #[test]
    fn a_shorter_limit_is_not_taken_for_the_end_of_all_patience() {
        let (silent, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        let mut until = Until::after(Duration::from_secs(60));
        assert_eq!(until.wait(silent.as_fd(), Some(MOMENT)), Ok(false));
        assert!(!until.has_passed);
    }
}

//! Waits in the middle of a start, for hooks and for a first process that runs some: everything else goes on meanwhile.
//!
//! The making of a container is one step of this process, with the phase `starting` around it, in which nothing can be
//! asked for that would get in its way. So the event loop runs inside of it, but reaps nobody: who has made a child waits
//! for that very child.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use rustix::io::{Errno, fcntl_dupfd_cloexec};
use tsorch_container::Waiter;
use tsorch_sys::poller::EventFlags;

use crate::shim::Shim;
use crate::token::Token;

impl Waiter for Shim {
    fn wait(&mut self, source: BorrowedFd<'_>, limit: Option<Duration>) -> Result<bool, Errno> {
        let source = fcntl_dupfd_cloexec(source, 3)?;
        let token = Token::Awaited.to_bits();
        let _watched = self.poller.watch(source, token, EventFlags::IN)?;
        self.process.signals.set_flags(EventFlags::empty())?;
        let awaited = self.serve_until_awaited(limit);
        self.process.signals.set_flags(EventFlags::IN)?;
        awaited
    }
}

impl Shim {
    fn serve_until_awaited(&mut self, limit: Option<Duration>) -> Result<bool, Errno> {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if self.turn(left)? {
                return Ok(true);
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return Ok(false);
            }
        }
    }
}

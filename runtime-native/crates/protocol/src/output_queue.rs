//! Bytes that wait until a peer reads them: bounded, so that a peer that does not read costs at most that much.

use std::os::fd::AsFd;

use rustix::io::Errno;
use rustix::net::{SendFlags, send};

/// Most bytes that may wait for a peer, beyond the one frame that is being sent.
pub const MAX_WAITING_BYTES: usize = 1 << 20;

/// A buffer above this size is given back when it is empty.
const KEEP_CAPACITY_BYTES: usize = 16 * 1024;

/// Bytes in the order they were put in.
#[derive(Debug, Default)]
pub struct OutputQueue {
    bytes: Vec<u8>,
    sent: usize,
}

impl OutputQueue {
    /// Puts `bytes` behind the others. False when [`MAX_WAITING_BYTES`] waited already: drop the peer.
    #[must_use]
    pub fn push(&mut self, bytes: &[u8]) -> bool {
        if self.waiting() >= MAX_WAITING_BYTES {
            return false;
        }
        if self.sent > 0 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        self.bytes.extend_from_slice(bytes);
        true
    }

    /// Puts `bytes` behind the others, however many wait: for a short last word.
    pub fn push_anyway(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// How many bytes wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Sends as much as the socket takes without blocking.
    ///
    /// # Errors
    /// What send(2) says, except EAGAIN and EINTR. A broken pipe raises no signal.
    pub fn send_to(&mut self, socket: impl AsFd) -> Result<(), Errno> {
        while self.waiting() > 0 {
            let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
            match send(&socket, &self.bytes[self.sent..], flags) {
                Ok(count) => self.sent += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(()),
                Err(errno) => return Err(errno),
            }
        }
        self.sent = 0;
        self.bytes.clear();
        if self.bytes.capacity() > KEEP_CAPACITY_BYTES {
            self.bytes = Vec::new();
        }
        Ok(())
    }
}

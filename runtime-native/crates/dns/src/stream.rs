//! DNS over TCP (RFC 7766): messages behind their length, several on one connection.

use std::os::fd::OwnedFd;
use std::time::Instant;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};
use tsorch_sys::poller::{EventFlags, Watched};

/// What waits to be sent before no more questions are read.
const MAX_UNSENT_BYTES: usize = 128 * 1024;
/// Questions of one connection that wait for upstream servers.
const MAX_PENDING: usize = 16;
const MAX_MESSAGE_BYTES: usize = 65535;

/// A client's connection.
#[derive(Debug)]
pub(crate) struct Stream {
    /// Number of the container's sockets.
    pub(crate) listener: u64,
    socket: Watched<OwnedFd>,
    received: Vec<u8>,
    unsent: Vec<u8>,
    pending: usize,
    /// The client will ask nothing more.
    is_finished: bool,
    pub(crate) active: Instant,
}

impl Stream {
    pub(crate) fn new(listener: u64, socket: Watched<OwnedFd>, now: Instant) -> Self {
        Self {
            listener,
            socket,
            received: Vec::new(),
            unsent: Vec::new(),
            pending: 0,
            is_finished: false,
            active: now,
        }
    }

    /// Reads what is there and gives whole questions.
    pub(crate) fn receive(&mut self) -> Result<Vec<Vec<u8>>, Errno> {
        let mut buffer = [0; 4096];
        match recv(&*self.socket, &mut buffer[..], RecvFlags::DONTWAIT) {
            Ok((0, _)) => self.is_finished = true,
            Ok((count, _)) => self
                .received
                .extend_from_slice(buffer.get(..count).unwrap_or(&[])),
            Err(Errno::AGAIN | Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
        let mut messages = Vec::new();
        while let Some(message) = take_message(&mut self.received) {
            messages.push(message);
        }
        Ok(messages)
    }

    /// An upstream server is asked on behalf of this connection.
    pub(crate) fn expect_answer(&mut self) {
        self.pending += 1;
    }

    /// What an upstream server said, or that none could tell.
    pub(crate) fn answer_expected(&mut self, message: &[u8]) {
        self.pending = self.pending.saturating_sub(1);
        self.answer(message);
    }

    /// Queues an answer; [`Stream::flush`] sends it.
    pub(crate) fn answer(&mut self, message: &[u8]) {
        let message = message
            .get(..message.len().min(MAX_MESSAGE_BYTES))
            .unwrap_or(&[]);
        let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
        self.unsent.extend_from_slice(&length.to_be_bytes());
        self.unsent.extend_from_slice(message);
    }

    /// Sends what can be sent and waits for what is needed next. Gives whether the connection shall live on.
    pub(crate) fn flush(&mut self) -> Result<bool, Errno> {
        while !self.unsent.is_empty() {
            match send(
                &*self.socket,
                &self.unsent,
                SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
            ) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
        }
        let can_read =
            !self.is_finished && self.unsent.len() < MAX_UNSENT_BYTES && self.pending < MAX_PENDING;
        let mut flags = EventFlags::empty();
        flags.set(EventFlags::IN, can_read);
        flags.set(EventFlags::OUT, !self.unsent.is_empty());
        self.socket.set_flags(flags)?;
        Ok(!self.is_finished || !self.unsent.is_empty() || self.pending > 0)
    }
}

fn take_message(received: &mut Vec<u8>) -> Option<Vec<u8>> {
    let length = usize::from(u16::from_be_bytes(*received.first_chunk()?));
    if received.len() < 2 + length {
        return None;
    }
    let message = received.get(2..2 + length)?.to_vec();
    received.drain(..2 + length);
    Some(message)
}

//! One connection in an event loop: hello each way, then messages; nothing blocks.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};

use crate::PROTOCOL_VERSION;
use crate::frame::{FrameDecoder, FrameError};
use crate::message::{Hello, Message};
use crate::output_queue::OutputQueue;

const READ_BYTES: usize = 16 * 1024;

/// Reads per wake-up: a peer that floods must not keep the loop, nor make us hold more than this beyond a frame.
const READS_AT_ONCE: usize = 8;

/// Why a connection must be closed.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionError {
    /// The peer sent something else than messages.
    #[error("peer does not keep to the protocol")]
    Frame(#[from] FrameError),
    /// The first frame was no hello, or a later one was.
    #[error("peer sent {0} where the protocol has {1}")]
    Unexpected(&'static str, &'static str),
    /// The peer speaks another protocol.
    #[error("peer speaks protocol {0}, this program {PROTOCOL_VERSION}")]
    Version(u32),
    /// More than the queue holds waits for the peer.
    #[error("peer does not read")]
    SlowPeer,
    /// The socket failed.
    #[error("socket failed")]
    Socket(#[from] Errno),
}

/// What [`Connection::receive`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// All that was there has been taken; ask [`Connection::next_message`].
    Open,
    /// The peer will send no more; messages received before may still be there.
    Closed,
}

/// A non-blocking socket, what was read from it and what waits to be sent.
///
/// On readable: [`receive`](Self::receive), then [`next_message`](Self::next_message) until `None`. On writable, or
/// after [`send`](Self::send): [`flush`](Self::flush); watch for writable while [`has_output`](Self::has_output).
#[derive(Debug)]
pub struct Connection {
    socket: OwnedFd,
    input: FrameDecoder,
    output: OutputQueue,
    peer: Option<Hello>,
}

impl Connection {
    /// Takes a connected stream socket and queues our hello; `role` as in [`Hello`].
    ///
    /// # Errors
    /// When the hello cannot be queued (never with a sane role).
    pub fn open(socket: OwnedFd, role: &str) -> Result<Self, ConnectionError> {
        let mut connection = Self {
            socket,
            input: FrameDecoder::default(),
            output: OutputQueue::default(),
            peer: None,
        };
        connection.send(&Message::Hello(Hello::of(role)))?;
        Ok(connection)
    }

    /// Reads what is there without blocking, a bounded amount: poll level-triggered.
    ///
    /// # Errors
    /// When the socket failed.
    pub fn receive(&mut self) -> Result<Received, ConnectionError> {
        let mut buffer = [0; READ_BYTES];
        for _ in 0..READS_AT_ONCE {
            match recv(&self.socket, &mut buffer[..], RecvFlags::DONTWAIT) {
                Ok((_, 0)) => return Ok(Received::Closed),
                Ok((_, count)) => {
                    self.input.push(&buffer[..count.min(READ_BYTES)]);
                    if count < READ_BYTES {
                        return Ok(Received::Open);
                    }
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(Received::Open),
                Err(errno) => return Err(errno.into()),
            }
        }
        Ok(Received::Open)
    }

    /// The next message after the peer's hello, or `None` until more is received.
    ///
    /// # Errors
    /// When the peer does not keep to the protocol: close the connection.
    pub fn next_message(&mut self) -> Result<Option<Message>, ConnectionError> {
        loop {
            let Some(payload) = self.input.next_payload()? else {
                return Ok(None);
            };
            match (Message::from_payload(payload)?, &self.peer) {
                (Message::Hello(hello), None) if hello.protocol == PROTOCOL_VERSION => {
                    self.peer = Some(hello);
                }
                (Message::Hello(hello), None) => {
                    return Err(ConnectionError::Version(hello.protocol));
                }
                (Message::Hello(_), Some(_)) => {
                    return Err(ConnectionError::Unexpected("a second hello", "none"));
                }
                (_, None) => return Err(ConnectionError::Unexpected("a message", "a hello")),
                (message, Some(_)) => return Ok(Some(message)),
            }
        }
    }

    /// Queues a message and sends what the socket takes.
    ///
    /// # Errors
    /// When the peer does not read, the socket failed, or the message is too long for a frame.
    pub fn send(&mut self, message: &Message) -> Result<(), ConnectionError> {
        if !self.output.push(&message.to_frame()?) {
            return Err(ConnectionError::SlowPeer);
        }
        self.flush()
    }

    /// Sends what waits, as far as the socket takes it.
    ///
    /// # Errors
    /// When the socket failed.
    pub fn flush(&mut self) -> Result<(), ConnectionError> {
        Ok(self.output.send_to(&self.socket)?)
    }

    /// Whether something waits to be sent.
    #[must_use]
    pub fn has_output(&self) -> bool {
        self.output.waiting() > 0
    }

    /// The peer's hello, once it was read.
    #[must_use]
    pub fn peer(&self) -> Option<&Hello> {
        self.peer.as_ref()
    }

    /// Ends the framing: the socket, bytes read but not used, bytes not sent yet.
    #[must_use]
    pub fn into_parts(self) -> (OwnedFd, Vec<u8>, OutputQueue) {
        (self.socket, self.input.into_rest(), self.output)
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

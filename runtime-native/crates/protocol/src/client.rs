//! A client that waits: for tests and for people's tools. Never for hostd or a shim, which must not wait.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use serde_json::Value;

use crate::connection::{Connection, ConnectionError, Received};
use crate::error_body::ErrorBody;
use crate::message::{Event, Message, Request};

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there.
    #[error("cannot connect to {path}")]
    Connect {
        /// Of the socket.
        path: String,
        /// connect(2).
        #[source]
        source: Errno,
    },
    /// The server answered with an error.
    #[error(transparent)]
    Answer(#[from] ErrorBody),
    /// The server closed the connection.
    #[error("connection lost")]
    Lost,
    /// Nothing came in time.
    #[error("no answer in {0:?}")]
    TimedOut(Duration),
    /// The server does not keep to the protocol.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
}

/// A connection that waits for each answer; events are kept meanwhile.
#[derive(Debug)]
pub struct Client {
    connection: Connection,
    events: VecDeque<Event>,
    next_id: u64,
    timeout: Duration,
}

impl Client {
    /// Connects to the unix socket `path`; each call waits at most `timeout`.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn connect(path: &Path, timeout: Duration) -> Result<Self, ClientError> {
        let failed = |source| ClientError::Connect {
            path: path.display().to_string(),
            source,
        };
        let flags = SocketFlags::CLOEXEC;
        let socket =
            socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).map_err(failed)?;
        connect(&socket, &SocketAddrUnix::new(path).map_err(failed)?).map_err(failed)?;
        let connection = Connection::open(socket, "tool")?;
        Ok(Self {
            connection,
            events: VecDeque::new(),
            next_id: 1,
            timeout,
        })
    }

    /// Calls and waits for the answer.
    ///
    /// # Errors
    /// The server's, or the connection's.
    pub fn call(&mut self, method: &str, params: Value) -> Result<Value, ClientError> {
        let id = self.send(method, params)?;
        self.answer(id)
    }

    /// Sends a request without waiting; gives its id.
    ///
    /// # Errors
    /// When the connection failed.
    pub fn send(&mut self, method: &str, params: Value) -> Result<u64, ClientError> {
        let id = self.next_id;
        self.next_id += 1;
        let request = Request {
            id,
            method: method.to_owned(),
            params,
        };
        self.connection.send(&Message::Request(request))?;
        Ok(id)
    }

    /// Waits for the answer to request `wanted`; answers to others are dropped.
    ///
    /// # Errors
    /// The server's, or the connection's.
    pub fn answer(&mut self, wanted: u64) -> Result<Value, ClientError> {
        let deadline = Instant::now() + self.timeout;
        loop {
            match self.next_message(deadline)? {
                Message::Answer { id, outcome } if id == wanted => return Ok(outcome?),
                Message::Event(event) => self.events.push_back(event),
                _ => {}
            }
        }
    }

    /// The next event, waiting for it.
    ///
    /// # Errors
    /// When none comes in time.
    pub fn event(&mut self) -> Result<Event, ClientError> {
        if let Some(event) = self.events.pop_front() {
            return Ok(event);
        }
        let deadline = Instant::now() + self.timeout;
        loop {
            if let Message::Event(event) = self.next_message(deadline)? {
                return Ok(event);
            }
        }
    }

    /// The socket, for a stream connection, and bytes read behind the last answer.
    #[must_use]
    pub fn into_stream(self) -> (OwnedFd, Vec<u8>) {
        let (socket, rest, _) = self.connection.into_parts();
        (socket, rest)
    }

    fn next_message(&mut self, deadline: Instant) -> Result<Message, ClientError> {
        loop {
            if let Some(message) = self.connection.next_message()? {
                return Ok(message);
            }
            self.wait(deadline)?;
            self.connection.flush()?;
            if self.connection.receive()? == Received::Closed {
                return self.connection.next_message()?.ok_or(ClientError::Lost);
            }
        }
    }

    fn wait(&self, deadline: Instant) -> Result<(), ClientError> {
        let mut flags = PollFlags::IN;
        if self.connection.has_output() {
            flags |= PollFlags::OUT;
        }
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(left.subsec_nanos()),
        };
        match poll(&mut [PollFd::new(&self.connection, flags)], Some(&timeout)) {
            Ok(0) => Err(ClientError::TimedOut(self.timeout)),
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(errno) => Err(ConnectionError::from(errno).into()),
        }
    }
}

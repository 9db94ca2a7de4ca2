//! A connection that carries a program's stdio in chunks.

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{RecvFlags, Shutdown, recv, shutdown};
use serde::Deserialize;
use serde_json::json;
use tsorch_protocol::output_queue::{MAX_WAITING_BYTES, OutputQueue};
use tsorch_sys::poller::{EventFlags, Watched};

use crate::chunk::{ChunkDecoder, ChunkStream, encode_chunk};
use crate::replay::Replay;
use crate::token::Owner;

/// A client whose queue is longer is slower than the program.
const BUSY_BYTES: usize = 64 * 1024;

/// What becomes of output for a client that has 1 MiB to read already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WhenBehind {
    /// The client is dropped.
    #[default]
    Disconnect,
    /// It is left out, and the client told how much.
    Drop,
}

/// The client does not read, or has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PeerLost;

/// What reading gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamInput {
    /// This many bytes.
    Bytes(usize),
    /// Nothing now.
    Nothing,
    /// The client sends no more.
    End,
}

/// A stream connection.
#[derive(Debug)]
pub(crate) struct StreamPeer {
    socket: Watched<OwnedFd>,
    output: OutputQueue,
    when_behind: WhenBehind,
    /// Bytes left out that the client has not been told of.
    lost: usize,
    pub(crate) decoder: ChunkDecoder,
    pub(crate) target: Owner,
    /// The program's stdin is full, so this client has to wait.
    is_input_paused: bool,
    has_input_ended: bool,
    /// Close when the queue is empty: everything was said.
    is_closing: bool,
    /// It reads the log, and gets nothing else until it has read it all.
    pub(crate) replay: Option<Replay>,
}

impl StreamPeer {
    pub(crate) fn new(
        socket: Watched<OwnedFd>,
        output: OutputQueue,
        (target, when_behind): (Owner, WhenBehind),
    ) -> Self {
        Self {
            socket,
            output,
            when_behind,
            lost: 0,
            decoder: ChunkDecoder::default(),
            target,
            is_input_paused: false,
            has_input_ended: false,
            is_closing: false,
            replay: None,
        }
    }

    /// Queues a chunk and sends what the socket takes.
    pub(crate) fn send(&mut self, stream: ChunkStream, bytes: &[u8]) -> Result<(), PeerLost> {
        let may_lose =
            self.when_behind == WhenBehind::Drop && matches!(stream, ChunkStream::Output(_));
        // Once it has lost something it is told before it gets more, and that when there is room for more than a chunk.
        let is_full = self.output.waiting() >= MAX_WAITING_BYTES;
        if may_lose && (is_full || (self.lost > 0 && self.is_busy())) {
            self.lost = self.lost.saturating_add(bytes.len());
            return self.flush();
        }
        self.tell_lost();
        if !self.output.push(&encode_chunk(stream, bytes)) && !self.push_anyway(stream, bytes) {
            return Err(PeerLost);
        }
        self.flush()
    }

    /// The last word on a connection that may lose output: the queue is full of what came before it.
    fn push_anyway(&mut self, stream: ChunkStream, bytes: &[u8]) -> bool {
        if self.when_behind == WhenBehind::Disconnect || stream != ChunkStream::Control {
            return false;
        }
        self.output.push_anyway(&encode_chunk(stream, bytes));
        true
    }

    fn tell_lost(&mut self) {
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            let word = json!({ "lost": lost }).to_string();
            self.output
                .push_anyway(&encode_chunk(ChunkStream::Control, word.as_bytes()));
        }
    }

    /// Sends what waits. `Err` also when everything was said and the client has nothing to say either.
    ///
    /// A socket that is closed with unread bytes in it resets the connection, and what was sent last is lost to the
    /// client: so only our direction is shut, and the client's leaving is awaited.
    pub(crate) fn flush(&mut self) -> Result<(), PeerLost> {
        self.output.send_to(&*self.socket).map_err(|_| PeerLost)?;
        if self.lost > 0 && self.output.waiting() == 0 {
            self.tell_lost();
            self.output.send_to(&*self.socket).map_err(|_| PeerLost)?;
        }
        if self.is_closing && self.output.waiting() == 0 {
            if self.has_input_ended {
                return Err(PeerLost);
            }
            shutdown(&*self.socket, Shutdown::Write).map_err(|_| PeerLost)?;
        }
        self.update_interest()
    }

    /// Reads what the client has sent.
    pub(crate) fn receive(&mut self, buffer: &mut [u8]) -> Result<StreamInput, PeerLost> {
        match recv(&*self.socket, buffer, RecvFlags::DONTWAIT) {
            Ok((_, 0)) => {
                self.has_input_ended = true;
                self.flush()?;
                Ok(StreamInput::End)
            }
            Ok((_, count)) => Ok(StreamInput::Bytes(count)),
            Err(Errno::AGAIN | Errno::INTR) => Ok(StreamInput::Nothing),
            Err(_) => Err(PeerLost),
        }
    }

    /// Whether more waits for the client than it should be behind.
    pub(crate) fn is_busy(&self) -> bool {
        self.output.waiting() > BUSY_BYTES
    }

    /// Stops or goes on reading from the client.
    pub(crate) fn pause_input(&mut self, is_paused: bool) -> Result<(), PeerLost> {
        self.is_input_paused = is_paused;
        self.update_interest()
    }

    /// Nothing more will be sent; `Err` when the client has left already.
    pub(crate) fn close_when_sent(&mut self) -> Result<(), PeerLost> {
        self.is_closing = true;
        self.is_input_paused = false;
        self.flush()
    }

    /// Registers for what is of interest now. HUP keeps the registration of a client that only listens: its leaving
    /// must be seen.
    pub(crate) fn update_interest(&mut self) -> Result<(), PeerLost> {
        let mut flags = EventFlags::HUP;
        if !self.is_input_paused && !self.has_input_ended {
            flags |= EventFlags::IN;
        }
        let reads_on = self
            .replay
            .as_ref()
            .is_some_and(|replay| !replay.is_starved);
        if self.output.waiting() > 0 || reads_on {
            flags |= EventFlags::OUT;
        }
        self.socket.set_flags(flags).map_err(|_| PeerLost)
    }
}

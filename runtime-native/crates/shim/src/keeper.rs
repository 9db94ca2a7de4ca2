//! hostd's end of us: it is told when we are ready, and holds copies of the task's stdio in case that we are killed. See
//! `tsorch_protocol::keeping`.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{RecvFlags, recv};
use serde_json::json;
use tsorch_protocol::frame::FrameDecoder;
use tsorch_protocol::keeping::{KEEP, KeptTask, LET_GO, PING, PONG, REAPED, ReapedTask};
use tsorch_protocol::{Event, Message};
use tsorch_sys::fd_passing::send_with_fds;
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::reply::{Outcome, answer_message};
use crate::token::Token;

/// Request number of the first frame.
const READY_REQUEST: u64 = 1;
const READ_BYTES: usize = 1024;

/// The socket of the hand-over, until hostd is gone.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    socket: Option<Socket>,
    input: FrameDecoder,
    /// There was an answer.
    has_spoken: bool,
}

#[derive(Debug)]
enum Socket {
    Unwatched(OwnedFd),
    Watched(Watched<OwnedFd>),
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Unwatched(socket) => socket.as_fd(),
            Self::Watched(socket) => socket.as_fd(),
        }
    }
}

impl Keeper {
    /// The socket as it came.
    pub(crate) fn new(socket: OwnedFd) -> Self {
        // Nothing waits for hostd; what is said here fits a socket's buffer many times.
        let _ = rustix::io::ioctl_fionbio(&socket, true);
        Self {
            socket: Some(Socket::Unwatched(socket)),
            ..Self::default()
        }
    }

    /// A connection of a hostd that was started later than we.
    pub(crate) fn of_successor(socket: OwnedFd, poller: &Poller) -> Self {
        let mut keeper = Self::new(socket);
        keeper.has_spoken = true;
        keeper.watch(poller);
        keeper
    }

    /// Listens to it, too.
    pub(crate) fn watch(&mut self, poller: &Poller) {
        if let Some(Socket::Unwatched(socket)) = self.socket.take() {
            let watched = poller.watch(socket, Token::Keeper.to_bits(), EventFlags::IN);
            self.socket = watched.ok().map(Socket::Watched);
        }
    }

    /// Whether hostd is there to tell us how an adopted process ended.
    pub(crate) fn is_there(&self) -> bool {
        self.socket.is_some()
    }

    /// Says how the start went, once. That hostd is gone meanwhile is no error.
    pub(crate) fn answer(&mut self, outcome: Outcome) {
        if !std::mem::replace(&mut self.has_spoken, true) {
            self.say(&answer_message(READY_REQUEST, outcome), &[]);
        }
    }

    /// Gives copies of a task's descriptors away: its pidfd, and one for each lane.
    pub(crate) fn keep(&mut self, task: &KeptTask, fds: &[BorrowedFd<'_>]) {
        self.say(&event(KEEP, json!(task)), fds);
    }

    /// The task is over.
    pub(crate) fn let_go(&mut self, task: u64) {
        self.say(&event(LET_GO, json!({ "task": task })), &[]);
    }

    fn say(&mut self, message: &Message, fds: &[BorrowedFd<'_>]) {
        let (Some(socket), Ok(frame)) = (&self.socket, message.to_frame()) else {
            return;
        };
        let sent = match send_with_fds(socket, &frame, fds) {
            // A pipe takes answers; nobody keeps anything for us then.
            Err(Errno::NOTSOCK) if fds.is_empty() => rustix::io::write(socket, &frame),
            Err(Errno::NOTSOCK) => return,
            sent => sent,
        };
        if !sent.is_ok_and(|count| count == frame.len()) {
            self.socket = None;
        }
    }

    /// What hostd has said, or that it is gone.
    pub(crate) fn listen(&mut self) -> Vec<ReapedTask> {
        let Some(socket) = &self.socket else {
            return Vec::new();
        };
        let mut buffer = [0; READ_BYTES];
        match recv(socket, &mut buffer[..], RecvFlags::DONTWAIT) {
            Ok((_, count @ 1..)) => self.input.push(&buffer[..count]),
            Err(Errno::AGAIN | Errno::INTR) => {}
            Ok(_) | Err(_) => self.socket = None,
        }
        let mut told = Vec::new();
        let mut is_asked = false;
        while let Ok(Some(payload)) = self.input.next_payload() {
            match Message::from_payload(payload) {
                Ok(Message::Event(event)) if event.name == REAPED => {
                    told.extend(serde_json::from_value::<ReapedTask>(event.data).ok());
                }
                Ok(Message::Event(event)) => is_asked |= event.name == PING,
                _ => {}
            }
        }
        if is_asked {
            self.say(&event(PONG, json!({})), &[]);
        }
        told
    }
}

fn event(name: &str, data: serde_json::Value) -> Message {
    Message::Event(Event {
        name: name.to_owned(),
        seq: None,
        data,
    })
}

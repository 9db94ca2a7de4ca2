//! Where an answer goes.

use std::os::fd::OwnedFd;

use serde_json::Value;
use tsorch_protocol::{ErrorBody, Message};

use crate::peers::Peers;
use crate::token::PeerId;

/// The outcome of a request.
pub(crate) type Outcome = Result<Value, ErrorBody>;

/// Request number of the one frame on the ready pipe.
const READY_REQUEST: u64 = 1;

/// Who asked. Asking again while an answer is due is allowed; each gets the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyTo {
    /// A client's request.
    Client { peer: PeerId, request: u64 },
    /// hostd, on the pipe of the hand-over.
    Ready,
    /// Nobody: we do it for ourselves.
    Nobody,
}

/// The write end of the pipe of the hand-over, until there was an answer.
#[derive(Debug, Default)]
pub(crate) struct ReadyPipe(Option<OwnedFd>);

impl ReadyPipe {
    pub(crate) fn new(pipe: OwnedFd) -> Self {
        Self(Some(pipe))
    }

    /// Says the one thing that there is to say, and closes the pipe. That hostd is gone meanwhile is no error.
    pub(crate) fn answer(&mut self, outcome: Outcome) {
        let Some(pipe) = self.0.take() else {
            return;
        };
        if let Ok(frame) = answer_message(READY_REQUEST, outcome).to_frame() {
            let mut rest = &frame[..];
            while let Ok(count @ 1..) = rustix::io::write(&pipe, rest) {
                rest = &rest[count..];
            }
        }
    }
}

/// The answer to request `id`.
pub(crate) fn answer_message(id: u64, outcome: Outcome) -> Message {
    match outcome {
        Ok(result) => Message::result(id, result),
        Err(error) => Message::error(id, error),
    }
}

/// Delivers an answer.
pub(crate) fn deliver(peers: &mut Peers, ready: &mut ReadyPipe, to: ReplyTo, outcome: Outcome) {
    match to {
        ReplyTo::Client { peer, request } => peers.send(peer, &answer_message(request, outcome)),
        ReplyTo::Ready => ready.answer(outcome),
        ReplyTo::Nobody => {}
    }
}

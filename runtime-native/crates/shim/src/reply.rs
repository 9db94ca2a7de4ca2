//! Where an answer goes.

use serde_json::Value;
use tsorch_protocol::{ErrorBody, Message};

use crate::keeper::Keeper;
use crate::peers::Peers;
use crate::token::PeerId;

/// The outcome of a request.
pub(crate) type Outcome = Result<Value, ErrorBody>;

/// Who asked. Asking again while an answer is due is allowed; each gets the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyTo {
    /// A client's request.
    Client { peer: PeerId, request: u64 },
    /// hostd, on the socket of the hand-over.
    Ready,
    /// Nobody: we do it for ourselves.
    Nobody,
}

/// The answer to request `id`.
pub(crate) fn answer_message(id: u64, outcome: Outcome) -> Message {
    match outcome {
        Ok(result) => Message::result(id, result),
        Err(error) => Message::error(id, error),
    }
}

/// Delivers an answer.
pub(crate) fn deliver(peers: &mut Peers, keeper: &mut Keeper, to: ReplyTo, outcome: Outcome) {
    match to {
        ReplyTo::Client { peer, request } => peers.send(peer, &answer_message(request, outcome)),
        ReplyTo::Ready => keeper.answer(outcome),
        ReplyTo::Nobody => {}
    }
}

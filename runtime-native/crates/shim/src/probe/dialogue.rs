//! What is said over a probe's connection. Pure: bytes in, bytes out, and a finding at the end. Everything that comes from
//! the container is bounded and believed in nothing.

use super::config::{Check, Endpoint};
use super::grpc::GrpcDialogue;
use super::http::HttpDialogue;
use super::result::ProbeResult;

/// How far an answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing can be said yet.
    More,
    /// The finding is sure, the answer is not over: a server that is cut off in it might complain.
    Known,
    /// There is nothing more to come.
    Over,
}

/// Why nothing more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The answer is complete.
    Complete,
    /// The server closed the connection.
    Closed,
    /// There is no more time.
    Expired,
}

/// One kind's words.
#[derive(Debug)]
pub(crate) enum Dialogue {
    /// None: the connection is all.
    Connect,
    Http(HttpDialogue),
    Grpc(GrpcDialogue),
}

impl Dialogue {
    /// With where to talk; `None` for a kind that needs no connection.
    pub(crate) fn for_check(check: &Check) -> Option<(Self, &Endpoint)> {
        match check {
            Check::Exec { .. } => None,
            Check::Connect { to } => Some((Self::Connect, to)),
            Check::Http(http) => Some((Self::Http(HttpDialogue::new(http)), &http.to)),
            Check::Grpc { to, service } => {
                Some((Self::Grpc(GrpcDialogue::new(&to.host(), service)), to))
            }
        }
    }

    /// The first words; empty when the connection is enough.
    pub(crate) fn opening(&mut self) -> Vec<u8> {
        match self {
            Self::Connect => Vec::new(),
            Self::Http(http) => http.take_request(),
            Self::Grpc(grpc) => grpc.take_request(),
        }
    }

    /// Takes what came; what has to be said to it goes to `replies`.
    pub(crate) fn take(&mut self, bytes: &[u8], replies: &mut Vec<u8>) -> Progress {
        match self {
            Self::Connect => Progress::Over,
            Self::Http(http) => http.take(bytes),
            Self::Grpc(grpc) => grpc.take(bytes, replies),
        }
    }

    pub(crate) fn finding(&self, end: End) -> ProbeResult {
        match self {
            Self::Connect => ProbeResult::passed(""),
            Self::Http(http) => http.finding(end),
            Self::Grpc(grpc) => grpc.finding(end),
        }
    }
}

/// The finding when the server has said too little.
pub(crate) fn silence(end: End) -> ProbeResult {
    match end {
        End::Expired => ProbeResult::timed_out("no answer in time"),
        End::Closed | End::Complete => {
            ProbeResult::failed("the server closed the connection before it had answered")
        }
    }
}

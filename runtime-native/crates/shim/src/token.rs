//! Names of the event loop's sources, as they stand in epoll's 64 bits.

use crate::timers::ExecId;

/// Number of a client's connection; never used twice.
pub(crate) type PeerId = u32;

/// Whose stdio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// The container's task.
    Task,
    /// An exec session.
    Exec(ExecId),
}

/// Which of its descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Stdin,
    Stdout,
    Stderr,
    /// Master of the pseudoterminal: all three in one.
    Console,
}

/// A source of the event loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// The control socket.
    Listener,
    /// SIGCHLD.
    Signals,
    /// The kernel killed a process of the container for lack of memory.
    Oom,
    /// The connection of the probe that runs.
    Probe,
    /// hostd, on the socket of the hand-over.
    Keeper,
    /// The first process of an adopted task.
    Adopted,
    /// What the start in progress waits for.
    Awaited,
    /// A client.
    Peer(PeerId),
    /// Stdio of a program.
    Stdio(Owner, Lane),
}

const KIND_SHIFT: u32 = 56;
const LANE_SHIFT: u32 = 48;
/// Exec numbers begin at 1.
const TASK: u32 = 0;

impl Token {
    pub(crate) fn to_bits(self) -> u64 {
        let (kind, lane, id) = match self {
            Self::Listener => (0, 0, 0),
            Self::Signals => (1, 0, 0),
            Self::Oom => (2, 0, 0),
            Self::Probe => (5, 0, 0),
            Self::Keeper => (6, 0, 0),
            Self::Adopted => (7, 0, 0),
            Self::Awaited => (8, 0, 0),
            Self::Peer(id) => (3, 0, id),
            Self::Stdio(owner, lane) => (4, lane_bits(lane), owner_bits(owner)),
        };
        (kind << KIND_SHIFT) | (lane << LANE_SHIFT) | u64::from(id)
    }

    pub(crate) fn from_bits(bits: u64) -> Option<Self> {
        let id = u32::try_from(bits & u64::from(u32::MAX)).ok()?;
        let owner = match id {
            TASK => Owner::Task,
            id => Owner::Exec(id),
        };
        match bits >> KIND_SHIFT {
            0 => Some(Self::Listener),
            1 => Some(Self::Signals),
            2 => Some(Self::Oom),
            3 => Some(Self::Peer(id)),
            5 => Some(Self::Probe),
            6 => Some(Self::Keeper),
            7 => Some(Self::Adopted),
            8 => Some(Self::Awaited),
            4 => Some(Self::Stdio(owner, lane_of(bits >> LANE_SHIFT & 0xff)?)),
            _ => None,
        }
    }
}

fn owner_bits(owner: Owner) -> u32 {
    match owner {
        Owner::Task => TASK,
        Owner::Exec(id) => id,
    }
}

fn lane_bits(lane: Lane) -> u64 {
    match lane {
        Lane::Stdin => 0,
        Lane::Stdout => 1,
        Lane::Stderr => 2,
        Lane::Console => 3,
    }
}

fn lane_of(bits: u64) -> Option<Lane> {
    match bits {
        0 => Some(Lane::Stdin),
        1 => Some(Lane::Stdout),
        2 => Some(Lane::Stderr),
        3 => Some(Lane::Console),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Lane, Owner, Token};

    #[test]
    fn every_token_survives_its_bits() {
        let tokens = [
            Token::Listener,
            Token::Signals,
            Token::Oom,
            Token::Probe,
            Token::Keeper,
            Token::Adopted,
            Token::Peer(u32::MAX),
            Token::Stdio(Owner::Task, Lane::Stdin),
            Token::Stdio(Owner::Exec(7), Lane::Stdout),
            Token::Stdio(Owner::Exec(u32::MAX), Lane::Console),
            Token::Stdio(Owner::Task, Lane::Stderr),
        ];
        for token in tokens {
            assert_eq!(Token::from_bits(token.to_bits()), Some(token));
        }
        assert_eq!(Token::from_bits(u64::MAX), None);
    }
}

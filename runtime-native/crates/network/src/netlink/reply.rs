//! Answers of the kernel, cut out of a datagram.

use std::fmt;

use rustix::io::Errno;

use crate::netlink::attributes::Attributes;
use crate::netlink::message::HEADER_BYTES;

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
/// The dump saw a change while it ran and is not consistent.
const NLM_F_DUMP_INTR: u16 = 0x10;
/// The header of an error answer carries attributes after the echoed header.
const NLM_F_ACK_TLVS: u16 = 0x200;
const NLMSGERR_ATTR_MSG: u16 = 1;

/// The kernel's "no".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refusal {
    /// Which error.
    pub errno: Errno,
    /// The kernel's own explanation, often empty.
    pub explanation: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&tsorch_protocol::errno::errno_name(self.errno))?;
        if self.explanation.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({})", self.explanation)
    }
}

impl From<Errno> for Refusal {
    fn from(errno: Errno) -> Self {
        Self {
            errno,
            explanation: String::new(),
        }
    }
}

/// One answer or event.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    /// Message type.
    pub(crate) kind: u16,
    /// Who caused it: the port of a netlink socket (events of netfilter), 0 for the kernel.
    pub(crate) port: u32,
    flags: u16,
    /// Of the request.
    pub(crate) sequence: u32,
    payload: Vec<u8>,
}

impl Reply {
    /// The first `N` bytes: the family's own header.
    pub(crate) fn header<const N: usize>(&self) -> Option<&[u8; N]> {
        self.payload.first_chunk()
    }

    /// What follows a family header of `header` bytes.
    pub(crate) fn attributes(&self, header: usize) -> Attributes<'_> {
        Attributes::of(self.payload.get(header..).unwrap_or(&[]))
    }

    /// Whether the dump that it is part of has to be asked for again.
    pub(crate) fn is_inconsistent(&self) -> bool {
        self.flags & NLM_F_DUMP_INTR != 0
    }

    /// How a dump ended; `None` when this is not its end.
    pub(crate) fn dump_end(&self) -> Option<Result<(), Refusal>> {
        if self.kind != NLMSG_DONE {
            return None;
        }
        match self.error_number() {
            code if code < 0 => Some(Err(Errno::from_raw_os_error(code.saturating_neg()).into())),
            _ => Some(Ok(())),
        }
    }

    fn error_number(&self) -> i32 {
        self.header::<4>()
            .map_or(0, |bytes| i32::from_ne_bytes(*bytes))
    }

    /// Success, or what an error message says; `None` when it is no such message.
    pub(crate) fn verdict(&self) -> Option<Result<(), Refusal>> {
        if self.kind != NLMSG_ERROR {
            return None;
        }
        let code = self.error_number();
        if code == 0 {
            return Some(Ok(()));
        }
        let has_text = self.flags & NLM_F_ACK_TLVS != 0;
        let text = self
            .attributes(4 + HEADER_BYTES)
            .text(NLMSGERR_ATTR_MSG)
            .filter(|_| has_text);
        Some(Err(Refusal {
            errno: Errno::from_raw_os_error(code.saturating_neg()),
            explanation: text.unwrap_or_default().to_owned(),
        }))
    }
}

/// Takes the first whole answer off `bytes`.
pub(crate) fn split_reply(bytes: &[u8]) -> Option<(Reply, &[u8])> {
    let header = bytes.first_chunk::<HEADER_BYTES>()?;
    let number = |at: usize| -> Option<u32> {
        header
            .get(at..at + 4)?
            .first_chunk()
            .map(|four| u32::from_ne_bytes(*four))
    };
    let half = |at: usize| -> Option<u16> {
        header
            .get(at..at + 2)?
            .first_chunk()
            .map(|two| u16::from_ne_bytes(*two))
    };
    let length = usize::try_from(number(0)?).ok()?;
    let payload = bytes.get(HEADER_BYTES..length)?.to_vec();
    let reply = Reply {
        kind: half(4)?,
        flags: half(6)?,
        sequence: number(8)?,
        port: number(12)?,
        payload,
    };
    Some((
        reply,
        bytes.get(length.next_multiple_of(4)..).unwrap_or(&[]),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn splits_any_bytes_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut rest = &bytes[..];
            while let Some((reply, after)) = split_reply(rest) {
                let _ = (reply.verdict(), reply.dump_end());
                prop_assert!(after.len() < rest.len());
                rest = after;
            }
        }
    }
}

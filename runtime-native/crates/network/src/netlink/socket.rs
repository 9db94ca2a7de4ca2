//! Sends requests and collects their answers.
//!
//! The kernel carries a request out inside sendmsg(2), so its answer is there when we read: nothing here waits for
//! anybody. nfnetlink sockets are kept open for the life of the process: closing one after a deletion waits for RCU.

use std::collections::VecDeque;
use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{Protocol, RecvFlags, SendFlags, sockopt};

use crate::netlink::attributes::Attributes;
use crate::netlink::message::{ACK, DUMP, HEADER_BYTES, Message};

const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
/// The dump saw a change while it ran and is not consistent.
const NLM_F_DUMP_INTR: u16 = 0x10;
/// The header of an error answer carries attributes after the echoed header.
const NLM_F_ACK_TLVS: u16 = 0x200;
const NLMSGERR_ATTR_MSG: u16 = 1;

/// Longest datagram the kernel makes for an answer, with room to spare.
const RECEIVE_BYTES: usize = 64 * 1024;
/// A table of some ten thousand elements is sent as one message.
const SEND_BUFFER_BYTES: usize = 16 << 20;
/// Answers and events that wait for us.
const RECEIVE_BUFFER_BYTES: usize = 4 << 20;
/// How often an inconsistent dump is asked for again.
const DUMP_ATTEMPTS: usize = 10;

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
    sequence: u32,
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

    /// Success, or what an error message says; `None` when it is no such message.
    fn verdict(&self) -> Option<Result<(), Refusal>> {
        if self.kind != NLMSG_ERROR {
            return None;
        }
        let code = self
            .header::<4>()
            .map_or(0, |bytes| i32::from_ne_bytes(*bytes));
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

/// A netlink socket in the network namespace in which it was opened.
#[derive(Debug)]
pub(crate) struct Socket {
    fd: OwnedFd,
    sequence: u32,
    buffer: Vec<u8>,
    pending: VecDeque<Reply>,
}

impl Socket {
    /// Opens for requests. `None` = rtnetlink.
    pub(crate) fn open(protocol: Option<Protocol>) -> Result<Self, Errno> {
        Self::with_groups(protocol, 0)
    }

    /// Opens for events of the multicast groups in `groups` (bit n-1 = group n).
    pub(crate) fn with_groups(protocol: Option<Protocol>, groups: u32) -> Result<Self, Errno> {
        let fd = tsorch_sys::netlink::open(protocol, groups)?;
        let forced = sockopt::set_socket_send_buffer_size_force(&fd, SEND_BUFFER_BYTES)
            .and_then(|()| sockopt::set_socket_recv_buffer_size_force(&fd, RECEIVE_BUFFER_BYTES));
        if forced.is_err() {
            sockopt::set_socket_recv_buffer_size(&fd, RECEIVE_BUFFER_BYTES)?;
        }
        Ok(Self {
            fd,
            sequence: 0,
            buffer: Vec::new(),
            pending: VecDeque::new(),
        })
    }

    /// The port under which the kernel names us as the cause of events.
    pub(crate) fn port(&self) -> Result<u32, Errno> {
        let address = rustix::net::getsockname(&self.fd)?;
        Ok(rustix::net::netlink::SocketAddrNetlink::try_from(address)?.pid())
    }

    /// Carries one request out.
    pub(crate) fn request(&mut self, message: Message) -> Result<(), Refusal> {
        self.request_all(vec![message])
            .map_err(|(_, refusal)| refusal)
    }

    /// Carries requests out in order with one system call; tells the index of the first that was refused. The others are
    /// carried out all the same.
    pub(crate) fn request_all(&mut self, messages: Vec<Message>) -> Result<(), (usize, Refusal)> {
        let count = messages.len();
        let first = self.sequence.wrapping_add(1);
        let mut bytes = Vec::with_capacity(messages.iter().map(Message::len).sum());
        for mut message in messages {
            message.add_flags(ACK);
            let sequence = self.next_sequence();
            bytes.extend(message.into_bytes(sequence));
        }
        self.send(&bytes).map_err(|errno| (0, errno.into()))?;
        let mut failure = None;
        for index in 0..count {
            let sequence = first.wrapping_add(u32::try_from(index).unwrap_or(0));
            let verdict = self.verdict_of(sequence);
            failure = failure.or(verdict.err().map(|refusal| (index, refusal)));
        }
        failure.map_or(Ok(()), Err)
    }

    /// Sends `messages` as they are and gives the verdict: the first refusal, or success once the last message, which
    /// alone asks for an acknowledgement, has been acknowledged.
    pub(crate) fn batch(&mut self, messages: Vec<Message>) -> Result<(), Refusal> {
        let mut bytes = Vec::with_capacity(messages.iter().map(Message::len).sum());
        let mut last = self.sequence;
        let last_index = messages.len().saturating_sub(2);
        for (index, mut message) in messages.into_iter().enumerate() {
            let sequence = self.next_sequence();
            // The very last message only ends the batch and is never acknowledged by older kernels.
            if index == last_index {
                message.add_flags(ACK);
                last = sequence;
            }
            bytes.extend(message.into_bytes(sequence));
        }
        self.pending.clear();
        self.send(&bytes)?;
        let mut failure = None;
        loop {
            let reply = self.next_reply()?;
            if let Some(Err(refusal)) = reply.verdict() {
                failure = failure.or(Some(refusal));
            }
            if reply.sequence == last {
                self.discard_waiting()?;
                return failure.map_or(Ok(()), Err);
            }
        }
    }

    /// All answers to a dump request, asked for again while the kernel says that it changed meanwhile.
    pub(crate) fn dump(&mut self, message: &Message) -> Result<Vec<Reply>, Refusal> {
        for _ in 0..DUMP_ATTEMPTS {
            let mut request = message.clone();
            request.add_flags(DUMP);
            let sequence = self.next_sequence();
            self.send(&request.into_bytes(sequence))?;
            if let Some(replies) = self.dump_replies(sequence)? {
                return Ok(replies);
            }
        }
        Err(Errno::AGAIN.into())
    }

    /// The answer to a request for one object.
    pub(crate) fn get(&mut self, mut message: Message) -> Result<Reply, Refusal> {
        message.add_flags(ACK);
        let sequence = self.next_sequence();
        self.send(&message.into_bytes(sequence))?;
        let mut found = None;
        loop {
            let reply = self.reply_to(sequence)?;
            match reply.verdict() {
                None => found = Some(reply),
                Some(Ok(())) => return found.ok_or_else(|| Errno::NODATA.into()),
                Some(Err(refusal)) => return Err(refusal),
            }
        }
    }

    /// Events that wait; ENOBUFS: some were lost, look at everything.
    pub(crate) fn events(&mut self) -> Result<Vec<Reply>, Errno> {
        loop {
            match self.receive(RecvFlags::DONTWAIT) {
                Ok(()) => {}
                Err(Errno::AGAIN) => return Ok(self.pending.drain(..).collect()),
                Err(errno) => return Err(errno),
            }
        }
    }

    fn dump_replies(&mut self, sequence: u32) -> Result<Option<Vec<Reply>>, Refusal> {
        let mut replies = Vec::new();
        let mut interrupted = false;
        loop {
            let reply = self.reply_to(sequence)?;
            interrupted |= reply.flags & NLM_F_DUMP_INTR != 0;
            if let Some(verdict) = reply.verdict() {
                verdict?;
            } else if reply.kind == NLMSG_DONE {
                let code = reply
                    .header::<4>()
                    .map_or(0, |bytes| i32::from_ne_bytes(*bytes));
                if code < 0 {
                    return Err(Errno::from_raw_os_error(code.saturating_neg()).into());
                }
                return Ok((!interrupted).then_some(replies));
            } else {
                replies.push(reply);
            }
        }
    }

    fn verdict_of(&mut self, sequence: u32) -> Result<(), Refusal> {
        loop {
            if let Some(verdict) = self.reply_to(sequence)?.verdict() {
                return verdict;
            }
        }
    }

    /// Skips answers to earlier requests, whose readers gave up at an error.
    fn reply_to(&mut self, sequence: u32) -> Result<Reply, Errno> {
        loop {
            let reply = self.next_reply()?;
            if reply.sequence == sequence {
                return Ok(reply);
            }
        }
    }

    fn next_reply(&mut self) -> Result<Reply, Errno> {
        loop {
            if let Some(reply) = self.pending.pop_front() {
                return Ok(reply);
            }
            self.receive(RecvFlags::empty())?;
        }
    }

    fn discard_waiting(&mut self) -> Result<(), Errno> {
        self.events().map(|_| ())
    }

    fn next_sequence(&mut self) -> u32 {
        self.sequence = self.sequence.wrapping_add(1);
        self.sequence
    }

    fn send(&self, bytes: &[u8]) -> Result<(), Errno> {
        rustix::io::retry_on_intr(|| rustix::net::send(&self.fd, bytes, SendFlags::NOSIGNAL))
            .map(|_| ())
    }

    fn receive(&mut self, flags: RecvFlags) -> Result<(), Errno> {
        self.buffer.resize(RECEIVE_BYTES, 0);
        let (length, _) =
            rustix::io::retry_on_intr(|| rustix::net::recv(&self.fd, &mut self.buffer[..], flags))?;
        let mut rest = self.buffer.get(..length).unwrap_or(&[]);
        while let Some((reply, after)) = split_reply(rest) {
            self.pending.push_back(reply);
            rest = after;
        }
        Ok(())
    }
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

fn split_reply(bytes: &[u8]) -> Option<(Reply, &[u8])> {
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
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn splits_any_bytes_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut rest = &bytes[..];
            while let Some((reply, after)) = split_reply(rest) {
                let _ = reply.verdict();
                prop_assert!(after.len() < rest.len());
                rest = after;
            }
        }
    }

    #[test]
    fn tells_the_kernels_explanation() {
        let mut socket = Socket::open(None).unwrap();
        // RTM_GETLINK of an interface that cannot be there.
        let mut message = Message::new(18, 0, &[0; 16]);
        message.text(3, "no-such-link-x");
        assert_eq!(socket.get(message).unwrap_err().errno, Errno::NODEV);
    }

    #[test]
    fn dumps_until_the_end() {
        let mut socket = Socket::open(None).unwrap();
        let links = socket.dump(&Message::new(18, 0, &[0; 16])).unwrap();
        assert!(
            links
                .iter()
                .any(|link| link.attributes(16).text(3) == Some("lo"))
        );
    }
}

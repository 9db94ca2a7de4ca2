//! Sends requests and collects their answers.
//!
//! The kernel carries a request out inside sendmsg(2), so its answer is there when we read: nothing here waits for
//! anybody. nfnetlink sockets are kept open for the life of the process: closing one after a deletion waits for RCU.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{Protocol, RecvFlags, SendFlags, sockopt};

use crate::netlink::message::{ACK, DUMP, Message};
use crate::netlink::reply::{Refusal, Reply, split_reply};

/// Longest datagram the kernel makes for an answer, with room to spare.
const RECEIVE_BYTES: usize = 64 * 1024;
/// A table of some ten thousand elements is sent as one message.
const SEND_BUFFER_BYTES: usize = 16 << 20;
/// Answers and events that wait for us.
const RECEIVE_BUFFER_BYTES: usize = 4 << 20;
/// How often an inconsistent dump is asked for again.
const DUMP_ATTEMPTS: usize = 10;

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
            interrupted |= reply.is_inconsistent();
            if let Some(verdict) = reply.verdict() {
                verdict?;
            } else if let Some(end) = reply.dump_end() {
                return end.map(|()| (!interrupted).then_some(replies));
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

#[cfg(test)]
mod tests {
    use super::*;

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

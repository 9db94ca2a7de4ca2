//! What a container's first process (or an exec'd one) and its maker tell each other.
//!
//! One SOCK_SEQPACKET socket pair per process, one message per packet. The child's end is close-on-exec: the end of the
//! stream after [`ToInit::Start`] means that the program was executed.
//!
//! ```text
//!   maker                         child
//!     |---- Proceed -------------->|   mappings written, hooks run (only when there are any)
//!     |---- Network -------------->|   made meanwhile (`late_network.rs`)
//!     |<--- Console --------------|
//!     |<--- Ready -----------------|
//!     |---- Start ---------------->|   (or somebody connects to the gate's socket)
//!     |<--- Listener --------------|   only when its filter holds calls up
//!     |---- Proceed -------------->|
//!     |<--- Failed, or the end ----|
//! ```

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use tsorch_sys::fd_passing::{receive_with_fds, send_with_fds};

use crate::error::Failure;
use crate::waiter::Waiter;

/// Longest text of a message in bytes; longer ones are cut.
const MOST_TEXT: usize = 2048;
/// Kind and error number in front of the text.
const HEAD: usize = 5;

/// What the child tells.
#[derive(Debug)]
pub(crate) enum FromInit {
    /// Everything is set up; it waits at its gate.
    Ready,
    /// A step failed; it ends.
    Failed(Failure),
    /// The master of its terminal.
    Console(OwnedFd),
    /// The number, in the child, of the descriptor over which calls are answered.
    Listener(i32),
}

/// What the maker tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToInit {
    /// Go on; while it is set up the number is the child's own pid, as the maker sees it.
    Proceed(i32),
    /// Execute the program.
    Start,
}

const READY: u8 = 1;
const FAILED: u8 = 2;
const CONSOLE: u8 = 3;
const PROCEED: u8 = 4;
const START: u8 = 5;
const LISTENER: u8 = 6;
const NETWORK: u8 = 7;

/// The maker's end.
#[derive(Debug)]
pub(crate) struct MakerEnd(OwnedFd);

/// The child's end.
#[derive(Debug)]
pub(crate) struct ChildEnd(OwnedFd);

/// Makes both ends.
pub(crate) fn pair() -> Result<(MakerEnd, ChildEnd), Errno> {
    let flags = SocketFlags::CLOEXEC;
    let (maker, child) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
    Ok((MakerEnd(maker), ChildEnd(child)))
}

fn packet(kind: u8, number: i32, text: &str) -> Vec<u8> {
    let mut cut = text.len().min(MOST_TEXT);
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    let mut bytes = Vec::with_capacity(HEAD + cut);
    bytes.push(kind);
    bytes.extend(number.to_ne_bytes());
    bytes.extend(&text.as_bytes()[..cut]);
    bytes
}

impl MakerEnd {
    /// Takes over a connection to a gate's socket.
    pub(crate) fn new(connection: OwnedFd) -> Self {
        Self(connection)
    }

    pub(crate) fn send(&self, message: ToInit) -> Result<(), Errno> {
        let (kind, number) = match message {
            ToInit::Proceed(pid) => (PROCEED, pid),
            ToInit::Start => (START, 0),
        };
        send_with_fds(&self.0, &packet(kind, number, ""), &[]).map(drop)
    }

    /// Hands over the network namespace.
    pub(crate) fn network(&self, namespace: &OwnedFd) -> Result<(), Errno> {
        send_with_fds(&self.0, &packet(NETWORK, 0, ""), &[namespace.as_fd()]).map(drop)
    }

    /// As [`receive`](Self::receive), when `waiter` says that there is something; ETIMEDOUT when it gives up.
    pub(crate) fn receive_by(&self, waiter: &mut dyn Waiter) -> Result<Option<FromInit>, Errno> {
        match waiter.wait(self.0.as_fd(), None)? {
            true => self.receive(),
            false => Err(Errno::TIMEDOUT),
        }
    }

    /// Waits for the next message; `None` = the child has executed its program or ended.
    pub(crate) fn receive(&self) -> Result<Option<FromInit>, Errno> {
        let mut buffer = [0u8; HEAD + MOST_TEXT];
        let (count, mut fds) = loop {
            match receive_with_fds(&self.0, &mut buffer) {
                // Told once when the child ended with something unread; what it said before comes after that.
                Err(Errno::INTR | Errno::CONNRESET) => {}
                done => break done?,
            }
        };
        let Some((&[kind, n0, n1, n2, n3], text)) = buffer[..count].split_first_chunk::<HEAD>()
        else {
            return Ok(None);
        };
        let number = i32::from_ne_bytes([n0, n1, n2, n3]);
        let text = String::from_utf8_lossy(text).into_owned();
        let message = match kind {
            READY => FromInit::Ready,
            FAILED => FromInit::Failed(Failure {
                step: text,
                errno: (number != 0).then_some(number),
            }),
            CONSOLE => FromInit::Console(fds.pop().ok_or(Errno::PROTO)?),
            LISTENER => FromInit::Listener(number),
            _ => return Err(Errno::PROTO),
        };
        Ok(Some(message))
    }
}

impl AsFd for ChildEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl ChildEnd {
    /// Takes over a connection accepted from a gate's socket.
    pub(crate) fn new(connection: OwnedFd) -> Self {
        Self(connection)
    }

    pub(crate) fn ready(&self) -> Result<(), Errno> {
        send_with_fds(&self.0, &packet(READY, 0, ""), &[]).map(drop)
    }

    pub(crate) fn console(&self, master: &OwnedFd) -> Result<(), Errno> {
        send_with_fds(&self.0, &packet(CONSOLE, 0, ""), &[master.as_fd()]).map(drop)
    }

    /// Tells the number of the notification descriptor, and waits until it was handed over; `false` when the maker is gone
    /// instead. Of the system only `write` is called before that, and nothing is allocated.
    pub(crate) fn listener(&self, fd: BorrowedFd<'_>) -> Result<bool, Errno> {
        let [n0, n1, n2, n3] = fd.as_raw_fd().to_ne_bytes();
        rustix::io::write(&self.0, &[LISTENER, n0, n1, n2, n3])?;
        self.wait_to_proceed().map(|proceed| proceed.is_some())
    }

    /// Tells the failure that ends the child. The maker may be gone; then nobody wants to know. By `write`, as a filter that is
    /// loaded already may forbid more.
    pub(crate) fn fail(&self, failure: &Failure) {
        let bytes = packet(FAILED, failure.errno.unwrap_or(0), &failure.step);
        let _ = rustix::io::write(&self.0, &bytes);
    }

    /// Prepares a failure whose error number is not known yet.
    pub(crate) fn prepare_failure(step: &str) -> PreparedFailure {
        PreparedFailure(packet(FAILED, 0, step))
    }

    /// Waits until the maker lets this process go on; gives its pid, or `None` when the maker is gone instead.
    pub(crate) fn wait_to_proceed(&self) -> Result<Option<i32>, Errno> {
        match self.receive()? {
            None => Ok(None),
            Some(ToInit::Proceed(pid)) => Ok(Some(pid)),
            Some(ToInit::Start) => Err(Errno::PROTO),
        }
    }

    /// Waits for the network namespace; `None` when the maker is gone instead.
    pub(crate) fn receive_network(&self) -> Result<Option<OwnedFd>, Errno> {
        let mut buffer = [0u8; HEAD];
        let (count, mut fds) = loop {
            match receive_with_fds(&self.0, &mut buffer) {
                Err(Errno::INTR) => {}
                Err(Errno::CONNRESET) => return Ok(None),
                done => break done?,
            }
        };
        match (count, buffer) {
            (0, _) => Ok(None),
            (HEAD, [NETWORK, ..]) => fds.pop().map(Some).ok_or(Errno::PROTO),
            _ => Err(Errno::PROTO),
        }
    }

    /// Waits for the start; `false` when the maker is gone instead.
    pub(crate) fn wait_to_start(&self) -> Result<bool, Errno> {
        match self.receive()? {
            None => Ok(false),
            Some(ToInit::Start) => Ok(true),
            Some(ToInit::Proceed(_)) => Err(Errno::PROTO),
        }
    }

    fn receive(&self) -> Result<Option<ToInit>, Errno> {
        let mut buffer = [0u8; HEAD];
        loop {
            match rustix::io::read(&self.0, &mut buffer) {
                Ok(0) | Err(Errno::CONNRESET) => return Ok(None),
                Ok(HEAD) => break,
                Ok(_) => return Err(Errno::PROTO),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(errno),
            }
        }
        let [kind, n0, n1, n2, n3] = buffer;
        match kind {
            PROCEED => Ok(Some(ToInit::Proceed(i32::from_ne_bytes([n0, n1, n2, n3])))),
            START => Ok(Some(ToInit::Start)),
            _ => Err(Errno::PROTO),
        }
    }
}

/// A message that can be sent without allocating: after the filter is loaded only a few calls are sure to work.
#[derive(Debug)]
pub(crate) struct PreparedFailure(Vec<u8>);

impl PreparedFailure {
    pub(crate) fn send(mut self, end: &ChildEnd, errno: Errno) {
        if let Some(number) = self.0.get_mut(1..HEAD) {
            number.copy_from_slice(&errno.raw_os_error().to_ne_bytes());
        }
        let _ = rustix::io::write(&end.0, &self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_arrive_as_they_were_sent() {
        let (maker, child) = pair().expect("a socket pair");
        child.fail(&Failure::new("mount proc", Errno::PERM));
        ChildEnd::prepare_failure("execute x").send(&child, Errno::NOENT);
        child.ready().expect("sent");
        drop(child);
        let mut texts = Vec::new();
        while let Some(message) = maker.receive().expect("received") {
            texts.push(match message {
                FromInit::Ready => "ready".to_owned(),
                FromInit::Failed(failure) => failure.to_string(),
                FromInit::Console(_) | FromInit::Listener(_) => "another".to_owned(),
            });
        }
        let expected = [
            "mount proc: operation not permitted (os error 1)",
            "execute x: no such file or directory (os error 2)",
            "ready",
        ];
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_child_that_fails_with_something_unread_is_still_heard() {
        let (maker, child) = pair().expect("a socket pair");
        let (sent, _other) = pair().expect("a socket pair");
        maker.network(&sent.0).expect("sent");
        child.fail(&Failure::new("mount proc", Errno::PERM));
        drop(child);
        assert!(matches!(maker.receive(), Ok(Some(FromInit::Failed(_)))));
        assert!(matches!(maker.receive(), Ok(None)));
    }

    #[test]
    fn a_namespace_arrives_as_a_descriptor_and_nothing_else_is_taken_for_one() {
        let (maker, child) = pair().expect("a socket pair");
        let (sent, _other) = pair().expect("a socket pair");
        maker.network(&sent.0).expect("sent");
        maker.send(ToInit::Start).expect("sent");
        drop(maker);
        assert!(matches!(child.receive_network(), Ok(Some(_))));
        assert!(matches!(child.receive_network(), Err(Errno::PROTO)));
        assert!(matches!(child.receive_network(), Ok(None)));
    }

    #[test]
    fn long_texts_are_cut_between_letters() {
        let bytes = packet(FAILED, 0, &"ä".repeat(MOST_TEXT));
        assert!(bytes.len() <= HEAD + MOST_TEXT);
        assert!(std::str::from_utf8(&bytes[HEAD..]).is_ok());
    }

    #[test]
    fn a_maker_that_is_gone_is_noticed() {
        let (maker, child) = pair().expect("a socket pair");
        maker.send(ToInit::Proceed(7)).expect("sent");
        drop(maker);
        assert_eq!(child.wait_to_proceed(), Ok(Some(7)));
        assert_eq!(child.wait_to_start(), Ok(false));
    }
}

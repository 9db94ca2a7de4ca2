//! Requests to the kernel's network configuration, and its answers. rtnetlink(7)

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, recv, send};

const ERROR: u16 = 2;
const DONE: u16 = 3;
const REQUEST: u16 = 0x1;
const ACKNOWLEDGE: u16 = 0x4;
const DUMP: u16 = 0x300;
const HEADER_BYTES: usize = 16;
/// The kernel makes its answers no longer than this, if the receiver has the room.
const ANSWER_BYTES: usize = 32 << 10;

/// A request: header, fixed part, attributes.
#[derive(Debug)]
pub(super) struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// Begins one of type `kind` with its fixed part, which has a multiple of four bytes.
    pub(super) fn new(kind: u16, fixed: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER_BYTES];
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        bytes.extend_from_slice(fixed);
        Self { bytes }
    }

    /// Adds an attribute.
    pub(super) fn attribute(mut self, kind: u16, value: &[u8]) -> Result<Self, Errno> {
        let length = u16::try_from(4 + value.len()).map_err(|_| Errno::MSGSIZE)?;
        self.bytes.extend(length.to_ne_bytes());
        self.bytes.extend(kind.to_ne_bytes());
        self.bytes.extend_from_slice(value);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        Ok(self)
    }

    fn finish(mut self, flags: u16) -> Result<Vec<u8>, Errno> {
        let length = u32::try_from(self.bytes.len()).map_err(|_| Errno::MSGSIZE)?;
        self.bytes[..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[6..8].copy_from_slice(&(REQUEST | flags).to_ne_bytes());
        Ok(self.bytes)
    }
}

/// Has one request carried out.
pub(super) fn carry_out(socket: &OwnedFd, request: Request) -> Result<(), Errno> {
    ask(socket, &request.finish(ACKNOWLEDGE)?, |_, _| {})
}

/// Asks for a list; `each` gets the type and the content of every entry.
pub(super) fn dump(
    socket: &OwnedFd,
    request: Request,
    each: impl FnMut(u16, &[u8]),
) -> Result<(), Errno> {
    ask(socket, &request.finish(DUMP)?, each)
}

fn ask(socket: &OwnedFd, request: &[u8], mut each: impl FnMut(u16, &[u8])) -> Result<(), Errno> {
    send(socket, request, SendFlags::empty())?;
    let mut buffer = vec![0u8; ANSWER_BYTES];
    loop {
        let (_, length) =
            rustix::io::retry_on_intr(|| recv(socket, &mut buffer[..], RecvFlags::TRUNC))?;
        let mut rest = buffer.get(..length).ok_or(Errno::MSGSIZE)?;
        while let Some((kind, content, behind)) = next_message(rest) {
            rest = behind;
            match kind {
                // The first number is the error, negative; 0 acknowledges.
                ERROR => return status(content),
                DONE => return status(content),
                _ => each(kind, content),
            }
        }
    }
}

fn status(content: &[u8]) -> Result<(), Errno> {
    let number = content
        .first_chunk::<4>()
        .map_or(0, |bytes| i32::from_ne_bytes(*bytes));
    match number {
        0 => Ok(()),
        number => Err(Errno::from_raw_os_error(-number)),
    }
}

/// Type and content of the next message, and what is behind it.
fn next_message(bytes: &[u8]) -> Option<(u16, &[u8], &[u8])> {
    let length = u32::from_ne_bytes(*bytes.first_chunk::<4>()?);
    let length = usize::try_from(length).ok()?;
    let kind = u16::from_ne_bytes(*bytes.get(4..6)?.first_chunk::<2>()?);
    let content = bytes.get(HEADER_BYTES..length)?;
    let behind = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    Some((kind, content, behind))
}

/// Type and value of each attribute.
pub(super) fn attributes(mut bytes: &[u8]) -> Vec<(u16, &[u8])> {
    let mut found = Vec::new();
    while let Some((head, _)) = bytes.split_first_chunk::<4>() {
        let [l0, l1, k0, k1] = *head;
        let length = usize::from(u16::from_ne_bytes([l0, l1]));
        let Some(value) = bytes.get(4..length) else {
            break;
        };
        found.push((u16::from_ne_bytes([k0, k1]), value));
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_their_length_and_padding() {
        let request = Request::new(16, &[7; 4])
            .attribute(3, b"eth0\0")
            .expect("short");
        let bytes = request.finish(ACKNOWLEDGE).expect("short");
        assert_eq!(bytes.len(), 16 + 4 + 12);
        let (kind, content, behind) = next_message(&bytes).expect("a message");
        assert_eq!((kind, &content[..4], behind), (16, &[7u8; 4][..], &[][..]));
        assert_eq!(attributes(&content[4..]), [(3, &b"eth0\0"[..])]);
    }

    #[test]
    fn cut_messages_and_attributes_end_the_list() {
        assert_eq!(next_message(&[40, 0, 0, 0, 1]), None);
        assert_eq!(next_message(&[0; 16]), None);
        assert_eq!(attributes(&[200, 0, 1, 0, 9]), []);
        assert_eq!(attributes(&[0, 0, 1, 0, 9]), []);
    }
}

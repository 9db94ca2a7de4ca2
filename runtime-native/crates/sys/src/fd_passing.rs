//! Descriptors over unix sockets: SCM_RIGHTS of unix(7).

use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

/// Most descriptors in one message.
pub const MAX_PASSED_FDS: usize = 16;

/// Sends `bytes` (at least one) and copies of `fds` in one message; gives how many bytes were taken.
///
/// # Errors
/// What sendmsg(2) says. A broken pipe raises no signal.
pub fn send_with_fds(
    socket: impl AsFd,
    bytes: &[u8],
    fds: &[BorrowedFd<'_>],
) -> Result<usize, Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_PASSED_FDS))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    if !fds.is_empty() && !ancillary.push(SendAncillaryMessage::ScmRights(fds)) {
        return Err(Errno::INVAL);
    }
    sendmsg(
        socket,
        &[IoSlice::new(bytes)],
        &mut ancillary,
        SendFlags::NOSIGNAL,
    )
}

/// Receives up to `buffer.len()` bytes and the descriptors that came with them (close-on-exec). 0 bytes = the end.
///
/// # Errors
/// What recvmsg(2) says; EMSGSIZE when bytes of a datagram or descriptors were cut off.
pub fn receive_with_fds(
    socket: impl AsFd,
    buffer: &mut [u8],
) -> Result<(usize, Vec<OwnedFd>), Errno> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_PASSED_FDS))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut pieces = [IoSliceMut::new(buffer)];
    let message = recvmsg(socket, &mut pieces, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let fds = ancillary
        .drain()
        .filter_map(|part| match part {
            RecvAncillaryMessage::ScmRights(rights) => Some(rights),
            _ => None,
        })
        .flatten()
        .collect();
    if message
        .flags
        .intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC)
    {
        return Err(Errno::MSGSIZE);
    }
    Ok((message.bytes, fds))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn hands_a_descriptor_to_the_other_end() {
        let (left, right) = UnixStream::pair().unwrap();
        let (mut ours, passed) = UnixStream::pair().unwrap();
        assert_eq!(send_with_fds(&left, b"hi", &[passed.as_fd()]).unwrap(), 2);
        drop(passed);
        let mut buffer = [0; 8];
        let (count, mut fds) = receive_with_fds(&right, &mut buffer).unwrap();
        assert_eq!((&buffer[..count], fds.len()), (&b"hi"[..], 1));
        ours.write_all(b"x").unwrap();
        let mut received = UnixStream::from(fds.remove(0));
        received.read_exact(&mut buffer[..1]).unwrap();
        assert_eq!(buffer[0], b'x');
    }
}

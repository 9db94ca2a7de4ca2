//! One direction of a proxied connection.

use std::os::fd::{AsFd, BorrowedFd};

use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown, recv, send, shutdown};

/// Bytes moved in one go; what the receiver does not take is kept, and nothing more is read until it did.
pub(crate) const SCRATCH_BYTES: usize = 64 * 1024;
/// Rounds before other connections have their turn.
const BURST: usize = 8;

/// Bytes on their way from one socket to another.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    /// Read but not written yet.
    held: Vec<u8>,
    state: State,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    /// The sender has ended; held bytes are still to be written.
    Ending,
    /// The receiver knows.
    Ended,
}

impl Pipe {
    /// Moves what can be moved. The end of the sender is passed on as the end of our writing (half-close).
    pub(crate) fn pump(
        &mut self,
        from: impl AsFd,
        to: impl AsFd,
        scratch: &mut [u8],
    ) -> Result<(), Errno> {
        let (from, to) = (from.as_fd(), to.as_fd());
        for _ in 0..BURST {
            self.write_held(to)?;
            if !self.wants_input() {
                break;
            }
            let count = match recv(from, &mut *scratch, RecvFlags::DONTWAIT) {
                Ok((0, _)) => {
                    self.state = State::Ending;
                    // Now: no event will bring us back here.
                    return self.write_held(to);
                }
                Ok((count, _)) => count,
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => continue,
                Err(errno) => return Err(errno),
            };
            let bytes = scratch.get(..count).unwrap_or(&[]);
            let written = write(to, bytes)?;
            self.held
                .extend_from_slice(bytes.get(written..).unwrap_or(&[]));
        }
        Ok(())
    }

    /// Whether there is room for more.
    pub(crate) fn wants_input(&self) -> bool {
        self.held.is_empty() && self.state == State::Open
    }

    /// Whether the receiver has to be waited for.
    pub(crate) fn wants_output(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether nothing will come this way any more.
    pub(crate) fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    fn write_held(&mut self, to: BorrowedFd<'_>) -> Result<(), Errno> {
        if !self.held.is_empty() {
            let written = write(to, &self.held)?;
            self.held.drain(..written);
            if self.held.is_empty() {
                self.held = Vec::new();
            }
        }
        if self.held.is_empty() && self.state == State::Ending {
            match shutdown(to, Shutdown::Write) {
                Ok(()) | Err(Errno::NOTCONN) => self.state = State::Ended,
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
}

/// Writes until the socket takes no more; gives how much it took.
fn write(to: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize, Errno> {
    let mut written = 0;
    while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
        match send(to, rest, SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
            Ok(count) => written += count,
            Err(Errno::AGAIN) => break,
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use super::*;

    #[test]
    fn holds_back_when_the_receiver_is_slow_and_loses_nothing() {
        let (mut source, from) = UnixStream::pair().unwrap();
        let (to, mut sink) = UnixStream::pair().unwrap();
        source.set_nonblocking(true).unwrap();
        let data: Vec<u8> = (0..4_000_000u32).map(|n| n.to_le_bytes()[1]).collect();
        let (mut pipe, mut scratch) = (Pipe::default(), vec![0; SCRATCH_BYTES]);
        let (mut sent, mut got) = (0, Vec::new());
        let mut buffer = vec![0; 300_000];
        while got.len() < data.len() {
            if let Ok(count) = source.write(&data[sent..]) {
                sent += count;
            }
            pipe.pump(&from, &to, &mut scratch).unwrap();
            assert!(pipe.held.len() <= SCRATCH_BYTES);
            if pipe.wants_output() || sent == data.len() {
                let count = sink.read(&mut buffer).unwrap();
                got.extend_from_slice(&buffer[..count]);
            }
        }
        assert_eq!(got, data);
    }

    #[test]
    fn passes_the_end_on_whatever_number_of_reads_came_before() {
        for reads in 0..2 * BURST {
            let (mut source, from) = UnixStream::pair().unwrap();
            let (to, _sink) = UnixStream::pair().unwrap();
            source.write_all(&vec![7; reads]).unwrap();
            source.shutdown(std::net::Shutdown::Write).unwrap();
            // One byte per read.
            let (mut pipe, mut scratch) = (Pipe::default(), vec![0; 1]);
            while pipe.wants_input() || pipe.wants_output() {
                pipe.pump(&from, &to, &mut scratch).unwrap();
            }
            assert!(pipe.is_ended(), "after {reads} reads");
        }
    }

    #[test]
    fn passes_the_end_on_after_the_last_byte() {
        let (mut source, from) = UnixStream::pair().unwrap();
        let (to, mut sink) = UnixStream::pair().unwrap();
        source.write_all(b"last words").unwrap();
        source.shutdown(std::net::Shutdown::Write).unwrap();
        let (mut pipe, mut scratch) = (Pipe::default(), vec![0; SCRATCH_BYTES]);
        pipe.pump(&from, &to, &mut scratch).unwrap();
        let mut text = String::new();
        sink.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), pipe.is_ended()), ("last words", true));
    }
}

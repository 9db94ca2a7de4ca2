//! From output to entries in the file: formatted as long as there is room, then written at once.

use rustix::io::Errno;

use super::block_copy::{self, Prefix};
use super::{LogNews, LogWriter};
use crate::clock::rfc3339_nanos;
use crate::log::line_splitter::{Entry, LineSplitter, MAX_TEXT_BYTES, Tag};
use crate::log::waiting::{LineEnd, Output};
use crate::output::OutputStream;

/// Formatted bytes collected for one write(2), at most: what is read at once with the entries' prefixes, several times the
/// longest entry, and still memory of the heap (`tsorch_sys::heap`).
const WRITE_BYTES: usize = 120 * 1024;

/// From a program that writes so much at once, more is coming: the memory for it is kept. After less it is given back, as
/// a container that has written much once must not cost that much for ever.
const FLOW_BYTES: usize = 32 * 1024;

/// Space, stream (6), space, tag, space and newline around timestamp (30) and text.
const ENTRY_OVERHEAD_BYTES: usize = 30 + 1 + 6 + 1 + 1 + 1 + 1;

impl LogWriter {
    /// False when the disk took nothing; then `input` is what has not been formatted.
    pub(super) fn format_and_write(&mut self, output: &Output<'_>, input: &mut &[u8]) -> bool {
        let Output {
            stream, time, end, ..
        } = *output;
        let flows = input.len() >= FLOW_BYTES;
        let prefix = Prefix::new(&format!("{} {} F ", rfc3339_nanos(time), stream.name()));
        loop {
            self.add_lines(stream, &prefix, input);
            let Some(entry) = self.splitter(stream).next(input) else {
                break;
            };
            if self.add_entry(stream, &prefix, entry, input).is_err() {
                return false;
            }
        }
        self.splitter(stream).hold(std::mem::take(input));
        let rest = match end {
            LineEnd::Hold => None,
            LineEnd::Flush => self.splitter(stream).flush(),
            LineEnd::End => self.splitter(stream).end(),
        };
        if let Some(entry) = rest
            && self.add_entry(stream, &prefix, entry, input).is_err()
        {
            return false;
        }
        // What is formatted now is kept here when the disk takes nothing.
        if self.push_out().is_ok() && !flows {
            self.formatted = Vec::new();
        }
        true
    }

    /// Formats the lines at the beginning of `input`, as far as there is room for them: most of what a busy program writes.
    fn add_lines(&mut self, stream: OutputStream, prefix: &Prefix, input: &mut &[u8]) {
        if !self.splitter(stream).is_between_lines() {
            return;
        }
        let capacity = self.formatted.capacity();
        let room = (self.file.room()).min(capacity.saturating_sub(block_copy::SLACK_BYTES));
        let mut begin = 0;
        for newline in memchr::memchr_iter(b'\n', input) {
            let length = newline + 1 - begin;
            let is_long = length > MAX_TEXT_BYTES + 1;
            if is_long || self.formatted.len() + prefix.len() + length > room {
                break;
            }
            prefix.append_to(&mut self.formatted);
            block_copy::append(&mut self.formatted, &input[begin..], length);
            begin = newline + 1;
        }
        *input = &input[begin..];
    }

    /// Formats one entry, after making room for it; on an error nothing of it was taken. `prefix` is that of a line's end.
    fn add_entry(
        &mut self,
        stream: OutputStream,
        prefix: &Prefix,
        entry: Entry,
        input: &mut &[u8],
    ) -> Result<(), Errno> {
        let length = ENTRY_OVERHEAD_BYTES + self.splitter(stream).text_len(entry);
        if self.file.is_full_for(self.formatted.len(), length) {
            self.push_out()?;
            self.file.rotate().map_err(|errno| self.block(errno))?;
        } else if self.formatted.len() + length > WRITE_BYTES {
            self.push_out()?;
        }
        if self.formatted.capacity() == 0 {
            // What is not used of it is never touched.
            self.formatted
                .reserve_exact(WRITE_BYTES + block_copy::SLACK_BYTES);
        }
        let (splitter, formatted) = match stream {
            OutputStream::Stdout => (&mut self.stdout, &mut self.formatted),
            OutputStream::Stderr => (&mut self.stderr, &mut self.formatted),
        };
        prefix.append_to(formatted);
        if let (Tag::Partial, [.., tag, _]) = (entry.tag, formatted.as_mut_slice()) {
            *tag = b'P';
        }
        splitter.take(entry, input, formatted);
        formatted.push(b'\n');
        Ok(())
    }

    /// Brings everything formatted into the file.
    pub(super) fn push_out(&mut self) -> Result<(), Errno> {
        let mut written = 0;
        let outcome = loop {
            if written == self.formatted.len() {
                break Ok(());
            }
            match self.file.append(&self.formatted[written..]) {
                Ok(0) => break Err(Errno::NOSPC),
                Ok(count) => written += count,
                Err(Errno::INTR) => {}
                Err(errno) => break Err(errno),
            }
        };
        self.formatted.drain(..written);
        outcome.map_err(|errno| self.block(errno))
    }

    pub(super) fn block(&mut self, errno: Errno) -> Errno {
        self.blocked = Some(errno);
        if !std::mem::replace(&mut self.has_told_blocked, true) {
            self.news.push(LogNews::Blocked(errno));
        }
        errno
    }

    fn splitter(&mut self, stream: OutputStream) -> &mut LineSplitter {
        match stream {
            OutputStream::Stdout => &mut self.stdout,
            OutputStream::Stderr => &mut self.stderr,
        }
    }
}

//! Reads the log from its beginning, while it is written.
//!
//! Files are known by a number that rises with each rotation (their generation), so that a reader finds the next one
//! whatever it is called by then. One that was removed before its turn is left out.

use std::os::fd::OwnedFd;

use rustix::io::{Errno, pread};

use crate::log::log_file::LogFile;
use crate::output::OutputStream;

/// A place in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogPosition {
    pub(super) generation: u64,
    pub(super) offset: u64,
}

/// What reading gave.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum LogPart {
    /// Output in its order, as the programs wrote it.
    Output(Vec<(OutputStream, Vec<u8>)>),
    /// All that is in the files was read.
    End,
}

/// One reader of the log.
#[derive(Debug)]
pub(crate) struct LogReader {
    file: Option<OwnedFd>,
    next: LogPosition,
    /// Nothing behind it is read; `None` = all that comes.
    end: Option<LogPosition>,
}

impl LogReader {
    /// Begins with the oldest file of this generation or a later one.
    pub(super) fn new(generation: u64) -> Self {
        Self {
            file: None,
            next: LogPosition {
                generation,
                offset: 0,
            },
            end: None,
        }
    }

    pub(crate) fn end_at(&mut self, position: LogPosition) {
        self.end.get_or_insert(position);
    }

    /// Reads as much as fits into `buffer`, which holds several of the longest entries.
    pub(super) fn read(&mut self, log: &LogFile, buffer: &mut [u8]) -> Result<LogPart, Errno> {
        let last = self.end.unwrap_or(log.position()).generation;
        loop {
            let Some(file) = &self.file else {
                match log.open_to_read(self.next.generation) {
                    Some((generation, file)) if generation <= last => {
                        self.next = LogPosition {
                            generation,
                            offset: 0,
                        };
                        self.file = Some(file);
                        continue;
                    }
                    _ => return Ok(LogPart::End),
                }
            };
            let room = self.room(buffer.len());
            let count = pread(file, &mut buffer[..room], self.next.offset)?;
            let (consumed, output) = parse(&buffer[..count]);
            if consumed > 0 {
                self.next.offset += u64::try_from(consumed).unwrap_or(0);
                return Ok(LogPart::Output(output));
            }
            if self.next.generation >= last {
                return Ok(LogPart::End);
            }
            self.next.generation += 1;
            self.file = None;
        }
    }

    fn room(&self, longest: usize) -> usize {
        let left = match self.end {
            Some(end) if end.generation == self.next.generation => {
                end.offset.saturating_sub(self.next.offset)
            }
            _ => return longest,
        };
        usize::try_from(left).unwrap_or(longest).min(longest)
    }
}

/// The output of the whole lines in `bytes`, and how long those are. What is no entry is left out.
fn parse(bytes: &[u8]) -> (usize, Vec<(OutputStream, Vec<u8>)>) {
    let consumed = memchr::memrchr(b'\n', bytes).map_or(0, |newline| newline + 1);
    let mut output: Vec<(OutputStream, Vec<u8>)> = Vec::new();
    for line in bytes[..consumed].split_inclusive(|byte| *byte == b'\n') {
        let Some((stream, text)) = parse_entry(line) else {
            continue;
        };
        match output.last_mut() {
            Some((last, together)) if *last == stream => together.extend_from_slice(text),
            _ => output.push((stream, text.to_vec())),
        }
    }
    (consumed, output)
}

/// Stream and text of an entry; a text that ends its line has its newline.
fn parse_entry(line: &[u8]) -> Option<(OutputStream, &[u8])> {
    let mut fields = line.splitn(4, |byte| *byte == b' ').skip(1);
    let stream = match fields.next()? {
        b"stdout" => OutputStream::Stdout,
        b"stderr" => OutputStream::Stderr,
        _ => return None,
    };
    match (fields.next()?, fields.next()?) {
        (b"F", text) => Some((stream, text)),
        (b"P", text) => Some((stream, text.strip_suffix(b"\n")?)),
        _ => None,
    }
}

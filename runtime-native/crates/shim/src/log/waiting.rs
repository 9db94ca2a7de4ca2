//! Output that came while the disk took nothing.

use std::collections::VecDeque;
use std::time::SystemTime;

use crate::output::OutputStream;

/// What an entry of this queue costs beside its bytes.
const ENTRY_BYTES: usize = 64;

/// What happens to the unfinished line behind some output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineEnd {
    /// It is held.
    Hold,
    /// It is written, to go on.
    Flush,
    /// It ends.
    End,
}

/// A read of one stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output<'a> {
    pub(super) stream: OutputStream,
    pub(super) bytes: &'a [u8],
    pub(super) time: SystemTime,
    pub(super) end: LineEnd,
    /// Bytes that a gap has swallowed, which this is the word about.
    pub(super) gap: u64,
}

/// The same, kept.
#[derive(Debug)]
pub(super) struct KeptOutput {
    stream: OutputStream,
    bytes: Vec<u8>,
    time: SystemTime,
    end: LineEnd,
    gap: u64,
}

impl KeptOutput {
    pub(super) fn as_output(&self) -> Output<'_> {
        Output {
            stream: self.stream,
            bytes: &self.bytes,
            time: self.time,
            end: self.end,
            gap: self.gap,
        }
    }

    /// Bytes of the program that are lost with it.
    fn worth(&self) -> u64 {
        match self.gap {
            0 => u64::try_from(self.bytes.len()).unwrap_or(u64::MAX),
            gap => gap,
        }
    }

    fn cost(&self) -> usize {
        self.bytes.len() + ENTRY_BYTES
    }
}

/// In the order in which it came.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    queue: VecDeque<KeptOutput>,
    bytes: usize,
    /// Pushed out before what is in the queue.
    lost: u64,
}

impl Waiting {
    pub(super) fn push(&mut self, output: Output<'_>) {
        let Output {
            stream,
            bytes,
            time,
            end,
            gap,
        } = output;
        let kept = KeptOutput {
            stream,
            bytes: bytes.to_vec(),
            time,
            end,
            gap,
        };
        self.bytes += kept.cost();
        self.queue.push_back(kept);
    }

    /// Drops the oldest until no more than `limit` bytes are held.
    pub(super) fn keep_within(&mut self, limit: usize) {
        while self.bytes > limit
            && let Some(oldest) = self.queue.pop_front()
        {
            self.bytes -= oldest.cost();
            self.lost += oldest.worth();
        }
    }

    /// All of it, and how many bytes were lost before it.
    pub(super) fn take(&mut self) -> (u64, VecDeque<KeptOutput>) {
        let Self { queue, lost, .. } = std::mem::take(self);
        (lost, queue)
    }
}

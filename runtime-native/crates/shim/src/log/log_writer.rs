//! Writes the container's output into its log; when the disk takes nothing, keeps what is left until it does again.

use std::path::Path;
use std::time::SystemTime;

use rustix::io::Errno;

use crate::log::line_splitter::LineSplitter;
use crate::log::log_file::LogFile;
use crate::log::log_reader::{LogPart, LogPosition, LogReader};
use crate::log::log_settings::{LogSettings, WhenFull};
use crate::log::waiting::{LineEnd, Output, Waiting};
use crate::output::OutputStream;

/// The log of one container, across its tasks.
///
/// After a write that [`is_blocked`](Self::is_blocked), call [`retry`](Self::retry) after a while. As long as it
/// [`holds_up`](Self::holds_up), take no more output from the container: its programs then wait for the disk.
#[derive(Debug)]
pub(crate) struct LogWriter {
    settings: LogSettings,
    file: LogFile,
    stdout: LineSplitter,
    stderr: LineSplitter,
    /// Formatted entries, not yet in the file.
    formatted: Vec<u8>,
    /// Output that came while the disk took nothing, in order; at most one read per stream unless it may be dropped.
    waiting: Waiting,
    blocked: Option<Errno>,
    has_told_blocked: bool,
    news: Vec<LogNews>,
}

/// What the log has to tell beside its entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogNews {
    /// The disk takes nothing; told once, until it does again.
    Blocked(Errno),
    /// This many bytes of output were dropped.
    Gap(u64),
}

impl LogWriter {
    /// Opens the log in the directory `dir`.
    pub(crate) fn open(dir: &Path, settings: LogSettings) -> Result<Self, Errno> {
        let mut log = Self {
            settings,
            file: LogFile::in_dir(dir, settings.limits)?,
            stdout: LineSplitter::default(),
            stderr: LineSplitter::default(),
            formatted: Vec::new(),
            waiting: Waiting::default(),
            blocked: None,
            has_told_blocked: false,
            news: Vec::new(),
        };
        if settings.is_kept {
            log.file.set_limits(settings.limits);
            log.file.reopen()?;
        }
        Ok(log)
    }

    /// Goes on with other settings. What an earlier one has made wait is lost when nothing is kept any more.
    pub(crate) fn set(&mut self, settings: LogSettings) {
        let was_kept = std::mem::replace(&mut self.settings, settings).is_kept;
        if settings.is_kept {
            self.file.set_limits(settings.limits);
            if !was_kept && let Err(errno) = self.file.reopen() {
                self.block(errno);
            }
        } else if was_kept {
            self.file.close();
            (self.stdout, self.stderr) = (LineSplitter::default(), LineSplitter::default());
            (self.formatted, self.waiting) = (Vec::new(), Waiting::default());
            self.blocked = None;
        }
    }

    /// Goes on in a file of the proper name: somebody has renamed the one that is open.
    pub(crate) fn reopen(&mut self) -> Result<(), Errno> {
        if !self.settings.is_kept {
            return Ok(());
        }
        self.file.begin_anew()
    }

    /// Writes output of `stream` that was read at `time`.
    pub(crate) fn write(&mut self, stream: OutputStream, bytes: &[u8], time: SystemTime) {
        self.accept(Output {
            stream,
            bytes,
            time,
            end: LineEnd::Hold,
            gap: 0,
        });
    }

    /// Writes the unfinished lines that are held; they go on.
    pub(crate) fn flush_partial(&mut self, time: SystemTime) {
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            self.accept(Output {
                stream,
                bytes: &[],
                time,
                end: LineEnd::Flush,
                gap: 0,
            });
        }
    }

    /// Ends the unfinished lines: the task's output is over.
    pub(crate) fn end_lines(&mut self, time: SystemTime) {
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            self.accept(Output {
                stream,
                bytes: &[],
                time,
                end: LineEnd::End,
                gap: 0,
            });
        }
    }

    /// Whether an unfinished line is held that [`flush_partial`](Self::flush_partial) would write.
    pub(crate) fn is_holding(&self) -> bool {
        self.stdout.is_holding() || self.stderr.is_holding()
    }

    /// Reads the log from its beginning; `None` when none is kept.
    pub(crate) fn reader(&self) -> Option<LogReader> {
        self.settings
            .is_kept
            .then(|| LogReader::new(self.file.oldest()))
    }

    /// What `reader` has not seen. A file that cannot be read ends it.
    pub(crate) fn read(&self, reader: &mut LogReader, buffer: &mut [u8]) -> LogPart {
        reader.read(&self.file, buffer).unwrap_or(LogPart::End)
    }

    /// The end of what is written.
    pub(crate) fn position(&self) -> LogPosition {
        self.file.position()
    }

    /// Beginnings of lines that are in no entry yet.
    pub(crate) fn unfinished_lines(&self) -> Vec<(OutputStream, Vec<u8>)> {
        let lines = [
            (OutputStream::Stdout, self.stdout.held().to_vec()),
            (OutputStream::Stderr, self.stderr.held().to_vec()),
        ];
        lines
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
            .collect()
    }

    /// Whether the disk took nothing at the last attempt.
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// Why the disk took nothing at the last attempt.
    pub(crate) fn trouble(&self) -> Option<Errno> {
        self.blocked
    }

    /// Whether the container has to wait for the disk.
    pub(crate) fn holds_up(&self) -> bool {
        self.is_blocked() && self.settings.when_full == WhenFull::Block
    }

    /// What is to be told since the last call.
    pub(crate) fn take_news(&mut self) -> Vec<LogNews> {
        std::mem::take(&mut self.news)
    }

    /// Tries again to write what waits.
    pub(crate) fn retry(&mut self) {
        self.blocked = None;
        if !self.formatted.is_empty() && self.push_out().is_err() {
            return;
        }
        let (lost, outputs) = self.waiting.take();
        if lost > 0 {
            self.tell_gap(lost);
        }
        for output in outputs {
            self.accept(output.as_output());
        }
        self.has_told_blocked = self.is_blocked();
    }

    /// A line of its own where the output is that was dropped.
    fn tell_gap(&mut self, lost: u64) {
        let time = SystemTime::now();
        self.end_lines(time);
        let text = format!("tsorch: {lost} bytes of output were dropped: the disk was full\n");
        self.accept(Output {
            stream: OutputStream::Stderr,
            time,
            bytes: text.as_bytes(),
            end: LineEnd::Hold,
            gap: lost,
        });
        if !self.is_blocked() {
            self.news.push(LogNews::Gap(lost));
        }
    }

    fn accept(&mut self, output: Output<'_>) {
        if !self.settings.is_kept {
            return;
        }
        self.rotate_if_old(output.time);
        let mut input = output.bytes;
        let is_written = !self.is_blocked() && self.format_and_write(&output, &mut input);
        let is_worth_keeping = !input.is_empty() || output.end == LineEnd::End;
        if !is_written && is_worth_keeping {
            self.waiting.push(Output {
                bytes: input,
                ..output
            });
            if let WhenFull::Drop(limit) = self.settings.when_full {
                self.waiting.keep_within(limit);
            }
        }
    }

    fn rotate_if_old(&mut self, time: SystemTime) {
        if !self.is_blocked() && self.file.is_too_old_at(time) && self.push_out().is_ok() {
            let rotated = self.file.rotate();
            // What came before a failure to rotate goes where it can.
            let _ = rotated.map_err(|errno| self.block(errno));
        }
    }
}

mod block_copy;
mod formatting;
#[cfg(test)]
mod tests;

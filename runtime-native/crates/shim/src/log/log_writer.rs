//! Writes the container's output into its log; when the disk takes nothing, keeps what is left until it does again.

use std::path::Path;
use std::time::SystemTime;

use rustix::io::Errno;

use crate::clock::rfc3339_nanos;
use crate::log::line_splitter::{Entry, LineSplitter, MAX_TEXT_BYTES, Tag};
use crate::log::log_file::{LogFile, LogLimits};
use crate::output::OutputStream;

/// Formatted bytes collected for one write(2), at most: what is read at once with the entries' prefixes, several times the
/// longest entry, and still memory of the heap (`tsorch_sys::heap`).
const WRITE_BYTES: usize = 120 * 1024;

/// From a program that writes so much at once, more is coming: the memory for it is kept. After less it is given back, as
/// a container that has written much once must not cost that much for ever.
const FLOW_BYTES: usize = 32 * 1024;

/// Space, stream (6), space, tag, space and newline around timestamp (30) and text.
const ENTRY_OVERHEAD_BYTES: usize = 30 + 1 + 6 + 1 + 1 + 1 + 1;

/// The log of one container, across its tasks.
///
/// After a write that [`is_blocked`](Self::is_blocked), take no more output from the container: its programs then wait for
/// the disk. Call [`retry`](Self::retry) after a while.
#[derive(Debug)]
pub(crate) struct LogWriter {
    file: LogFile,
    stdout: LineSplitter,
    stderr: LineSplitter,
    /// Formatted entries, not yet in the file.
    formatted: Vec<u8>,
    /// Output that came while the disk took nothing, in order; at most one read per stream.
    waiting: Vec<Waiting>,
    blocked: Option<Errno>,
}

#[derive(Debug)]
struct Waiting {
    stream: OutputStream,
    time: SystemTime,
    bytes: Vec<u8>,
    end: LineEnd,
}

/// What happens to the unfinished line behind some output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineEnd {
    /// It is held.
    Hold,
    /// It is written, to go on.
    Flush,
    /// It ends.
    End,
}

impl LogWriter {
    /// Opens the log in the directory `dir`.
    pub(crate) fn open(dir: &Path, limits: LogLimits) -> Result<Self, Errno> {
        Ok(Self {
            file: LogFile::open(dir, limits)?,
            stdout: LineSplitter::default(),
            stderr: LineSplitter::default(),
            formatted: Vec::new(),
            waiting: Vec::new(),
            blocked: None,
        })
    }

    pub(crate) fn set_limits(&mut self, limits: LogLimits) {
        self.file.set_limits(limits);
    }

    /// Goes on in a file of the proper name: somebody has renamed the one that is open.
    pub(crate) fn reopen(&mut self) -> Result<(), Errno> {
        self.file.begin_anew()
    }

    /// Writes output of `stream` that was read at `time`.
    pub(crate) fn write(&mut self, stream: OutputStream, bytes: &[u8], time: SystemTime) {
        self.accept(stream, bytes, time, LineEnd::Hold);
    }

    /// Writes the unfinished lines that are held; they go on.
    pub(crate) fn flush_partial(&mut self, time: SystemTime) {
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            self.accept(stream, &[], time, LineEnd::Flush);
        }
    }

    /// Ends the unfinished lines: the task's output is over.
    pub(crate) fn end_lines(&mut self, time: SystemTime) {
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            self.accept(stream, &[], time, LineEnd::End);
        }
    }

    /// Whether an unfinished line is held that [`flush_partial`](Self::flush_partial) would write.
    pub(crate) fn is_holding(&self) -> bool {
        self.stdout.is_holding() || self.stderr.is_holding()
    }

    /// Whether the disk took nothing at the last attempt.
    pub(crate) fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// Tries again to write what waits.
    pub(crate) fn retry(&mut self) {
        self.blocked = None;
        if !self.formatted.is_empty() && self.push_out().is_err() {
            return;
        }
        for Waiting {
            stream,
            time,
            bytes,
            end,
        } in std::mem::take(&mut self.waiting)
        {
            self.accept(stream, &bytes, time, end);
        }
    }

    fn accept(&mut self, stream: OutputStream, bytes: &[u8], time: SystemTime, end: LineEnd) {
        let mut input = bytes;
        let is_written = !self.is_blocked() && self.format_and_write(stream, &mut input, time, end);
        let is_worth_keeping = !input.is_empty() || end == LineEnd::End;
        if !is_written && is_worth_keeping {
            self.waiting.push(Waiting {
                stream,
                time,
                bytes: input.to_vec(),
                end,
            });
        }
    }

    /// False when the disk took nothing; then `input` is what has not been formatted.
    fn format_and_write(
        &mut self,
        stream: OutputStream,
        input: &mut &[u8],
        time: SystemTime,
        end: LineEnd,
    ) -> bool {
        let flows = input.len() >= FLOW_BYTES;
        let prefix = format!("{} {} F ", rfc3339_nanos(time), stream.name());
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
    fn add_lines(&mut self, stream: OutputStream, prefix: &str, input: &mut &[u8]) {
        if !self.splitter(stream).is_between_lines() {
            return;
        }
        let room = self.file.room().min(self.formatted.capacity());
        let mut begin = 0;
        for newline in memchr::memchr_iter(b'\n', input) {
            let line = &input[begin..=newline];
            let is_long = newline - begin > MAX_TEXT_BYTES;
            if is_long || self.formatted.len() + prefix.len() + line.len() > room {
                break;
            }
            self.formatted.extend_from_slice(prefix.as_bytes());
            self.formatted.extend_from_slice(line);
            begin = newline + 1;
        }
        *input = &input[begin..];
    }

    /// Formats one entry, after making room for it; on an error nothing of it was taken. `prefix` is that of a line's end.
    fn add_entry(
        &mut self,
        stream: OutputStream,
        prefix: &str,
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
            self.formatted.reserve_exact(WRITE_BYTES);
        }
        let (splitter, formatted) = match stream {
            OutputStream::Stdout => (&mut self.stdout, &mut self.formatted),
            OutputStream::Stderr => (&mut self.stderr, &mut self.formatted),
        };
        formatted.extend_from_slice(prefix.as_bytes());
        if let (Tag::Partial, [.., tag, _]) = (entry.tag, formatted.as_mut_slice()) {
            *tag = b'P';
        }
        splitter.take(entry, input, formatted);
        formatted.push(b'\n');
        Ok(())
    }

    /// Brings everything formatted into the file.
    fn push_out(&mut self) -> Result<(), Errno> {
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

    fn block(&mut self, errno: Errno) -> Errno {
        self.blocked = Some(errno);
        errno
    }

    fn splitter(&mut self, stream: OutputStream) -> &mut LineSplitter {
        match stream {
            OutputStream::Stdout => &mut self.stdout,
            OutputStream::Stderr => &mut self.stderr,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LogLimits, LogWriter};
    use crate::output::OutputStream;
    use crate::scratch_dir::ScratchDir;
    use std::fs;
    use std::path::Path;
    use std::time::{Duration, UNIX_EPOCH};

    const UNLIMITED: LogLimits = LogLimits {
        max_bytes: 0,
        max_files: 1,
    };

    fn text(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_default()
    }

    #[test]
    fn writes_entries_of_both_streams_in_the_cri_format() {
        let dir = ScratchDir::new();
        let mut log = LogWriter::open(dir.path(), UNLIMITED).unwrap();
        let time = UNIX_EPOCH + Duration::from_millis(1500);
        log.write(OutputStream::Stdout, b"one\ntw", time);
        log.write(OutputStream::Stderr, b"oops\n", time);
        log.flush_partial(time);
        log.write(OutputStream::Stdout, b"o", time);
        log.end_lines(time);
        let stamp = "1970-01-01T00:00:01.500000000Z";
        assert_eq!(
            text(&dir.path().join("container.log")),
            format!(
                "{stamp} stdout F one\n{stamp} stderr F oops\n{stamp} stdout P tw\n{stamp} stdout F o\n"
            )
        );
    }

    #[test]
    fn keeps_within_size_times_files_and_loses_only_the_oldest() {
        let dir = ScratchDir::new();
        let limits = LogLimits {
            max_bytes: 1000,
            max_files: 3,
        };
        let mut log = LogWriter::open(dir.path(), limits).unwrap();
        let lines: Vec<String> = (0..500).map(|number| format!("line {number}")).collect();
        log.write(
            OutputStream::Stdout,
            (lines.join("\n") + "\n").as_bytes(),
            UNIX_EPOCH,
        );

        let mut kept = String::new();
        for name in ["container.log.2", "container.log.1", "container.log"] {
            let part = text(&dir.path().join(name));
            assert!(
                part.len() <= 1000 && part.ends_with('\n'),
                "{name}: {}",
                part.len()
            );
            kept += &part;
        }
        assert!(!dir.path().join("container.log.3").exists());
        let tail: Vec<&str> = kept.lines().map(|line| &line[40..]).collect();
        assert!(tail.len() > 40, "{}", tail.len());
        assert_eq!(tail, lines[lines.len() - tail.len()..]);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(16))]

        #[test]
        fn loses_no_byte_of_any_output_over_rotations(
            pieces in proptest::collection::vec((1_usize..200, 0_usize..100), 1..10),
            max_bytes in 2_000_u64..20_000,
        ) {
            let dir = ScratchDir::new();
            let limits = LogLimits { max_bytes, max_files: 200 };
            let mut log = LogWriter::open(dir.path(), limits).unwrap();
            let mut written = Vec::new();
            for (length, count) in pieces {
                // Lines of one length, cut in the middle of the last.
                let line = [vec![b'x'; length], b"\n".to_vec()].concat();
                let mut piece = line.repeat(count);
                piece.truncate(piece.len().saturating_sub(length / 2));
                log.write(OutputStream::Stdout, &piece, UNIX_EPOCH);
                written.extend_from_slice(&piece);
            }
            log.end_lines(UNIX_EPOCH);
            if written.last().is_some_and(|byte| *byte != b'\n') {
                written.push(b'\n');
            }
            proptest::prop_assert!(output_in(dir.path()) == written);
        }
    }

    /// All entries of all files put together again.
    fn output_in(dir: &Path) -> Vec<u8> {
        let mut output = Vec::new();
        for number in (0..fs::read_dir(dir).unwrap().count()).rev() {
            let name = crate::log::log_file::rotated_name(u32::try_from(number).unwrap());
            for line in text(&dir.join(name)).lines() {
                let (prefix, text) =
                    line.split_at("1970-01-01T00:00:00.000000000Z stdout F ".len());
                output.extend_from_slice(text.as_bytes());
                if prefix.ends_with("F ") {
                    output.push(b'\n');
                }
            }
        }
        output
    }

    #[test]
    fn one_file_begins_anew_when_it_is_full() {
        let dir = ScratchDir::new();
        let limits = LogLimits {
            max_bytes: 100,
            max_files: 1,
        };
        let mut log = LogWriter::open(dir.path(), limits).unwrap();
        log.write(OutputStream::Stdout, b"a\nb\nc\n", UNIX_EPOCH);
        assert!(text(&dir.path().join("container.log")).ends_with("stdout F c\n"));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn goes_on_behind_a_line_that_was_cut_short() {
        let dir = ScratchDir::new();
        let path = dir.path().join("container.log");
        fs::write(&path, "1970-01-01T00:00:00.000000000Z stdo").unwrap();
        let mut log = LogWriter::open(dir.path(), UNLIMITED).unwrap();
        log.write(OutputStream::Stdout, b"next\n", UNIX_EPOCH);
        assert_eq!(
            text(&path).lines().last().unwrap(),
            "1970-01-01T00:00:00.000000000Z stdout F next"
        );
    }

    #[test]
    fn refuses_a_log_that_is_a_symlink() {
        let dir = ScratchDir::new();
        let target = dir.path().join("target");
        fs::write(&target, "").unwrap();
        std::os::unix::fs::symlink(&target, dir.path().join("container.log")).unwrap();
        assert!(LogWriter::open(dir.path(), UNLIMITED).is_err());
    }
}

//! The file that is written now, and those before it.
//!
//! Rotation renames `container.log.1` to `.2` and so on, `container.log` to `.1`, and makes a new `container.log`. Nothing
//! is ever truncated: a reader that has a file open reads it to its end. Every name is resolved below the directory's
//! descriptor, new files are made with O_EXCL, and no symlink is followed.

use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, renameat, unlinkat};
use rustix::io::Errno;

const NAME: &str = "container.log";

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogLimits {
    /// A file that would pass this many bytes is rotated first; 0 = never.
    pub(crate) max_bytes: u64,
    /// Files kept, the one that is written included; at least 1.
    pub(crate) max_files: u32,
}

/// `container.log` of a directory.
#[derive(Debug)]
pub(crate) struct LogFile {
    dir: OwnedFd,
    limits: LogLimits,
    /// `None` after a rotation whose new file could not be made yet.
    file: Option<OwnedFd>,
    size: u64,
}

impl LogFile {
    /// Opens the log in `dir`, which exists and is writable by root only, to go on where it ends.
    pub(crate) fn open(dir: &Path, limits: LogLimits) -> Result<Self, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let dir = rustix::fs::open(dir, flags, Mode::empty())?;
        let mut log = Self {
            dir,
            limits,
            file: None,
            size: 0,
        };
        log.reopen()?;
        Ok(log)
    }

    pub(crate) fn set_limits(&mut self, limits: LogLimits) {
        self.limits = limits;
    }

    /// How many bytes fit into this file.
    pub(crate) fn room(&self) -> usize {
        match self.limits.max_bytes {
            0 => usize::MAX,
            limit => usize::try_from(limit.saturating_sub(self.size)).unwrap_or(usize::MAX),
        }
    }

    /// Whether an entry of `length` bytes, written after `pending` others, belongs into a new file. An empty file takes an
    /// entry of any length.
    pub(crate) fn is_full_for(&self, pending: usize, length: usize) -> bool {
        let before = self
            .size
            .saturating_add(u64::try_from(pending).unwrap_or(u64::MAX));
        let after = before.saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        self.limits.max_bytes > 0 && before > 0 && after > self.limits.max_bytes
    }

    /// Appends what the file system takes of `bytes`; tells how much.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        if self.file.is_none() {
            self.reopen()?;
        }
        let Some(file) = &self.file else {
            return Err(Errno::BADF);
        };
        let count = rustix::io::write(file, bytes)?;
        self.size += u64::try_from(count).unwrap_or(0);
        Ok(count)
    }

    /// Puts the file aside and begins a new one.
    pub(crate) fn rotate(&mut self) -> Result<(), Errno> {
        let last = self.limits.max_files.max(1) - 1;
        if last == 0 {
            ignore_absent(unlinkat(&self.dir, NAME, AtFlags::empty()))?;
        }
        for number in (1..=last).rev() {
            let from = rotated_name(number - 1);
            ignore_absent(renameat(&self.dir, from, &self.dir, rotated_name(number)))?;
        }
        self.remove_beyond(last);
        self.file = None;
        self.size = 0;
        self.reopen()
    }

    /// Files that a former, larger limit has left.
    fn remove_beyond(&self, last: u32) {
        let mut number = last + 1;
        while unlinkat(&self.dir, rotated_name(number), AtFlags::empty()).is_ok() {
            number += 1;
        }
    }

    /// Leaves the file, which somebody has renamed, and goes on in one of the proper name. After an error the next append
    /// tries again.
    pub(crate) fn begin_anew(&mut self) -> Result<(), Errno> {
        self.file = None;
        self.reopen()
    }

    fn reopen(&mut self) -> Result<(), Errno> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let exclusive = flags | OFlags::CREATE | OFlags::EXCL;
        let mode = Mode::RUSR | Mode::WUSR;
        let file = match openat(&self.dir, NAME, exclusive, mode) {
            Err(Errno::EXIST) => {
                // RDWR: the last byte is looked at.
                let flags = flags.difference(OFlags::WRONLY) | OFlags::RDWR | OFlags::NONBLOCK;
                openat(&self.dir, NAME, flags, Mode::empty())?
            }
            outcome => outcome?,
        };
        let stat = fstat(&file)?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(Errno::INVAL);
        }
        self.size = u64::try_from(stat.st_size).unwrap_or(0);
        self.file = Some(file);
        self.end_torn_line()
    }

    /// A line cut short by a full disk or a kill must not swallow the next one.
    fn end_torn_line(&mut self) -> Result<(), Errno> {
        let (Some(file), Some(last)) = (&self.file, self.size.checked_sub(1)) else {
            return Ok(());
        };
        let mut byte = [0];
        if rustix::io::pread(file, &mut byte, last)? == 1 && byte != *b"\n" {
            self.size += u64::try_from(rustix::io::write(file, b"\n")?).unwrap_or(0);
        }
        Ok(())
    }
}

/// `container.log` for 0, `container.log.2` for 2.
pub(super) fn rotated_name(number: u32) -> String {
    match number {
        0 => NAME.to_owned(),
        number => format!("{NAME}.{number}"),
    }
}

fn ignore_absent(outcome: Result<(), Errno>) -> Result<(), Errno> {
    match outcome {
        Err(Errno::NOENT) => Ok(()),
        outcome => outcome,
    }
}

//! The file that is written now, and those before it.
//!
//! Rotation renames `container.log.1` to `.2` and so on, `container.log` to `.1`, and makes a new `container.log`. Nothing
//! is ever truncated: a reader that has a file open reads it to its end. Every name is resolved below the directory's
//! descriptor, new files are made with O_EXCL, and no symlink is followed.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{
    AtFlags, FileType, Mode, OFlags, StatxFlags, fstat, openat, renameat, statx, unlinkat,
};
use rustix::io::Errno;

use crate::log::log_reader::LogPosition;
use crate::log::log_settings::LogLimits;

const NAME: &str = "container.log";

/// Generation of the file that is written at first; those before it have lower ones.
const FIRST_GENERATION: u64 = 1 << 32;

/// `container.log` of a directory.
#[derive(Debug)]
pub(crate) struct LogFile {
    dir: OwnedFd,
    limits: LogLimits,
    /// `None` before the first write, and after a rotation whose new file could not be made yet.
    file: Option<OwnedFd>,
    size: u64,
    /// When its first entry came; `None` while it is empty.
    begun: Option<SystemTime>,
    /// Of the file that is written: rises with each.
    generation: u64,
    /// Older ones have other names than ours: somebody else rotates.
    oldest_generation: u64,
}

impl LogFile {
    /// The log in `dir`, which exists and is writable by root only; nothing is opened yet.
    pub(crate) fn in_dir(dir: &Path, limits: LogLimits) -> Result<Self, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            dir: rustix::fs::open(dir, flags, Mode::empty())?,
            limits,
            file: None,
            size: 0,
            begun: None,
            generation: FIRST_GENERATION,
            oldest_generation: 0,
        })
    }

    /// Keeps no more than `limits` from now on; a former, larger limit may have left more.
    pub(crate) fn set_limits(&mut self, limits: LogLimits) {
        self.limits = limits;
        self.remove_beyond(limits.max_files.max(1) - 1);
    }

    /// Writes no more for now.
    pub(crate) fn close(&mut self) {
        self.file = None;
    }

    /// Notes that an entry comes at `time`; true when the file is too old to take it.
    pub(crate) fn is_too_old_at(&mut self, time: SystemTime) -> bool {
        let begun = *self.begun.get_or_insert(time);
        let age = time.duration_since(begun).unwrap_or_default();
        self.size > 0 && self.limits.max_age.is_some_and(|limit| age >= limit)
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
        self.begun = None;
        self.generation += 1;
        self.reopen()
    }

    /// Files that a former, larger limit has left.
    fn remove_beyond(&self, last: u32) {
        let mut number = last + 1;
        while unlinkat(&self.dir, rotated_name(number), AtFlags::empty()).is_ok() {
            number += 1;
        }
    }

    /// Where the next entry goes.
    pub(super) fn position(&self) -> LogPosition {
        LogPosition {
            generation: self.generation,
            offset: self.size,
        }
    }

    /// Generation of the oldest file that is kept.
    pub(super) fn oldest(&self) -> u64 {
        let is_there = |number: &u32| {
            rustix::fs::statat(&self.dir, rotated_name(*number), AtFlags::SYMLINK_NOFOLLOW).is_ok()
        };
        let number = (1..self.limits.max_files).rev().find(is_there).unwrap_or(0);
        self.oldest_generation
            .max(self.generation - u64::from(number))
    }

    /// Opens the file of this generation, or the next that is still there.
    pub(super) fn open_to_read(&self, generation: u64) -> Option<(u64, OwnedFd)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        // What is older was rotated away.
        let oldest = generation.max(self.oldest());
        (oldest..=self.generation).find_map(|generation| {
            let number = u32::try_from(self.generation - generation).ok()?;
            let file = openat(&self.dir, rotated_name(number), flags, Mode::empty()).ok()?;
            Some((generation, file))
        })
    }

    /// Leaves the file, which somebody has renamed, and goes on in one of the proper name. After an error the next append
    /// tries again.
    pub(crate) fn begin_anew(&mut self) -> Result<(), Errno> {
        self.file = None;
        self.generation += 1;
        self.oldest_generation = self.generation;
        self.reopen()
    }

    /// Opens the file to go on where it ends, or makes it.
    pub(crate) fn reopen(&mut self) -> Result<(), Errno> {
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
        self.begun = if self.size > 0 { born(&file) } else { None };
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

/// When the file was made, where the file system knows; else it counts as new.
fn born(file: &OwnedFd) -> Option<SystemTime> {
    let stat = statx(file, c"", AtFlags::EMPTY_PATH, StatxFlags::BTIME).ok()?;
    let is_known = StatxFlags::from_bits_retain(stat.stx_mask).contains(StatxFlags::BTIME);
    let seconds = u64::try_from(stat.stx_btime.tv_sec).ok()?;
    is_known.then(|| UNIX_EPOCH + Duration::from_secs(seconds))
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

//! One hostd per run directory, and one per root: two would remove each other's containers.

use std::os::fd::OwnedFd;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{Timespec, poll};
use rustix::fs::{FlockOperation, Mode, OFlags, fcntl_lock, fstat, ftruncate, open, stat};
use rustix::io::{Errno, pwrite};

use crate::dirs::NodeDirs;
use crate::error::HostdError;

/// How long a hostd may take to end after its last word.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 5_000_000,
};

/// Both directories, for the life of this process.
#[derive(Debug)]
pub(crate) struct Locks {
    _run_dir: OwnedFd,
    _root: OwnedFd,
}

impl Locks {
    /// Takes them.
    ///
    /// # Errors
    /// [`HostdError::AlreadyRunning`]; what the kernel says.
    pub(crate) fn take(dirs: &NodeDirs) -> Result<Self, HostdError> {
        let run_dir = lock(&dirs.lock())?.ok_or_else(|| HostdError::AlreadyRunning {
            directory: dirs.run_dir().display().to_string(),
            run_dir: None,
        })?;
        let path = dirs.root_lock();
        let root = lock_patiently(&path)?.ok_or_else(|| HostdError::AlreadyRunning {
            directory: dirs.root().display().to_string(),
            run_dir: std::fs::read_to_string(&path).ok(),
        })?;
        let text = dirs.run_dir().display().to_string();
        let written = ftruncate(&root, 0).and_then(|()| pwrite(&root, text.as_bytes(), 0));
        written.map_err(HostdError::host("write", path.display().to_string()))?;
        Ok(Self {
            _run_dir: run_dir,
            _root: root,
        })
    }
}

/// As [`lock`], after a hostd that is just ending: its run directory is free a moment before its root.
fn lock_patiently(path: &Path) -> Result<Option<OwnedFd>, HostdError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let taken = lock(path)?;
        if taken.is_some() || Instant::now() >= deadline {
            return Ok(taken);
        }
        let _ = poll(&mut [], Some(&TICK));
    }
}

/// `None` when another process holds it. The descriptor holds it until the process ends.
fn lock(path: &Path) -> Result<Option<OwnedFd>, HostdError> {
    let failed = || HostdError::host("lock", path.display().to_string());
    loop {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let file = open(path, flags, Mode::from_raw_mode(0o600)).map_err(failed())?;
        // Not flock(2): that one is held by copies too, in a child just forked when we are killed.
        match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::AGAIN | Errno::ACCESS) => return Ok(None),
            Err(errno) => return Err(failed()(errno)),
        }
        // A hostd that shut down has removed the file behind our open: its lock keeps nobody out.
        let ours = fstat(&file).map_err(failed())?;
        if stat(path).is_ok_and(|named| (named.st_dev, named.st_ino) == (ours.st_dev, ours.st_ino))
        {
            return Ok(Some(file));
        }
    }
}

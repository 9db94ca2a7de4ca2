//! Making layers survive a power cut: slow, so it is done in a worker, later than the unpacking.
use crate::digest::Digest;
use rustix::fs::{Mode, OFlags, ResolveFlags, openat, openat2, syncfs};
use rustix::io::Errno;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// In a layer's directory: all of its files are on the disk.
pub(crate) const DURABLE: &str = "durable";

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Layers that are there but may not be on the disk yet.
#[derive(Debug)]
pub struct SyncJob {
    pub(crate) layers: OwnedFd,
    pub(crate) diff_ids: Vec<Digest>,
}

impl SyncJob {
    /// Puts all of the store's file system on the disk, then marks the layers.
    ///
    /// # Errors
    /// What syncfs(2) or the first mark's creation failed with. The layers are fine until the next boot all the same.
    pub fn run(&self) -> Result<(), Errno> {
        syncfs(&self.layers)?;
        let marks = self.diff_ids.iter().map(|diff_id| self.mark(diff_id));
        marks.fold(Ok(()), Result::and)
    }

    /// Only after syncfs: a mark on the disk proves that all before it is there.
    fn mark(&self, diff_id: &Digest) -> Result<(), Errno> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let layer = match openat2(
            &self.layers,
            diff_id.hex(),
            DIRECTORY,
            Mode::empty(),
            resolve,
        ) {
            // Removed meanwhile.
            Err(Errno::NOENT) => return Ok(()),
            opened => opened?,
        };
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        openat(&layer, DURABLE, flags, Mode::RUSR).map(drop)
    }
}

impl AsFd for SyncJob {
    /// What a worker that runs it must keep open.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.layers.as_fd()
    }
}

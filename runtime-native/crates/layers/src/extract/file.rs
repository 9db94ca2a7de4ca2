//! Regular files.
use super::tree::Directory;
use crate::error::LayerError;
use crate::tar::{Entry, Extents, TarReader};
use rustix::fs::{Mode, OFlags, ftruncate, openat};
use rustix::io::{Errno, pwrite};
use std::io::BufRead;
use std::os::fd::OwnedFd;

pub(super) fn create(parent: &Directory, name: &[u8]) -> Result<OwnedFd, Errno> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(parent, name, flags, Mode::RUSR | Mode::WUSR)
}

/// Writes the body that `tar` stands before.
pub(super) fn write<R: BufRead>(
    fd: &OwnedFd,
    entry: &Entry,
    extents: Option<&Extents>,
    tar: &mut TarReader<R>,
) -> Result<(), LayerError> {
    let failed = |errno| LayerError::system("write", &entry.path, errno);
    let Some(extents) = extents else {
        return copy(tar, u64::MAX, |bytes| {
            retry(|| rustix::io::write(fd, bytes)).map_err(failed)
        });
    };
    for (offset, length) in &extents.parts {
        let mut at = *offset;
        copy(tar, *length, |bytes| {
            let count = retry(|| pwrite(fd, bytes, at)).map_err(failed)?;
            at += count as u64;
            Ok(count)
        })?;
    }
    ftruncate(fd, extents.real_size).map_err(failed)
}

/// Hands at most `length` bytes of the body to `sink`, which says how many it took.
fn copy<R: BufRead>(
    tar: &mut TarReader<R>,
    length: u64,
    mut sink: impl FnMut(&[u8]) -> Result<usize, LayerError>,
) -> Result<(), LayerError> {
    let mut left = length;
    while left > 0 {
        let body = tar.fill_body()?;
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(body.len());
        if wanted == 0 {
            return Ok(());
        }
        let taken = sink(&body[..wanted])?;
        tar.consume_body(taken);
        left -= taken as u64;
    }
    Ok(())
}

fn retry(mut call: impl FnMut() -> Result<usize, Errno>) -> Result<usize, Errno> {
    loop {
        match call() {
            Err(Errno::INTR) => {}
            outcome => return outcome,
        }
    }
}

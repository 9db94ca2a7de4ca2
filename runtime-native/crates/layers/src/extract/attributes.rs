//! Owner, mode, extended attributes and times. Always by descriptor, or by a name that was created a moment ago in a
//! directory that nobody else can reach, and never through a link.
use super::tree::Directory;
use super::xattr_policy::host_name;
use crate::error::LayerError;
use crate::tar::{Entry, Timestamp};
use rustix::fs::{
    AtFlags, Gid, Mode, Timespec, Timestamps, Uid, XattrFlags, chmodat, chownat, fchmod, fchown,
    flistxattr, fremovexattr, fsetxattr, futimens, lsetxattr, utimensat,
};
use rustix::io::Errno;
use rustix::process::fchdir;
use std::os::fd::BorrowedFd;

/// Attributes of the layer that did not reach the file system.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Dropped(pub(crate) u64);

/// Owner, then mode, then extended attributes: each earlier one clears something of the later ones (chown(2) the set-id
/// bits, chown(2) and write(2) the file capabilities).
pub(crate) fn set_on_descriptor(
    fd: BorrowedFd<'_>,
    entry: &Entry,
    dropped: &mut Dropped,
) -> Result<(), LayerError> {
    let failed = |operation| move |errno| LayerError::system(operation, &entry.path, errno);
    let owned_by_root = entry.uid == 0 && entry.gid == 0;
    if !owned_by_root {
        let (uid, gid) = (Uid::from_raw(entry.uid), Gid::from_raw(entry.gid));
        fchown(fd, Some(uid), Some(gid)).map_err(failed("set the owner of"))?;
    }
    fchmod(fd, Mode::from_raw_mode(entry.mode)).map_err(failed("set the mode of"))?;
    for (name, value) in &entry.xattrs {
        set_xattr(entry, dropped, name, |name| {
            fsetxattr(fd, name, value, XattrFlags::empty())
        })?;
    }
    Ok(())
}

/// For what cannot be opened without side effects: links, devices, pipes.
pub(crate) fn set_on_name(
    parent: &Directory,
    name: &[u8],
    entry: &Entry,
    dropped: &mut Dropped,
) -> Result<(), LayerError> {
    let failed = |operation| move |errno| LayerError::system(operation, &entry.path, errno);
    let is_link = matches!(entry.kind, crate::tar::Kind::Symlink { .. });
    let (uid, gid) = (Uid::from_raw(entry.uid), Gid::from_raw(entry.gid));
    chownat(
        parent,
        name,
        Some(uid),
        Some(gid),
        AtFlags::SYMLINK_NOFOLLOW,
    )
    .map_err(failed("set the owner of"))?;
    if !is_link {
        // Follows links, but this is none: its creation would have failed on an existing name.
        chmodat(
            parent,
            name,
            Mode::from_raw_mode(entry.mode),
            AtFlags::empty(),
        )
        .map_err(failed("set the mode of"))?;
    }
    if !entry.xattrs.is_empty() {
        // There is no lsetxattrat before Linux 6.13; only this thread uses the working directory.
        fchdir(parent).map_err(failed("enter the directory of"))?;
        for (attribute, value) in &entry.xattrs {
            set_xattr(entry, dropped, attribute, |attribute| {
                lsetxattr(name, attribute, value, XattrFlags::empty())
            })?;
        }
    }
    utimensat(parent, name, &times(entry.mtime), AtFlags::SYMLINK_NOFOLLOW)
        .map_err(failed("set the time of"))
}

/// Last of all for a file; for a directory after everything below it was made.
pub(crate) fn set_time(
    fd: BorrowedFd<'_>,
    path: &[u8],
    mtime: Timestamp,
) -> Result<(), LayerError> {
    futimens(fd, &times(mtime)).map_err(|errno| LayerError::system("set the time of", path, errno))
}

/// A directory that occurs again gets the attributes of its last occurrence, and only those.
pub(crate) fn clear_xattrs(fd: BorrowedFd<'_>, path: &[u8]) -> Result<(), LayerError> {
    let mut names = vec![0_u8; 64 << 10];
    let length = match flistxattr(fd, names.as_mut_slice()) {
        Ok(length) => length,
        Err(Errno::OPNOTSUPP) => 0,
        Err(errno) => return Err(LayerError::system("list the attributes of", path, errno)),
    };
    let ours = |name: &&[u8]| !name.is_empty() && host_name(name).is_some();
    for name in names[..length].split(|b| *b == 0).filter(ours) {
        fremovexattr(fd, name)
            .map_err(|errno| LayerError::system("remove an attribute of", path, errno))?;
    }
    Ok(())
}

fn set_xattr(
    entry: &Entry,
    dropped: &mut Dropped,
    name: &[u8],
    set: impl FnOnce(&[u8]) -> Result<(), Errno>,
) -> Result<(), LayerError> {
    let Some(host_name) = host_name(name) else {
        dropped.0 += 1;
        return Ok(());
    };
    match set(&host_name) {
        Ok(()) => Ok(()),
        // Not every file system has every namespace, and `user.*` is for files and directories only (xattr(7)).
        Err(Errno::OPNOTSUPP | Errno::PERM) => {
            dropped.0 += 1;
            Ok(())
        }
        Err(errno) => Err(LayerError::system(
            "set an attribute of",
            &entry.path,
            errno,
        )),
    }
}

fn times(mtime: Timestamp) -> Timestamps {
    let time = Timespec {
        tv_sec: mtime.seconds,
        tv_nsec: mtime.nanoseconds.into(),
    };
    Timestamps {
        last_access: time,
        last_modification: time,
    }
}

//! `/proc` as a handle that nobody can have replaced: a procfs of its own, never attached to any path, in which no
//! link and no other mount is crossed.
//!
//! Files below `/proc` decide about labels, kernel parameters and identities; a path could have been covered by a
//! mount or a link (CVE-2019-16884, CVE-2019-19921, CVE-2025-52881).

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use rustix::mount::{FsMountFlags, FsOpenFlags, MountAttrFlags, fsconfig_create, fsmount, fsopen};

/// The magic number of procfs, statfs(2).
pub const PROC_MAGIC: u64 = 0x9fa0;

/// A procfs of the caller's pid namespace.
#[derive(Debug)]
pub struct Proc(OwnedFd);

impl Proc {
    /// Makes a detached procfs.
    ///
    /// # Errors
    /// EPERM without the right to mount one.
    pub fn new() -> Result<Self, Errno> {
        let context = fsopen("proc", FsOpenFlags::FSOPEN_CLOEXEC)?;
        fsconfig_create(&context)?;
        let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID
            | MountAttrFlags::MOUNT_ATTR_NOEXEC
            | MountAttrFlags::MOUNT_ATTR_NODEV;
        fsmount(&context, FsMountFlags::FSMOUNT_CLOEXEC, attributes).map(Self)
    }

    /// Opens a file below it and makes sure that it belongs to a procfs.
    ///
    /// # Errors
    /// EXDEV or ELOOP when something else is in the way; else what the kernel says.
    pub fn open(&self, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_XDEV | ResolveFlags::NO_MAGICLINKS;
        let flags = flags | OFlags::CLOEXEC;
        let file = rustix::fs::openat2(&self.0, path, flags, Mode::empty(), resolve)?;
        if is_proc(&file)? {
            Ok(file)
        } else {
            Err(Errno::XDEV)
        }
    }

    /// Writes a value with one call.
    ///
    /// # Errors
    /// As [`Proc::open`], and EIO when it was not taken whole.
    pub fn write(&self, path: &Path, value: &[u8]) -> Result<(), Errno> {
        let file = self.open(path, OFlags::WRONLY)?;
        match rustix::io::write(&file, value)? {
            count if count == value.len() => Ok(()),
            _ => Err(Errno::IO),
        }
    }
}

/// Whether an open file belongs to a procfs.
///
/// # Errors
/// What fstatfs(2) says.
pub fn is_proc(file: impl std::os::fd::AsFd) -> Result<bool, Errno> {
    let magic = rustix::fs::fstatfs(file)?.f_type;
    Ok(u64::try_from(magic).is_ok_and(|magic| magic == PROC_MAGIC))
}

/// Opens what an O_PATH descriptor stands for: the very file, whatever its path leads to by now.
///
/// # Errors
/// What open(2) says; without a usable `/proc` what fsopen(2) says.
pub fn reopen(place: &OwnedFd, flags: OFlags) -> Result<OwnedFd, Errno> {
    let link = format!("self/fd/{}", place.as_raw_fd());
    let flags = flags | OFlags::CLOEXEC;
    // The one at hand costs nothing; a container may have none, or that of others.
    let directory = OFlags::PATH | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    if let Ok(proc) = rustix::fs::open("/proc", directory, Mode::empty()) {
        if is_proc(&proc)? {
            match rustix::fs::openat(&proc, &link, flags, Mode::empty()) {
                Err(Errno::NOENT) => {}
                done => return done,
            }
        }
    }
    rustix::fs::openat(&Proc::new()?.0, &link, flags, Mode::empty())
}

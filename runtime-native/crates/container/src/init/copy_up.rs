//! Filling a new tmpfs with what its place in the image holds (`tmpcopyup`).

use std::ffi::CStr;
use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{
    AtFlags, Dir, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid, XattrFlags,
};
use rustix::io::Errno;

use crate::plan::mounts::Filesystem;

/// As deep as directories may be: each level holds two descriptors.
const MOST_LEVELS: usize = 256;
const CHUNK: usize = 64 * 1024;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Copies the content of the directory `place` to the tmpfs `to`, with owners, modes, times and extended attributes. The
/// root takes its owner and mode from the directory too, unless the options say them.
pub(super) fn copy_up(place: &OwnedFd, to: &OwnedFd, filesystem: &Filesystem) -> Result<(), Errno> {
    let from = rustix::fs::openat(place, ".", DIRECTORY, Mode::empty())?;
    let to = rustix::fs::openat(to, ".", DIRECTORY, Mode::empty())?;
    copy_content(&from, &to, MOST_LEVELS)?;
    let says = |name: &str| filesystem.data.iter().any(|(key, _)| key == name);
    let found = rustix::fs::fstat(&from)?;
    let uid = (!says("uid")).then(|| Uid::from_raw(found.st_uid));
    let gid = (!says("gid")).then(|| Gid::from_raw(found.st_gid));
    rustix::fs::fchown(&to, uid, gid)?;
    if !says("mode") {
        rustix::fs::fchmod(&to, Mode::from_raw_mode(found.st_mode & 0o7777))?;
    }
    Ok(())
}

fn copy_content(from: &OwnedFd, to: &OwnedFd, levels: usize) -> Result<(), Errno> {
    let levels = levels.checked_sub(1).ok_or(Errno::NAMETOOLONG)?;
    for entry in Dir::read_from(from)? {
        let entry = entry?;
        let name = entry.file_name();
        if name == c"." || name == c".." {
            continue;
        }
        let found = rustix::fs::statat(from, name, AtFlags::SYMLINK_NOFOLLOW)?;
        match FileType::from_raw_mode(found.st_mode) {
            FileType::Directory => copy_directory((from, to), name, levels)?,
            FileType::RegularFile => copy_file((from, to), name)?,
            FileType::Symlink => {
                let target = rustix::fs::readlinkat(from, name, Vec::new())?;
                rustix::fs::symlinkat(target, to, name)?;
                give_to_owner(to, name, &found)?;
            }
            kind => {
                let mode = Mode::from_raw_mode(found.st_mode & 0o7777);
                rustix::fs::mknodat(to, name, kind, mode, found.st_rdev)?;
                give_to_owner(to, name, &found)?;
            }
        }
    }
    Ok(())
}

fn give_to_owner(dir: &OwnedFd, name: &CStr, found: &Stat) -> Result<(), Errno> {
    let (uid, gid) = (Uid::from_raw(found.st_uid), Gid::from_raw(found.st_gid));
    rustix::fs::chownat(dir, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
}

fn copy_directory(
    (from, to): (&OwnedFd, &OwnedFd),
    name: &CStr,
    levels: usize,
) -> Result<(), Errno> {
    let from = rustix::fs::openat(from, name, DIRECTORY, Mode::empty())?;
    rustix::fs::mkdirat(to, name, Mode::RWXU)?;
    let to = rustix::fs::openat(to, name, DIRECTORY, Mode::empty())?;
    copy_content(&from, &to, levels)?;
    copy_attributes(&from, &to)
}

fn copy_file((from, to): (&OwnedFd, &OwnedFd), name: &CStr) -> Result<(), Errno> {
    // Nonblocking: nobody can have put a pipe there yet, but then it would hang here.
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let from = rustix::fs::openat(from, name, flags, Mode::empty())?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let to = rustix::fs::openat(to, name, flags, Mode::RUSR | Mode::WUSR)?;
    let mut buffer = vec![0u8; CHUNK];
    loop {
        let count = rustix::io::read(&from, &mut buffer)?;
        if count == 0 {
            return copy_attributes(&from, &to);
        }
        let mut rest = &buffer[..count];
        while !rest.is_empty() {
            rest = &rest[rustix::io::write(&to, rest)?..];
        }
    }
}

fn copy_attributes(from: &OwnedFd, to: &OwnedFd) -> Result<(), Errno> {
    let found = rustix::fs::fstat(from)?;
    let (uid, gid) = (Uid::from_raw(found.st_uid), Gid::from_raw(found.st_gid));
    rustix::fs::fchown(to, Some(uid), Some(gid))?;
    rustix::fs::fchmod(to, Mode::from_raw_mode(found.st_mode & 0o7777))?;
    // After the change of owner, which drops file capabilities.
    copy_extended(from, to)?;
    let time = |seconds, nanoseconds: u64| Timespec {
        tv_sec: seconds,
        tv_nsec: i64::try_from(nanoseconds).unwrap_or(0),
    };
    let times = Timestamps {
        last_access: time(found.st_atime, found.st_atime_nsec),
        last_modification: time(found.st_mtime, found.st_mtime_nsec),
    };
    rustix::fs::futimens(to, &times)
}

/// As far as the tmpfs takes them.
fn copy_extended(from: impl AsFd, to: impl AsFd) -> Result<(), Errno> {
    let mut names = vec![0u8; CHUNK];
    let count = match rustix::fs::flistxattr(&from, &mut names) {
        Err(Errno::NOTSUP) => return Ok(()),
        done => done?,
    };
    for name in names[..count].split_inclusive(|byte| *byte == 0) {
        let name = CStr::from_bytes_with_nul(name).map_err(|_| Errno::INVAL)?;
        let mut value = vec![0u8; CHUNK];
        let length = rustix::fs::fgetxattr(&from, name, &mut value)?;
        match rustix::fs::fsetxattr(&to, name, &value[..length], XattrFlags::empty()) {
            Ok(()) | Err(Errno::NOTSUP | Errno::PERM | Errno::ACCESS) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

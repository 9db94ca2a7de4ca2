//! Paths that must not be read or written inside.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use tsorch_sys::mount_attributes::{
    Change, Depth, NODEV, NOEXEC, NOSUID, Propagation, RDONLY, change_mount,
};
use tsorch_sys::root::Root;

use super::filesystem::{attach, copy_of};
use super::mounts::open_filesystem;
use crate::error::Failure;
use crate::plan::Plan;
use crate::plan::mounts::Filesystem;
use crate::step::Step;

/// Covers the masked paths and makes the read-only ones read-only. A path that is not there needs neither.
pub(super) fn apply(plan: &Plan, root: &Root) -> Result<(), Failure> {
    for path in &plan.readonly_paths {
        let name = || format!("make {} read-only", path.display());
        if let Some(place) = find(root, path).step(name)? {
            let copy = copy_of(&place, Depth::Recursive).step(name)?;
            let change = Change {
                set: RDONLY,
                ..Change::default()
            };
            change_mount(&copy, Depth::Recursive, change).step(name)?;
            attach(&copy, &place).step(name)?;
        }
    }
    let mut covers = Covers {
        null: None,
        empty: None,
    };
    for (index, path) in plan.masked_paths.iter().enumerate() {
        if plan.masked_paths[..index].contains(path) {
            continue;
        }
        let name = || format!("mask {}", path.display());
        if let Some(place) = find(root, path).step(name)? {
            covers.cover(&place).step(name)?;
        }
    }
    Ok(())
}

fn find(root: &Root, path: &std::path::Path) -> Result<Option<OwnedFd>, Errno> {
    match root.open(path, OFlags::PATH) {
        Ok(place) => Ok(Some(place)),
        Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// What lies over masked paths: opened once, copied for each.
struct Covers {
    null: Option<OwnedFd>,
    empty: Option<OwnedFd>,
}

impl Covers {
    fn cover(&mut self, place: &OwnedFd) -> Result<(), Errno> {
        let kind = FileType::from_raw_mode(rustix::fs::fstat(place)?.st_mode);
        let (cover, make): (_, fn() -> Result<OwnedFd, Errno>) = match kind {
            FileType::Directory => (&mut self.empty, empty_directory),
            _ => (&mut self.null, null_file),
        };
        if let Some(first) = cover {
            return attach(copy_of(first, Depth::One)?, place);
        }
        // Kernels before 6.15 copy attached mounts only: the first use attaches the mount itself.
        let first = make()?;
        attach(first.as_fd(), place)?;
        *cover = Some(first);
        Ok(())
    }
}

/// A mount of the null device that has nothing to do with the host's any more: what the host mounts over its own must not
/// come to lie over the masked path.
fn null_file() -> Result<OwnedFd, Errno> {
    let copy = copy_of(&host_null()?, Depth::One)?;
    let change = Change {
        propagation: Some(Propagation::Private),
        ..Change::default()
    };
    change_mount(&copy, Depth::One, change)?;
    Ok(copy)
}

/// The host's null device, seen to be it: the container's could be anything (CVE-2025-31133).
fn host_null() -> Result<OwnedFd, Errno> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let null = rustix::fs::open("/dev/null", flags, Mode::empty())?;
    let found = rustix::fs::fstat(&null)?;
    let is_char = FileType::from_raw_mode(found.st_mode) == FileType::CharacterDevice;
    let number = (
        rustix::fs::major(found.st_rdev),
        rustix::fs::minor(found.st_rdev),
    );
    if is_char && number == (1, 3) {
        Ok(null)
    } else {
        Err(Errno::NODEV)
    }
}

fn empty_directory() -> Result<OwnedFd, Errno> {
    let filesystem = Filesystem {
        kind: "tmpfs".to_owned(),
        source: Some("tmpfs".into()),
        data: vec![
            ("nr_blocks".to_owned(), Some("1".to_owned())),
            ("nr_inodes".to_owned(), Some("1".to_owned())),
        ],
    };
    open_filesystem(
        &filesystem,
        Change {
            set: RDONLY | NOSUID | NODEV | NOEXEC,
            ..Change::default()
        },
    )
}

//! Changing mounts by descriptor: mount_setattr(2), since Linux 5.12.
#![expect(unsafe_code, reason = "rustix has no mount_setattr")]

use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

use rustix::io::Errno;

use crate::errno::last_errno;

// linux/mount.h
/// Read-only.
pub const RDONLY: u64 = 0x1;
/// Set-user-id bits have no effect.
pub const NOSUID: u64 = 0x2;
/// Device nodes have no effect.
pub const NODEV: u64 = 0x4;
/// Nothing can be executed.
pub const NOEXEC: u64 = 0x8;
/// The field of the access time rule; 0 in it = relative times.
pub const ATIME: u64 = 0x70;
/// Never write access times.
pub const NOATIME: u64 = 0x10;
/// Always write access times.
pub const STRICTATIME: u64 = 0x20;
/// Never write access times of directories.
pub const NODIRATIME: u64 = 0x80;
/// Symbolic links are not followed.
pub const NOSYMFOLLOW: u64 = 0x20_0000;

/// Owners are shown through the mappings of a user namespace.
const IDMAP: u64 = 0x10_0000;

const AT_EMPTY_PATH: libc::c_int = 0x1000;
const AT_RECURSIVE: libc::c_int = 0x8000;

/// How mount events travel. mount_namespaces(7)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// To and from peers.
    Shared,
    /// From a master only.
    Slave,
    /// Not at all.
    Private,
    /// Not at all, and it cannot be bind-mounted.
    Unbindable,
}

/// Which mounts a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The one mount.
    One,
    /// It and all below it.
    Recursive,
}

/// A change of mount attributes; bits of [`RDONLY`] and the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Bits to set.
    pub set: u64,
    /// Bits to clear, before setting.
    pub clear: u64,
    /// New propagation.
    pub propagation: Option<Propagation>,
}

/// Changes the mount opened as `mount` (the root of a mount, by `open_tree`, `fsmount` or an O_PATH open).
///
/// # Errors
/// EINVAL when it is not the root of a mount; EPERM when a flag is locked or the right is lacking.
pub fn change_mount(mount: impl AsFd, depth: Depth, change: Change) -> Result<(), Errno> {
    let propagation = match change.propagation {
        None => 0,
        Some(Propagation::Shared) => libc::MS_SHARED,
        Some(Propagation::Slave) => libc::MS_SLAVE,
        Some(Propagation::Private) => libc::MS_PRIVATE,
        Some(Propagation::Unbindable) => libc::MS_UNBINDABLE,
    };
    let attributes = libc::mount_attr {
        attr_set: change.set,
        attr_clr: change.clear,
        propagation,
        userns_fd: 0,
    };
    set_attributes(mount.as_fd(), depth, &attributes)
}

/// Shows the owners of a mount's files through the mappings of a user namespace. The mount must be detached, and no
/// other mapping may be in force.
///
/// # Errors
/// EINVAL when the filesystem cannot do it, it is done already or the mount is attached; EPERM for the initial user
/// namespace.
pub fn map_ids(
    mount: impl AsFd,
    depth: Depth,
    user_namespace: BorrowedFd<'_>,
) -> Result<(), Errno> {
    let attributes = libc::mount_attr {
        attr_set: IDMAP,
        attr_clr: 0,
        propagation: 0,
        userns_fd: u64::from(user_namespace.as_raw_fd().unsigned_abs()),
    };
    set_attributes(mount.as_fd(), depth, &attributes)
}

fn set_attributes(
    mount: BorrowedFd<'_>,
    depth: Depth,
    attributes: &libc::mount_attr,
) -> Result<(), Errno> {
    let flags = match depth {
        Depth::One => AT_EMPTY_PATH,
        Depth::Recursive => AT_EMPTY_PATH | AT_RECURSIVE,
    };
    let size = size_of_val(attributes);
    // SAFETY: the path is a NUL-terminated string, the attributes outlive the call and their size goes with them.
    let done = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            mount.as_raw_fd(),
            c"".as_ptr(),
            flags,
            std::ptr::from_ref(attributes),
            size,
        )
    };
    if done == 0 { Ok(()) } else { Err(last_errno()) }
}

//! Running from a read-only clone of our own binary: a container that gets hold of /proc/PID/exe of a process of ours
//! (CVE-2019-5736) cannot write through it. The clone is a detached mount of the same file, so nothing is copied.

use std::ffi::CString;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStringExt;

use rustix::fs::{CWD, StatVfsMountFlags, statvfs};
use rustix::io::Errno;
use rustix::mount::{OpenTreeFlags, open_tree};
use tsorch_sys::execute::{Strings, execute_fd};
use tsorch_sys::mount_attributes::{Change, Depth, RDONLY, change_mount};

const SELF: &str = "/proc/self/exe";

/// Executes this program again from such a clone, with the same arguments and environment. Returns at once when it runs
/// from one already, or from a read-only filesystem.
///
/// # Errors
/// Without CAP_SYS_ADMIN, or on a kernel before 5.12.
pub(crate) fn run_from_read_only_self() -> Result<(), Errno> {
    if statvfs(SELF)?.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Ok(());
    }
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let clone = open_tree(CWD, SELF, flags)?;
    let change = Change {
        set: RDONLY,
        ..Change::default()
    };
    change_mount(&clone, Depth::One, change)?;
    let arguments = std::env::args_os().map(OsStringExt::into_vec);
    let environment = std::env::vars_os().map(|(name, value)| {
        let mut bytes = name.into_vec();
        bytes.push(b'=');
        bytes.extend(value.into_vec());
        bytes
    });
    Err(execute_fd(
        clone.as_fd(),
        &strings(arguments),
        &strings(environment),
    ))
}

/// None of them has a NUL: they came from the kernel.
fn strings(texts: impl Iterator<Item = Vec<u8>>) -> Strings {
    Strings::new(texts.filter_map(|bytes| CString::new(bytes).ok()).collect())
}

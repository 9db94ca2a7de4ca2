//! Running from a read-only clone of our own binary: a container that gets hold of /proc/PID/exe of a process of ours
//! (CVE-2019-5736) cannot write through it. The clone is a detached mount of the same file, so nothing is copied.

use std::ffi::CString;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::ffi::OsStringExt;

use rustix::fs::{
    Access, CWD, MemfdFlags, Mode, OFlags, SealFlags, StatVfsMountFlags, access, fcntl_add_seals,
    fcntl_get_seals, memfd_create, open, sendfile, statvfs,
};
use rustix::io::Errno;
use rustix::mount::{OpenTreeFlags, open_tree};
use tsorch_sys::execute::{Strings, execute_fd};
use tsorch_sys::mount_attributes::{Change, Depth, RDONLY, change_mount};

const SELF: &str = "/proc/self/exe";

/// Executes this program again from such a clone, with the same arguments and environment. Returns at once when it runs
/// from one already, or from a read-only filesystem.
///
/// # Errors
/// Without CAP_SYS_ADMIN while this process may write to the binary, or on a kernel before 5.12.
pub(crate) fn run_from_read_only_self() -> Result<(), Errno> {
    if statvfs(SELF)?.f_flag.contains(StatVfsMountFlags::RDONLY) {
        return Ok(());
    }
    if !rustix::process::geteuid().is_root() {
        return protect_from_own_user();
    }
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let clone = open_tree(CWD, SELF, flags)?;
    let change = Change {
        set: RDONLY,
        ..Change::default()
    };
    change_mount(&clone, Depth::One, change)?;
    Err(execute_again(clone.as_fd()))
}

/// Without the right to mount. A binary that this user may not write to is safe: whoever gets hold of it inside is no more
/// than we are. One of the user's own is executed from a sealed copy in memory.
fn protect_from_own_user() -> Result<(), Errno> {
    let binary = open(SELF, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let is_sealed = fcntl_get_seals(&binary).is_ok_and(|seals| seals.contains(SealFlags::WRITE));
    if is_sealed || access(SELF, Access::WRITE_OK).is_err() {
        return Ok(());
    }
    let copy = memfd_create("tsorch-rt", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    while sendfile(&copy, &binary, None, 1 << 30)? > 0 {}
    let seals = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
    fcntl_add_seals(&copy, seals)?;
    Err(execute_again(copy.as_fd()))
}

fn execute_again(program: BorrowedFd<'_>) -> Errno {
    let arguments = std::env::args_os().map(OsStringExt::into_vec);
    let environment = std::env::vars_os().map(|(name, value)| {
        let mut bytes = name.into_vec();
        bytes.push(b'=');
        bytes.extend(value.into_vec());
        bytes
    });
    execute_fd(program, &strings(arguments), &strings(environment))
}

/// None of them has a NUL: they came from the kernel.
fn strings(texts: impl Iterator<Item = Vec<u8>>) -> Strings {
    Strings::new(texts.filter_map(|bytes| CString::new(bytes).ok()).collect())
}

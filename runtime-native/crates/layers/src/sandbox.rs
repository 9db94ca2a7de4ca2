//! What a worker gives up before it looks at the first byte that somebody else wrote.
//!
//! Order: descriptors, namespaces and root need the rights that are dropped next; the filter comes last.
use rustix::fs::CWD;
use rustix::io::Errno;
use rustix::mount::{
    MountFlags, MountPropagationFlags, MoveMountFlags, OpenTreeFlags, UnmountFlags, mount_change,
    mount_remount, move_mount, open_tree, unmount,
};
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, fchdir, pivot_root, set_dumpable_behavior,
    set_parent_process_death_signal, setrlimit, umask,
};
use rustix::thread::{
    CapabilitySet, CapabilitySets, remove_capability_from_bounding_set, set_capabilities,
    set_no_new_privs,
};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use thiserror::Error;
use tsorch_sys::{fork, isolate, syscall_filter};

/// `trusted.*` attributes need SYS_ADMIN; the filter leaves nothing else to do with it.
const KEPT: CapabilitySet = CapabilitySet::CHOWN
    .union(CapabilitySet::DAC_OVERRIDE)
    .union(CapabilitySet::FOWNER)
    .union(CapabilitySet::FSETID)
    .union(CapabilitySet::MKNOD)
    .union(CapabilitySet::SETFCAP)
    .union(CapabilitySet::SYS_ADMIN);

/// Far more than a worker of bounded buffers needs, zstd's window included.
const ADDRESS_SPACE: u64 = 2 << 30;

/// A step that the kernel refused; the worker must not go on.
#[derive(Debug, Error)]
#[error("cannot {step} for the sandbox of the layer worker")]
pub struct SandboxError {
    /// A verb and its object.
    pub step: &'static str,
    /// What the kernel said.
    #[source]
    pub errno: Errno,
}

/// Confines this process, which has one thread, to the directory `root` and the descriptors `keep` (and 0, 1, 2). Gives
/// the directory again, as the process's root.
///
/// # Errors
/// The step that failed.
pub(crate) fn enter(root: &OwnedFd, keep: &[BorrowedFd<'_>]) -> Result<OwnedFd, SandboxError> {
    let (stdin, stdout, stderr) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    let standard = [stdin.as_fd(), stdout.as_fd(), stderr.as_fd()];
    let kept: Vec<_> = standard
        .iter()
        .chain(keep)
        .chain([&root.as_fd()])
        .copied()
        .collect();
    step("close descriptors", || fork::close_all_but(&kept))?;
    step("tie itself to its parent", || {
        set_parent_process_death_signal(Some(Signal::KILL))
    })?;
    step("give up new privileges", || set_no_new_privs(true))?;
    step("forbid tracing", || {
        set_dumpable_behavior(DumpableBehavior::NotDumpable)
    })?;
    let limit = |bytes| Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    step("limit core files", || setrlimit(Resource::Core, limit(0)))?;
    step("limit memory", || {
        setrlimit(Resource::As, limit(ADDRESS_SPACE))
    })?;
    umask(rustix::fs::Mode::empty());
    // A descriptor stays in the mount namespace it was opened in, the working directory moves along.
    step("enter its directory", || fchdir(root))?;
    step("make namespaces", isolate::isolate)?;
    step("change the root", change_root)?;
    step("drop capabilities", drop_capabilities)?;
    let filter = syscall_filter::allow_only(syscall_filter::FILE_WORK);
    step("filter system calls", || {
        filter.ok_or(Errno::INVAL)?.load().map(drop)
    })?;
    step("open its root", open_root)
}

/// Makes the working directory the root, without devices and programs, and detaches all the rest.
fn change_root() -> Result<(), Errno> {
    mount_change(
        "/",
        MountPropagationFlags::REC | MountPropagationFlags::PRIVATE,
    )?;
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let tree = open_tree(CWD, ".", flags)?;
    // Over itself: a new root must be a mount point of this namespace.
    move_mount(&tree, "", CWD, ".", MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
    fchdir(&tree)?;
    pivot_root(".", ".")?;
    unmount(".", UnmountFlags::DETACH)?;
    let flags = MountFlags::BIND | MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC;
    mount_remount("/", flags, "")
}

fn drop_capabilities() -> Result<(), Errno> {
    for capability in CapabilitySet::all().difference(KEPT).iter() {
        match remove_capability_from_bounding_set(capability) {
            // The running kernel may know fewer of them, or we may not have CAP_SETPCAP: without exec there is no way to
            // gain any.
            Ok(()) | Err(Errno::INVAL | Errno::PERM) => {}
            Err(errno) => return Err(errno),
        }
    }
    let present = rustix::thread::capabilities(None)?.permitted;
    let kept = present.intersection(KEPT);
    let sets = CapabilitySets {
        effective: kept,
        permitted: kept,
        inheritable: CapabilitySet::empty(),
    };
    set_capabilities(None, sets)
}

fn open_root() -> Result<OwnedFd, Errno> {
    use rustix::fs::{Mode, OFlags, openat};
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(CWD, "/", flags, Mode::empty())
}

fn step<T>(step: &'static str, act: impl FnOnce() -> Result<T, Errno>) -> Result<T, SandboxError> {
    act().map_err(|errno| SandboxError { step, errno })
}

//! A running container, looked at from outside before something enters it.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::Pid;
use rustix::time::Timespec;
use tsorch_cgroups::{Cgroup, CgroupPath, Hierarchies};
use tsorch_oci::NamespaceKind;
use tsorch_sys::clone::Namespaces;

use crate::error::ExecError;
use crate::exec::Target;
use crate::host;
use crate::plan::PlanError;
use crate::plan::namespaces::NamespacePlan;

/// The namespaces in which the container differs from us.
pub(crate) fn entered(target: &Target<'_>) -> Result<Namespaces, PlanError> {
    let mut plan = NamespacePlan::new(&target.config.linux.namespaces)?;
    // Ours cannot be entered again.
    if host::is_own_user_namespace(&of_process(target.pid, "ns/user")) {
        plan.share(NamespaceKind::User);
    }
    Ok(plan.all())
}

/// The container's root, if it is not the root of a mount table of its own.
pub(crate) fn open_root(target: &Target<'_>) -> Result<Option<OwnedFd>, ExecError> {
    let mounts = target.config.linux.namespace(NamespaceKind::Mount);
    if mounts.is_some_and(|mounts| mounts.path.is_none()) {
        return Ok(None);
    }
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let root = rustix::fs::open(of_process(target.pid, "root"), flags, Mode::empty())
        .map_err(|_| ExecError::NotRunning)?;
    // Opened by number: if the process lives now, it was the right one then.
    let mut ended = [PollFd::new(&target.pidfd, PollFlags::IN)];
    match poll(&mut ended, Some(&Timespec::default())) {
        Ok(0) => Ok(Some(root)),
        _ => Err(ExecError::NotRunning),
    }
}

/// The control group that a process is in now.
pub(crate) fn group_of(pid: Pid) -> Option<Cgroup> {
    let text = std::fs::read_to_string(of_process(pid, "cgroup")).ok()?;
    let path = text.lines().find_map(|line| line.strip_prefix("0::"))?;
    let path = CgroupPath::parse(Path::new(path)).ok()?;
    Cgroup::open(&Hierarchies::of_host().ok()?, path).ok()
}

fn of_process(pid: Pid, file: &str) -> PathBuf {
    PathBuf::from(format!("/proc/{}/{file}", pid.as_raw_nonzero()))
}

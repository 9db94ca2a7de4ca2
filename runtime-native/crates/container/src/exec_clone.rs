//! The clone that makes an exec'd process a member of its container from birth.

use std::os::fd::{AsFd, BorrowedFd};

use rustix::io::Errno;
use rustix::process::{PidfdFlags, getpid, pidfd_open};
use rustix::thread::{
    CpuSet, ThreadNameSpaceType, move_into_thread_name_spaces, sched_getaffinity, sched_setaffinity,
};
use tsorch_sys::clone::{Namespaces, clone_as, clone_into};
use tsorch_sys::fork::{Forked, Parentage};

use crate::error::{ExecError, Failure};
use crate::exec::Target;
use crate::host::available_capabilities;
use crate::messenger;
use crate::plan::capabilities::CapabilitySet;
use crate::step::Step;
use crate::target::group_of;

/// Clones while the caller itself is on the given processors, because the clone enters the control group at once.
pub(crate) fn born_on(
    processors: Option<&CpuSet>,
    clone: impl FnOnce() -> Result<Forked, ExecError>,
) -> Result<Forked, ExecError> {
    let Some(processors) = processors else {
        return clone();
    };
    let name = || "set the initial processors";
    let own = sched_getaffinity(None)
        .step(name)
        .map_err(ExecError::Host)?;
    sched_setaffinity(None, processors)
        .step(name)
        .map_err(ExecError::Host)?;
    let forked = clone();
    if !matches!(forked, Ok(Forked::Child)) {
        // Where the caller may run has changed meanwhile, if this fails; then it stays where it is.
        let _ = sched_setaffinity(None, &own);
    }
    forked
}

/// Clones into the container's pid namespace and v2 group; the caller's own children are born at home again afterwards.
pub(crate) fn clone_beside(
    target: &Target<'_>,
    namespaces: Namespaces,
    group: Option<BorrowedFd<'_>>,
) -> Result<Forked, ExecError> {
    let not_running = |errno: Errno, step: &str| match errno {
        Errno::SRCH => ExecError::NotRunning,
        errno => ExecError::Host(Failure::new(step, errno)),
    };
    if is_sent(namespaces) {
        return clone_by_messenger(target, namespaces);
    }
    let own_pids = namespaces.has(Namespaces::PID);
    let myself = pidfd_open(getpid(), PidfdFlags::empty())
        .step(|| "open the own pidfd")
        .map_err(ExecError::Host)?;
    if own_pids {
        move_into_thread_name_spaces(target.pidfd, ThreadNameSpaceType::PROCESS_ID)
            .map_err(|errno| not_running(errno, "enter the pid namespace"))?;
    }
    let forked = match group {
        Some(group) => clone_into(Namespaces::NONE, Some(group)),
        None => clone_into_group(target),
    };
    let is_child = matches!(forked, Ok(Forked::Child));
    if own_pids && !is_child {
        move_into_thread_name_spaces(myself.as_fd(), ThreadNameSpaceType::PROCESS_ID)
            .step(|| "return to the own pid namespace")
            .map_err(ExecError::Host)?;
    }
    // ENOMEM is how the kernel says that the first process of the namespace has ended.
    forked.map_err(|errno| match errno {
        Errno::NOMEM | Errno::NODEV => ExecError::NotRunning,
        errno => ExecError::Host(Failure::new("clone the process", errno)),
    })
}

/// Without rights of root nobody may send children into a pid namespace before being a member of its user namespace.
pub(crate) fn is_sent(namespaces: Namespaces) -> bool {
    let rights = available_capabilities();
    namespaces.has(Namespaces::USER) && !rights.is_ok_and(CapabilitySet::can_mount)
}

fn clone_by_messenger(target: &Target<'_>, namespaces: Namespaces) -> Result<Forked, ExecError> {
    let mut kinds = ThreadNameSpaceType::USER;
    if namespaces.has(Namespaces::PID) {
        kinds |= ThreadNameSpaceType::PROCESS_ID;
    }
    messenger::send(|| {
        move_into_thread_name_spaces(target.pidfd, kinds)
            .step(|| "enter the container's user namespace")?;
        clone_as(
            Parentage::Sibling,
            Namespaces::NONE,
            target.cgroup.unified(),
        )
        .step(|| "clone the process")
    })
    .map_err(ExecError::Host)
}

fn clone_into_group(target: &Target<'_>) -> Result<Forked, Errno> {
    match clone_into(Namespaces::NONE, target.cgroup.unified()) {
        // Something inside has made the group an inner node: join its first process where that is now.
        Err(Errno::BUSY) => {
            let group = group_of(target.pid).ok_or(Errno::BUSY)?;
            clone_into(Namespaces::NONE, group.unified())
        }
        done => done,
    }
}

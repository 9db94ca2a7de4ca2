//! A network namespace that the maker makes while the first process builds its root.
//!
//! The kernel needs as long for it as for all mounts of a usual container together, and the one does not need the other.

use std::cell::Cell;
use std::os::fd::{AsFd, OwnedFd};

use tsorch_oci::NamespaceKind;
use tsorch_sys::clone::{Namespaces, unshare_network};
use tsorch_sys::{fork, loopback};

use crate::error::Failure;
use crate::join::{enter, open_own};
use crate::plan::Plan;
use crate::plan::mounts::{MountPlan, What};
use crate::step::Step;
use crate::sync::ChildEnd;

/// Filesystems that look the same wherever they are made. Of any other one it is not known.
const INDEPENDENT: [&str; 4] = ["proc", "tmpfs", "devpts", "mqueue"];

/// Whether the namespace is made apart from the others. Not when it shall belong to another user namespace than the
/// maker's, and not when something happens in it before the first process goes on (`maker_waits`).
pub(crate) fn is_late(plan: &Plan, maker_waits: bool) -> bool {
    plan.namespaces.create.has(Namespaces::NET) && !plan.namespaces.has_user() && !maker_waits
}

/// Makes one with its loopback interface up. The caller is in its own again afterwards; an error leaves it useless.
pub(crate) fn make() -> Result<OwnedFd, Failure> {
    let back = open_own(NamespaceKind::Network)?;
    unshare_network().step(|| "make a network namespace")?;
    let made = loopback::bring_up()
        .step(|| "bring up the loopback interface")
        .and_then(|()| open_own(NamespaceKind::Network));
    enter(back.as_fd(), NamespaceKind::Network)?;
    made
}

/// The first process's side: not entered yet, or nothing to enter.
#[derive(Debug)]
pub(crate) struct LateNetwork(Cell<bool>);

impl LateNetwork {
    pub(crate) fn new(is_late: bool) -> Self {
        Self(Cell::new(is_late))
    }

    /// Whether it is still to come.
    pub(crate) fn is_awaited(&self) -> bool {
        self.0.get()
    }

    /// Before `mount` is made, unless it can do without.
    pub(crate) fn enter_before(&self, mount: &MountPlan, sync: &ChildEnd) -> Result<(), Failure> {
        match &mount.what {
            What::Filesystem(made) if INDEPENDENT.contains(&made.kind.as_str()) => Ok(()),
            _ => self.enter(sync),
        }
    }

    /// Waits for the namespace and enters it, once.
    pub(crate) fn enter(&self, sync: &ChildEnd) -> Result<(), Failure> {
        if !self.0.replace(false) {
            return Ok(());
        }
        match sync
            .receive_network()
            .step(|| "wait for the network namespace")?
        {
            Some(network) => enter(network.as_fd(), NamespaceKind::Network),
            None => fork::exit_now(1),
        }
    }
}

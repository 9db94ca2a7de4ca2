//! Out-of-memory kills: how many there were, and a descriptor that wakes up at the next one.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use rustix::event::{EventfdFlags, eventfd};
use rustix::fs::OFlags;

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;
use crate::hierarchies::Version;
use crate::node::{Node, group_error};

/// Wakes up when something happens to the memory of a group; then read [`Cgroup::oom_kills`] again. Events get lost or
/// merged, so the counter is the truth and this is only the bell.
#[derive(Debug)]
pub enum OomEvents {
    /// An open `memory.events`: raises EPOLLPRI, [`OomEvents::rearm`] reads it.
    Unified(OwnedFd),
    /// An eventfd registered with `cgroup.event_control`: readable (EPOLLIN).
    Legacy(OwnedFd),
}

impl OomEvents {
    /// What to wait on.
    #[must_use]
    pub fn fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Unified(fd) | Self::Legacy(fd) => fd.as_fd(),
        }
    }

    /// Whether to wait for EPOLLPRI (v2) rather than EPOLLIN (v1).
    #[must_use]
    pub fn is_priority(&self) -> bool {
        matches!(self, Self::Unified(_))
    }

    /// Takes the event, so that the descriptor can wake up again.
    pub fn rearm(&self) {
        let mut buffer = [0u8; 256];
        match self {
            Self::Unified(fd) => {
                let _ = rustix::io::pread(fd, &mut buffer, 0);
            }
            Self::Legacy(fd) => {
                let _ = rustix::io::read(fd, &mut buffer[..8]);
            }
        }
    }
}

impl Cgroup {
    /// How many processes the kernel has killed here for lack of memory; 0 without a memory controller. In v2 the
    /// groups below are counted too.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn oom_kills(&self) -> Result<u64, CgroupError> {
        let Some(node) = self.node("memory") else {
            return Ok(0);
        };
        let text = match node.version {
            Version::V1 => node.read("memory.oom_control")?,
            Version::V2 => node.read("memory.events")?,
        };
        Ok(file::keyed(&text, "oom_kill").unwrap_or(0))
    }

    /// A bell for out-of-memory kills; `None` without a memory controller.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn oom_events(&self) -> Result<Option<OomEvents>, CgroupError> {
        let Some(node) = self.node("memory") else {
            return Ok(None);
        };
        let events = match node.version {
            Version::V1 => register_eventfd(node)?,
            Version::V2 => {
                let file = file::open(&node.dir, "memory.events", OFlags::RDONLY);
                let events = file.map_err(|errno| group_error("watch", &node.place, errno))?;
                OomEvents::Unified(events)
            }
        };
        events.rearm();
        Ok(Some(events))
    }
}

fn register_eventfd(node: &Node) -> Result<OomEvents, CgroupError> {
    let failed = |errno| group_error("watch", &node.place, errno);
    let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(failed)?;
    let control = file::open(&node.dir, "memory.oom_control", OFlags::RDONLY).map_err(failed)?;
    node.write(
        "cgroup.event_control",
        &format!("{} {}", bell.as_raw_fd(), control.as_raw_fd()),
    )?;
    Ok(OomEvents::Legacy(bell))
}

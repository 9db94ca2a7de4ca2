//! Namespaces that a child is born into without being their first member, or with something to be set before it is:
//! entered around the clone, left after it.
//!
//! A user namespace cannot be left again. A messenger, a child made for this, enters it, clones there (the new process is
//! the maker's child nevertheless) and ends.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tsorch_oci::NamespaceKind;
use tsorch_sys::clone::Namespaces;
use tsorch_sys::fork::{Forked, Parentage};
use tsorch_sys::namespace::{kind_of, unshare_time_of_children};

use crate::error::Failure;
use crate::plan::Plan;
use crate::plan::namespaces::flag;
use crate::step::Step;
use crate::{host, messenger};

/// Namespaces to enter, and the ways back.
#[derive(Debug)]
pub(crate) struct Detour {
    stations: Vec<Station>,
    user: Option<OwnedFd>,
    clock_offsets: Option<String>,
}

#[derive(Debug)]
struct Station {
    kind: NamespaceKind,
    /// `None` = a new one is made.
    there: Option<OwnedFd>,
    back: OwnedFd,
}

impl Detour {
    /// Opens what `plan` joins, without entering anything. The mount table is not among it: the child builds its root in
    /// a table of its own first.
    pub(crate) fn open(plan: &Plan) -> Result<Self, Failure> {
        let mut stations = Vec::new();
        let mut user = None;
        for (kind, path) in &plan.namespaces.join {
            match kind {
                NamespaceKind::Mount => {}
                NamespaceKind::User => user = Some(open_namespace(path, *kind)?),
                _ => stations.push(Station {
                    kind: *kind,
                    there: Some(open_namespace(path, *kind)?),
                    back: open_own(*kind)?,
                }),
            }
        }
        if plan.clock_offsets.is_some() {
            stations.push(Station {
                kind: NamespaceKind::Time,
                there: None,
                back: open_own(NamespaceKind::Time)?,
            });
        }
        Ok(Self {
            stations,
            user,
            clock_offsets: plan.clock_offsets.clone(),
        })
    }

    /// Which of the kinds to make are left for the clone itself.
    pub(crate) fn left_to_make(&self, create: Namespaces) -> Namespaces {
        match self.clock_offsets {
            // Offsets are fixed as soon as a process is inside.
            Some(_) => create.without(Namespaces::TIME),
            None => create,
        }
    }

    /// Clones inside. The caller's own namespaces are the old ones again afterwards, whatever happened; a way back that is
    /// closed leaves the process useless, so that failure wins. The child, which returns from here as well, stays inside.
    pub(crate) fn around(
        &self,
        clone: impl FnOnce(Parentage) -> Result<Forked, Errno>,
    ) -> Result<Forked, Failure> {
        let clone_here = |parentage| clone(parentage).step(|| "clone the first process");
        let Some(user) = &self.user else {
            return self.visit(|| clone_here(Parentage::Child));
        };
        messenger::send(|| {
            for station in &self.stations {
                self.enter_station(station)?;
            }
            enter(user.as_fd(), NamespaceKind::User)?;
            clone_here(Parentage::Sibling)
        })
    }

    fn visit(&self, clone: impl FnOnce() -> Result<Forked, Failure>) -> Result<Forked, Failure> {
        let mut entered: Vec<&Station> = Vec::new();
        let mut outcome = Ok(());
        for station in &self.stations {
            entered.push(station);
            outcome = self.enter_station(station);
            if outcome.is_err() {
                break;
            }
        }
        let forked = outcome.and_then(|()| clone());
        if matches!(forked, Ok(Forked::Child)) {
            return forked;
        }
        for station in entered.into_iter().rev() {
            enter(station.back.as_fd(), station.kind)?;
        }
        forked
    }

    fn enter_station(&self, station: &Station) -> Result<(), Failure> {
        if let Some(there) = &station.there {
            return enter(there.as_fd(), station.kind);
        }
        unshare_time_of_children().step(|| "make a time namespace")?;
        let text = self.clock_offsets.as_deref().unwrap_or_default();
        std::fs::write("/proc/self/timens_offsets", text)
            .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
            .step(|| format!("set the clocks: {}", text.trim_end().replace('\n', ", ")))
    }
}

/// The mount table that the first process shall be a member of, if it is not a new one.
pub(crate) fn open_mount_table(plan: &Plan) -> Result<Option<OwnedFd>, Failure> {
    let kind = NamespaceKind::Mount;
    match plan.namespaces.joined(kind) {
        Some(path) => open_namespace(path, kind).map(Some),
        None if plan.namespaces.is_private(kind) => Ok(None),
        None => open_own(kind).map(Some),
    }
}

/// Does something in another namespace and comes back.
pub(crate) fn visit<T>(
    kind: NamespaceKind,
    path: &Path,
    act: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let there = open_namespace(path, kind)?;
    let back = open_own(kind)?;
    enter(there.as_fd(), kind)?;
    let done = act();
    enter(back.as_fd(), kind)?;
    done
}

/// The caller's own.
pub(crate) fn open_own(kind: NamespaceKind) -> Result<OwnedFd, Failure> {
    open_namespace(&host::own_namespace(kind), kind)
}

/// The type of the path is checked: config-linux.md, "Namespaces".
pub(crate) fn open_namespace(path: &Path, kind: NamespaceKind) -> Result<OwnedFd, Failure> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    let opened = rustix::fs::open(path, flags, Mode::empty())
        .step(|| format!("open the namespace {}", path.display()))?;
    if kind_of(opened.as_fd()) == Ok(flag(kind).bits()) {
        return Ok(opened);
    }
    let (path, name) = (path.display(), host::file_name(kind));
    Err(Failure::plain(format!("{path} is no {name} namespace")))
}

/// For pid and time namespaces only the children are moved, which is what is wanted.
pub(crate) fn enter(fd: BorrowedFd<'_>, kind: NamespaceKind) -> Result<(), Failure> {
    let name = || format!("enter the {} namespace", host::file_name(kind));
    let kind = match kind {
        NamespaceKind::Pid => LinkNameSpaceType::ProcessID,
        NamespaceKind::Network => LinkNameSpaceType::Network,
        NamespaceKind::Mount => LinkNameSpaceType::Mount,
        NamespaceKind::Ipc => LinkNameSpaceType::InterProcessCommunication,
        NamespaceKind::Uts => LinkNameSpaceType::HostNameAndNISDomainName,
        NamespaceKind::User => LinkNameSpaceType::User,
        NamespaceKind::Cgroup => LinkNameSpaceType::ControlGroup,
        NamespaceKind::Time => LinkNameSpaceType::Time,
    };
    move_into_link_name_space(fd, Some(kind)).step(name)
}

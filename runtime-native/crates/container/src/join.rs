//! Existing namespaces that a child is born into: entered around the clone, left after it.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tsorch_oci::NamespaceKind;
use tsorch_sys::fork::Forked;

use crate::error::Failure;
use crate::plan::namespaces::NamespacePlan;
use crate::step::Step;

/// Namespaces to enter, and the ways back. The types are checked by the kernel at entry.
#[derive(Debug)]
pub(crate) struct Detour {
    stations: Vec<Station>,
}

#[derive(Debug)]
struct Station {
    kind: NamespaceKind,
    there: OwnedFd,
    back: OwnedFd,
}

impl Detour {
    /// Opens what `plan` joins, without entering anything.
    pub(crate) fn open(plan: &NamespacePlan) -> Result<Self, Failure> {
        let open = |(kind, path): &(NamespaceKind, std::path::PathBuf)| {
            let there =
                open_namespace(path).step(|| format!("open the namespace {}", path.display()))?;
            let own = Path::new("/proc/self/ns").join(file_name(*kind));
            let back = open_namespace(&own).step(|| format!("open {}", own.display()))?;
            Ok(Station {
                kind: *kind,
                there,
                back,
            })
        };
        Ok(Self {
            stations: plan.join.iter().map(open).collect::<Result<_, _>>()?,
        })
    }

    /// Clones inside. The caller's own namespaces are the old ones again afterwards, whatever happened; a way back that is
    /// closed leaves the process useless, so that failure wins. The child, which returns from here as well, stays inside.
    pub(crate) fn around(
        &self,
        clone: impl FnOnce() -> Result<Forked, Errno>,
    ) -> Result<Forked, Failure> {
        let mut entered: Vec<&Station> = Vec::new();
        let mut outcome = Ok(());
        for station in &self.stations {
            outcome = enter(station.there.as_fd(), station.kind)
                .step(|| format!("enter the {} namespace", file_name(station.kind)));
            if outcome.is_err() {
                break;
            }
            entered.push(station);
        }
        let forked = outcome.and_then(|()| clone().step(|| "clone the first process"));
        if matches!(forked, Ok(Forked::Child)) {
            return forked;
        }
        for station in entered.into_iter().rev() {
            enter(station.back.as_fd(), station.kind)
                .step(|| format!("return to the own {} namespace", file_name(station.kind)))?;
        }
        forked
    }
}

fn open_namespace(path: &Path) -> Result<OwnedFd, Errno> {
    rustix::fs::open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
}

/// For pid and time namespaces only the children are moved, which is what is wanted.
fn enter(fd: BorrowedFd<'_>, kind: NamespaceKind) -> Result<(), Errno> {
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
    move_into_link_name_space(fd, Some(kind))
}

fn file_name(kind: NamespaceKind) -> &'static str {
    match kind {
        NamespaceKind::Pid => "pid",
        NamespaceKind::Network => "net",
        NamespaceKind::Mount => "mnt",
        NamespaceKind::Ipc => "ipc",
        NamespaceKind::Uts => "uts",
        NamespaceKind::User => "user",
        NamespaceKind::Cgroup => "cgroup",
        NamespaceKind::Time => "time",
    }
}

//! Which namespaces are new, which are joined, which are shared with the caller.

use std::path::{Path, PathBuf};

use tsorch_oci::{Namespace, NamespaceKind};
use tsorch_sys::clone::Namespaces;

use super::PlanError;

/// The namespaces of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamespacePlan {
    /// New ones.
    pub(crate) create: Namespaces,
    /// Existing ones, by path.
    pub(crate) join: Vec<(NamespaceKind, PathBuf)>,
}

impl NamespacePlan {
    /// Reads the list; a kind that is given twice is an error.
    pub(crate) fn new(list: &[Namespace]) -> Result<Self, PlanError> {
        let mut plan = Self::default();
        let mut seen = Namespaces::NONE;
        for namespace in list {
            let flag = flag(namespace.kind);
            if seen.has(flag) {
                return Err(PlanError::new(format!(
                    "linux.namespaces: {:?} is given twice",
                    namespace.kind
                )));
            }
            seen = seen.with(flag);
            match namespace
                .path
                .as_ref()
                .filter(|path| !path.as_os_str().is_empty())
            {
                None => plan.create = plan.create.with(flag),
                Some(path) if path.is_absolute() => plan.join.push((namespace.kind, path.clone())),
                Some(path) => {
                    let path = path.display();
                    return Err(PlanError::new(format!(
                        "linux.namespaces: {path} is not absolute"
                    )));
                }
            }
        }
        // What is mounted would belong to the new user namespace, and so could not be shown in an older mount table.
        if plan.creates_user() && !plan.create.has(Namespaces::MOUNT) {
            return Err(PlanError::new(
                "linux.namespaces: a new user namespace needs a new mount namespace",
            ));
        }
        Ok(plan)
    }

    /// Whether the container has a namespace of this kind that is not the caller's.
    pub(crate) fn is_private(&self, kind: NamespaceKind) -> bool {
        self.create.has(flag(kind)) || self.joins(kind)
    }

    pub(crate) fn creates_user(&self) -> bool {
        self.create.has(Namespaces::USER)
    }

    /// Whether ids inside are not those of the caller.
    pub(crate) fn has_user(&self) -> bool {
        self.is_private(NamespaceKind::User)
    }

    /// Where a namespace of this kind is that is joined.
    pub(crate) fn joined(&self, kind: NamespaceKind) -> Option<&Path> {
        let found = self.join.iter().find(|(joined, _)| *joined == kind);
        found.map(|(_, path)| path.as_path())
    }

    /// Forgets a joined namespace that turned out to be the caller's own.
    pub(crate) fn share(&mut self, kind: NamespaceKind) {
        self.join.retain(|(joined, _)| *joined != kind);
    }

    /// The new ones and the joined ones.
    pub(crate) fn all(&self) -> Namespaces {
        let joined = self.join.iter().map(|(kind, _)| flag(*kind));
        joined.fold(self.create, Namespaces::with)
    }

    fn joins(&self, kind: NamespaceKind) -> bool {
        self.joined(kind).is_some()
    }
}

/// The kernel's bit for a kind.
pub(crate) fn flag(kind: NamespaceKind) -> Namespaces {
    match kind {
        NamespaceKind::Pid => Namespaces::PID,
        NamespaceKind::Network => Namespaces::NET,
        NamespaceKind::Mount => Namespaces::MOUNT,
        NamespaceKind::Ipc => Namespaces::IPC,
        NamespaceKind::Uts => Namespaces::UTS,
        NamespaceKind::User => Namespaces::USER,
        NamespaceKind::Cgroup => Namespaces::CGROUP,
        NamespaceKind::Time => Namespaces::TIME,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(kind: NamespaceKind) -> Namespace {
        Namespace { kind, path: None }
    }

    #[test]
    fn tells_new_ones_from_joined_and_shared_ones() {
        let net = Namespace {
            kind: NamespaceKind::Network,
            path: Some("/run/netns/x".into()),
        };
        let plan = NamespacePlan::new(&[new(NamespaceKind::Mount), new(NamespaceKind::Pid), net])
            .expect("good");
        assert!(plan.create.has(Namespaces::PID) && !plan.create.has(Namespaces::NET));
        assert!(plan.is_private(NamespaceKind::Network) && !plan.is_private(NamespaceKind::Uts));
    }

    #[test]
    fn refuses_repeated_kinds_relative_paths_and_an_older_mount_table_for_new_users() {
        let relative = Namespace {
            kind: NamespaceKind::Pid,
            path: Some("x".into()),
        };
        assert!(
            NamespacePlan::new(&[new(NamespaceKind::Mount), new(NamespaceKind::Mount)]).is_err()
        );
        assert!(NamespacePlan::new(&[relative]).is_err());
        assert!(NamespacePlan::new(&[new(NamespaceKind::User)]).is_err());
        assert!(NamespacePlan::new(&[]).is_ok());
    }
}

//! Kernel parameters: only those that belong to a namespace of the container's own.

use std::path::PathBuf;

use tsorch_oci::NamespaceKind;

use super::PlanError;
use super::namespaces::NamespacePlan;

/// One kernel parameter to set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sysctl {
    /// The file below `/proc`.
    pub(crate) file: PathBuf,
    pub(crate) value: String,
}

/// Keys of the IPC namespace, ipc_namespaces(7); a trailing `*` stands for the rest.
const IPC: [&str; 9] = [
    "kernel/msgmax",
    "kernel/msgmnb",
    "kernel/msgmni",
    "kernel/sem",
    "kernel/shmall",
    "kernel/shmmax",
    "kernel/shmmni",
    "kernel/shm_rmid_forced",
    "fs/mqueue/*",
];

impl Sysctl {
    /// Reads `key = value`; the key's separators are dots, or slashes where the first separator is one (so that a part
    /// may contain dots, sysctl.d(5)).
    pub(crate) fn new(
        key: &str,
        value: &str,
        namespaces: &NamespacePlan,
    ) -> Result<Self, PlanError> {
        let bad = |what: &str| PlanError::new(format!("linux.sysctl: {key:?} {what}"));
        let slashed = key
            .find(['.', '/'])
            .is_some_and(|at| key[at..].starts_with('/'));
        let path = if slashed {
            key.to_owned()
        } else {
            swap_separators(key)
        };
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) || path.contains('\0') {
            return Err(bad("is no kernel parameter"));
        }
        if value.contains(['\n', '\0']) {
            return Err(bad("has a value of several lines"));
        }
        if path == "kernel/hostname" {
            return Err(bad(
                "would contradict `hostname`, which is the place to say it",
            ));
        }
        let owner = owner(&path).ok_or_else(|| bad("is not a parameter of any namespace"))?;
        if !namespaces.is_private(owner) {
            return Err(bad(
                "would change the host: the container has no namespace of its own for it",
            ));
        }
        Ok(Self {
            file: PathBuf::from("sys").join(path),
            value: value.to_owned(),
        })
    }
}

/// In the dotted form a slash stands for a dot inside a part.
fn swap_separators(key: &str) -> String {
    let swap = |letter| match letter {
        '.' => '/',
        '/' => '.',
        other => other,
    };
    key.chars().map(swap).collect()
}

fn owner(path: &str) -> Option<NamespaceKind> {
    let in_ipc = IPC.iter().any(|known| match known.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix),
        None => path == *known,
    });
    match path {
        _ if in_ipc => Some(NamespaceKind::Ipc),
        _ if path.starts_with("net/") => Some(NamespaceKind::Network),
        "kernel/hostname" | "kernel/domainname" => Some(NamespaceKind::Uts),
        _ if path.starts_with("user/") => Some(NamespaceKind::User),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsorch_oci::Namespace;

    fn file(key: &str, kind: NamespaceKind) -> Option<String> {
        let list = [NamespaceKind::Mount, kind].map(|kind| Namespace { kind, path: None });
        let namespaces = NamespacePlan::new(&list).expect("good");
        Sysctl::new(key, "1", &namespaces)
            .ok()
            .map(|sysctl| sysctl.file.display().to_string())
    }

    #[test]
    fn takes_both_spellings() {
        let net = NamespaceKind::Network;
        assert_eq!(
            file("net.core.somaxconn", net).as_deref(),
            Some("sys/net/core/somaxconn")
        );
        assert_eq!(
            file("net/ipv4/conf/eth0.1/forwarding", net).as_deref(),
            Some("sys/net/ipv4/conf/eth0.1/forwarding")
        );
        assert_eq!(
            file("net.ipv4.conf.eth0/1.forwarding", net).as_deref(),
            Some("sys/net/ipv4/conf/eth0.1/forwarding")
        );
    }

    #[test]
    fn refuses_what_belongs_to_the_host_or_leads_elsewhere() {
        for key in [
            "kernel.core_pattern",
            "vm.swappiness",
            "net.core.somaxconn",
            "net/../kernel/x",
            "kernel.sem.",
        ] {
            assert_eq!(file(key, NamespaceKind::Ipc), None, "{key}");
        }
        assert!(file("kernel.shmmax", NamespaceKind::Ipc).is_some());
        assert!(file("fs.mqueue.msg_max", NamespaceKind::Ipc).is_some());
    }
}

//! What the creating process knows about itself.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::thread::capabilities;
use tsorch_oci::{Namespace, NamespaceKind};
use tsorch_sys::execute::ignored_signals;

use crate::plan::capabilities::CapabilitySet;

/// Capabilities that we can hand on: what we have and what our bounding set lets through.
pub(crate) fn available_capabilities() -> Result<CapabilitySet, Errno> {
    Ok(CapabilitySet(capabilities(None)?.permitted.bits()))
}

/// Signals that we ignore, which a program would inherit; when in doubt, all of them.
pub(crate) fn signals_ignored_here() -> u64 {
    // One read of a page: this is on the way to every start.
    let mut page = [0u8; 4096];
    let count = rustix::fs::open(
        "/proc/self/status",
        OFlags::RDONLY | OFlags::CLOEXEC,
        Mode::empty(),
    )
    .and_then(|status| rustix::io::read(&status, &mut page));
    let text = count
        .ok()
        .and_then(|count| std::str::from_utf8(&page[..count]).ok());
    text.map_or(u64::MAX, ignored_signals)
}

/// The file that stands for the caller's own namespace of a kind.
pub(crate) fn own_namespace(kind: NamespaceKind) -> PathBuf {
    Path::new("/proc/self/ns").join(file_name(kind))
}

/// The name of a kind of namespaces below `/proc/PID/ns`.
pub(crate) fn file_name(kind: NamespaceKind) -> &'static str {
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

/// Whether the list joins the caller's own user namespace, which nobody can enter again. Known by its identity: a map of
/// all ids onto themselves says nothing.
pub(crate) fn joins_own_users(list: &[Namespace]) -> bool {
    let mut paths = list
        .iter()
        .filter(|namespace| namespace.kind == NamespaceKind::User)
        .filter_map(|namespace| namespace.path.as_deref());
    paths.any(is_own_user_namespace)
}

/// Whether a path leads to the caller's own user namespace.
pub(crate) fn is_own_user_namespace(path: &Path) -> bool {
    let identity = |path: &Path| {
        let found = std::fs::metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    };
    let own = identity(&own_namespace(NamespaceKind::User));
    own.is_some() && identity(path) == own
}

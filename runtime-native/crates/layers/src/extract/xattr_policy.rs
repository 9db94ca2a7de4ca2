//! Which extended attributes of a layer may reach the host's file system, and under which name.
use std::borrow::Cow;

/// The name to set, or `None` when the attribute is dropped.
///
/// - `trusted.overlay.*` and `user.overlay.*` would be taken by overlayfs as its own: with `redirect` or `metacopy` a layer
///   could show files that are not in it. They get the escaped form that the kernel hands through from 6.7 on and hides
///   before (Documentation/filesystems/overlayfs.rst, "Nesting overlayfs mounts").
/// - `security.selinux`, `system.*` and the like belong to the host, not to an image.
pub(crate) fn host_name(name: &[u8]) -> Option<Cow<'_, [u8]>> {
    for namespace in [&b"trusted.overlay."[..], b"user.overlay."] {
        if let Some(rest) = name.strip_prefix(namespace) {
            return Some(Cow::Owned([namespace, b"overlay.", rest].concat()));
        }
    }
    let kept = name == b"security.capability"
        || name == b"security.ima"
        || name.starts_with(b"user.")
        || name.starts_with(b"trusted.");
    kept.then_some(Cow::Borrowed(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_cannot_speak_to_overlayfs_or_to_the_host() {
        for (name, expected) in [
            ("security.capability", Some("security.capability")),
            ("user.mime_type", Some("user.mime_type")),
            ("trusted.md5", Some("trusted.md5")),
            (
                "trusted.overlay.redirect",
                Some("trusted.overlay.overlay.redirect"),
            ),
            (
                "trusted.overlay.overlay.opaque",
                Some("trusted.overlay.overlay.overlay.opaque"),
            ),
            (
                "user.overlay.metacopy",
                Some("user.overlay.overlay.metacopy"),
            ),
            ("security.selinux", None),
            ("security.evm", None),
            ("system.posix_acl_access", None),
            ("system.nfs4_acl", None),
            ("nonsense", None),
        ] {
            let found = host_name(name.as_bytes());
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{name}");
        }
    }
}

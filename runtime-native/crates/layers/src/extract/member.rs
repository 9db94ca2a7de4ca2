//! What a path in a layer asks for (image-spec, layer.md, "Whiteouts" and "Representing Changes").
use crate::error::{LayerError, printable};
use crate::limits::Limits;

const WHITEOUT: &[u8] = b".wh.";
const AUFS: &[u8] = b".wh..wh.";
const OPAQUE: &[u8] = b".wh..wh..opq";

/// A member's path, cleaned and understood. Components are never empty, `.` or `..`, and hold no slash.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Member<'a> {
    /// The layer's root itself: `./`, `/`.
    Root,
    /// Something to create.
    Entry {
        parent: Vec<&'a [u8]>,
        name: &'a [u8],
    },
    /// `.wh.name`: hides `name` of the layers below.
    Whiteout {
        parent: Vec<&'a [u8]>,
        name: &'a [u8],
    },
    /// `.wh..wh..opq`: hides all that the layers below have in this directory.
    Opaque { directory: Vec<&'a [u8]> },
    /// Bookkeeping of aufs, which no reader looks at.
    AufsMetadata,
}

impl<'a> Member<'a> {
    pub(crate) fn of(path: &'a [u8], limits: &Limits) -> Result<Self, LayerError> {
        let mut parent = components(path, limits)?;
        if parent.iter().any(|c| c.starts_with(AUFS) && *c != OPAQUE) {
            return Ok(Self::AufsMetadata);
        }
        let Some(name) = parent.pop() else {
            return Ok(Self::Root);
        };
        if parent.iter().any(|c| c.starts_with(WHITEOUT)) {
            return Err(unsafe_entry(path, "lies below a whiteout"));
        }
        if name == OPAQUE {
            return Ok(Self::Opaque { directory: parent });
        }
        match name.strip_prefix(WHITEOUT) {
            None => Ok(Self::Entry { parent, name }),
            Some(b"") => Err(LayerError::Entry {
                path: printable(path),
                reason: "is a whiteout without a name",
            }),
            Some(b"." | b"..") => Err(unsafe_entry(path, "is a whiteout of a directory outside")),
            Some(name) => Ok(Self::Whiteout { parent, name }),
        }
    }
}

/// Splits a path and drops what has no meaning. A leading slash means the layer's root, as every reader takes it.
pub(crate) fn components<'a>(path: &'a [u8], limits: &Limits) -> Result<Vec<&'a [u8]>, LayerError> {
    if path.len() > limits.path_bytes {
        return Err(LayerError::Limit {
            what: "bytes in a path",
            limit: limits.path_bytes as u64,
        });
    }
    let mut components = Vec::new();
    for component in path.split(|b| *b == b'/') {
        match component {
            b"" | b"." => {}
            b".." => return Err(unsafe_entry(path, "its path leads upwards")),
            long if long.len() > limits.component_bytes => {
                let limit = limits.component_bytes as u64;
                return Err(LayerError::Limit {
                    what: "bytes in a name",
                    limit,
                });
            }
            component => components.push(component),
        }
    }
    if components.len() > limits.depth {
        return Err(LayerError::Limit {
            what: "directories in a path",
            limit: limits.depth as u64,
        });
    }
    Ok(components)
}

pub(crate) fn unsafe_entry(path: &[u8], reason: &'static str) -> LayerError {
    LayerError::Unsafe {
        path: printable(path),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn member(path: &str) -> String {
        match Member::of(path.as_bytes(), &Limits::default()) {
            Ok(member) => format!("{member:?}").replace("[", "").replace("]", ""),
            Err(error) => error.code().to_string(),
        }
    }

    #[test]
    fn paths_are_cleaned_but_never_climbed() {
        let entry = Member::Entry {
            parent: vec![&b"a"[..]],
            name: b"b",
        };
        for path in ["a/b", "/a/b", "./a//b/", "//a/./b/."] {
            assert_eq!(
                Member::of(path.as_bytes(), &Limits::default()).unwrap(),
                entry,
                "{path}"
            );
        }
        for path in ["", "/", "./", "././/"] {
            assert_eq!(member(path), "Root", "{path:?}");
        }
        for path in [
            "..", "../a", "a/../b", "/..", "a/b/..", ".wh...", "a/.wh..", ".wh...//",
        ] {
            assert_eq!(member(path), "layer.unsafe-entry", "{path}");
        }
    }

    #[test]
    fn whiteouts_are_told_from_entries() {
        assert_eq!(
            Member::of(b"a/.wh.b", &Limits::default()).unwrap(),
            Member::Whiteout {
                parent: vec![b"a"],
                name: b"b"
            }
        );
        assert_eq!(
            Member::of(b"a/.wh..wh..opq", &Limits::default()).unwrap(),
            Member::Opaque {
                directory: vec![b"a"]
            }
        );
        assert_eq!(
            Member::of(b".wh..b", &Limits::default()).unwrap(),
            Member::Whiteout {
                parent: vec![],
                name: b".b"
            }
        );
        assert_eq!(member(".wh."), "layer.bad-tar");
        assert_eq!(member(".wh.a/b"), "layer.unsafe-entry");
        assert_eq!(member(".wh..wh.plnk/1.2"), "AufsMetadata");
        assert_eq!(member("a/.wh..wh.aufs"), "AufsMetadata");
        assert_eq!(member(".wh..wh..opq/x"), "layer.unsafe-entry");
    }

    #[test]
    fn long_and_deep_paths_are_refused() {
        assert_eq!(member(&"a/".repeat(257)), "layer.limit-exceeded");
        assert_eq!(member(&"a".repeat(256)), "layer.limit-exceeded");
        assert_eq!(member(&"abcdefg/".repeat(600)), "layer.limit-exceeded");
    }

    proptest! {
        #[test]
        fn no_component_can_leave_a_directory(path in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(parts) = components(&path, &Limits::default()) {
                for part in parts {
                    prop_assert!(!part.is_empty() && part != b"." && part != b".." && !part.contains(&b'/'));
                }
            }
        }
    }
}

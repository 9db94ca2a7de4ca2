//! Paths of control groups: relative to the root of every hierarchy, without surprises.

use std::fmt;
use std::path::{Component, Path, PathBuf};

/// A control group's path below the root of each hierarchy, like `tsorch/shop/0f3c`. Never empty, never upwards.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CgroupPath(PathBuf);

/// A text that is no usable control group path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a control group path (it must name a group below the root, without `..`)")]
pub struct BadCgroupPath(pub PathBuf);

impl CgroupPath {
    /// Takes `linux.cgroupsPath`: leading and doubled slashes and `.` do not count.
    ///
    /// # Errors
    /// [`BadCgroupPath`] when nothing is left, or on `..`, a NUL byte or a line break.
    pub fn parse(text: &Path) -> Result<Self, BadCgroupPath> {
        let bad = || BadCgroupPath(text.to_path_buf());
        if text
            .as_os_str()
            .as_encoded_bytes()
            .iter()
            .any(|byte| matches!(byte, 0 | b'\n'))
        {
            return Err(bad());
        }
        let mut path = PathBuf::new();
        for component in text.components() {
            match component {
                Component::Normal(name) => path.push(name),
                Component::RootDir | Component::CurDir => {}
                Component::ParentDir | Component::Prefix(_) => return Err(bad()),
            }
        }
        if path.as_os_str().is_empty() {
            Err(bad())
        } else {
            Ok(Self(path))
        }
    }

    /// The path, relative.
    #[must_use]
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// A group below this one.
    ///
    /// # Errors
    /// [`BadCgroupPath`] when `below` leads elsewhere.
    pub fn join(&self, below: &Path) -> Result<Self, BadCgroupPath> {
        Self::parse(&self.0.join(Self::parse(below)?.0))
    }
}

impl fmt::Display for CgroupPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "/{}", self.0.display())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_absolute_and_relative_paths_alike() {
        for text in ["/a/b", "a/b", "//a//./b/"] {
            let path = CgroupPath::parse(Path::new(text)).expect("good");
            assert_eq!(path.to_string(), "/a/b");
        }
    }

    #[test]
    fn refuses_the_root_and_ways_upwards() {
        for text in ["", "/", ".", "a/../b", "..", "a\nb"] {
            assert!(CgroupPath::parse(Path::new(text)).is_err(), "{text}");
        }
    }
}

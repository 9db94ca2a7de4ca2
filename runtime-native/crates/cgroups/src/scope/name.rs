//! Which scope a configuration asks for.

use std::path::PathBuf;

use super::error::ScopeError;
use crate::path::CgroupPath;

/// Where a scope without a slice of its own is.
const DEFAULT_SLICE: &str = "system.slice";
/// Begins the names of scopes that nobody has named.
const DEFAULT_PREFIX: &str = "tsorch";
/// The container's group below its scope. Its limits are files that systemd does not manage, so no reload of it resets them.
const CONTAINER: &str = "container";
/// Holds a process until the container has one; see [`super::keeper`].
const KEEPER: &str = "keeper";
/// Source: systemd's `UNIT_NAME_MAX`.
const MAX_NAME: usize = 255;

/// A scope and its slice, both valid names of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeName {
    pub(super) slice: String,
    pub(super) unit: String,
}

impl ScopeName {
    /// Takes `linux.cgroupsPath` as runc's systemd driver does, `SLICE:PREFIX:NAME`; nothing stands for
    /// `system.slice:tsorch:<id>`.
    ///
    /// # Errors
    /// [`ScopeError::BadName`].
    pub fn of_container(cgroups_path: Option<&str>, id: &str) -> Result<Self, ScopeError> {
        let text = cgroups_path.unwrap_or_default();
        let bad = || ScopeError::BadName(text.to_owned());
        let (slice, prefix, name) = match text.split(':').collect::<Vec<_>>().as_slice() {
            [""] => (DEFAULT_SLICE, DEFAULT_PREFIX, id),
            ["", prefix, name] => (DEFAULT_SLICE, *prefix, *name),
            [slice, prefix, name] => (*slice, *prefix, *name),
            _ => return Err(bad()),
        };
        let unit = match prefix {
            "" => format!("{name}.scope"),
            prefix => format!("{prefix}-{name}.scope"),
        };
        let is_good = !name.is_empty() && is_unit_name(&unit) && is_slice(slice);
        is_good
            .then(|| Self {
                slice: slice.to_owned(),
                unit,
            })
            .ok_or_else(bad)
    }

    /// Name of the scope, like `tsorch-web.scope`.
    #[must_use]
    pub fn unit(&self) -> &str {
        &self.unit
    }

    /// The container's group, below the scope.
    ///
    /// # Errors
    /// [`ScopeError::BadName`], never for a name that has been taken.
    pub fn container(&self) -> Result<CgroupPath, ScopeError> {
        self.below(CONTAINER)
    }

    pub(super) fn keeper(&self) -> Result<CgroupPath, ScopeError> {
        self.below(KEEPER)
    }

    fn below(&self, leaf: &str) -> Result<CgroupPath, ScopeError> {
        let path = slice_path(&self.slice).join(&self.unit).join(leaf);
        CgroupPath::parse(&path).map_err(|_| ScopeError::BadName(self.unit.clone()))
    }
}

/// `a-b.slice` is `a.slice/a-b.slice`, `-.slice` the root. Source: systemd.slice(5).
fn slice_path(slice: &str) -> PathBuf {
    let stem = slice.strip_suffix(".slice").unwrap_or(slice);
    if stem == "-" {
        return PathBuf::new();
    }
    let ends = stem
        .match_indices('-')
        .map(|(end, _)| end)
        .chain([stem.len()]);
    let parents = ends.filter_map(|end| stem.get(..end).filter(|parent| !parent.is_empty()));
    parents.map(|parent| format!("{parent}.slice")).collect()
}

fn is_slice(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".slice") else {
        return false;
    };
    let has_parts = !stem.is_empty() && stem.split('-').all(|part| !part.is_empty());
    is_unit_name(name) && (stem == "-" || has_parts)
}

/// Source: systemd.unit(5).
fn is_unit_name(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:\\".contains(&byte);
    name.len() <= MAX_NAME && !name.starts_with('.') && name.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Option<String> {
        let name = ScopeName::of_container(Some(text), "web").ok()?;
        name.container().ok().map(|path| path.to_string())
    }

    #[test]
    fn a_path_names_slice_prefix_and_name() {
        let scope = |text| path(text).unwrap_or_default();
        assert_eq!(scope(""), "/system.slice/tsorch-web.scope/container");
        assert_eq!(
            scope("machine.slice:libpod:0f"),
            "/machine.slice/libpod-0f.scope/container"
        );
        assert_eq!(scope(":crio:0f"), "/system.slice/crio-0f.scope/container");
        assert_eq!(scope("system.slice::x"), "/system.slice/x.scope/container");
    }

    #[test]
    fn a_slice_is_below_those_that_its_name_begins_with() {
        assert_eq!(
            path("kubepods-burstable-pod7.slice:cri:0f").as_deref(),
            Some(
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod7.slice/cri-0f.scope/container"
            )
        );
        assert_eq!(path("-.slice:a:b").as_deref(), Some("/a-b.scope/container"));
    }

    #[test]
    fn what_names_no_scope_is_refused() {
        for text in [
            "/a/b",
            "a:b",
            "system.slice:a:b:c",
            "system.slice:a:",
            "system:a:b",
            "a--b.slice:a:b",
            ".slice:a:b",
            "system.slice:a:../b",
            "system.slice:a:b\nc",
        ] {
            assert_eq!(path(text), None, "{text:?}");
        }
    }
}

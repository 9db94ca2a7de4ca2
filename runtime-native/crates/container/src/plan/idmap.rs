//! Mappings of ids for single mounts.

use std::path::PathBuf;

use tsorch_oci::{IdMapping, Linux, Mount, NamespaceKind};
use tsorch_sys::mount_attributes::Depth;

use super::namespaces::NamespacePlan;

/// A mapped mount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IdmapPlan {
    pub(crate) mappings: Mappings,
    /// Of the mount alone, or of it and all below it.
    pub(crate) depth: Depth,
}

/// Where the mappings come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mappings {
    /// They are given: for users and for groups.
    Given(Vec<IdMapping>, Vec<IdMapping>),
    /// Those of an existing user namespace.
    Of(PathBuf),
}

/// The container's own mappings, if it has any.
pub(crate) fn of_container(linux: &Linux, namespaces: &NamespacePlan) -> Option<Mappings> {
    match namespaces.joined(NamespaceKind::User) {
        Some(path) => Some(Mappings::Of(path.to_path_buf())),
        None if namespaces.creates_user() => Some(Mappings::Given(
            linux.uid_mappings.clone(),
            linux.gid_mappings.clone(),
        )),
        None => None,
    }
}

impl IdmapPlan {
    /// What an entry of `mounts` asks for: mappings, an option (its depth), or both.
    ///
    /// # Errors
    /// A sentence: half of the mappings is missing, or all, and the container has none.
    pub(crate) fn new(
        mount: &Mount,
        option: Option<Depth>,
        container: Option<&Mappings>,
    ) -> Result<Option<Self>, &'static str> {
        let given = (mount.uid_mappings.is_empty(), mount.gid_mappings.is_empty());
        let mappings = match (given, option) {
            ((true, true), None) => return Ok(None),
            ((false, false), _) => {
                Mappings::Given(mount.uid_mappings.clone(), mount.gid_mappings.clone())
            }
            ((true, true), Some(_)) => container.cloned().ok_or(
                "idmap needs uidMappings and gidMappings: the container has no user namespace to take them from",
            )?,
            _ => return Err("uidMappings and gidMappings go together"),
        };
        let depth = option.unwrap_or(Depth::One);
        Ok(Some(Self { mappings, depth }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: IdMapping = IdMapping {
        container_id: 0,
        host_id: 100_000,
        size: 10,
    };

    fn mount(uids: usize, gids: usize) -> Mount {
        Mount {
            uid_mappings: vec![RANGE; uids],
            gid_mappings: vec![RANGE; gids],
            ..Mount::default()
        }
    }

    #[test]
    fn takes_the_containers_mappings_only_when_it_has_none_of_its_own() {
        let container = Mappings::Of("/x".into());
        let option = Some(Depth::Recursive);
        let own = IdmapPlan::new(&mount(1, 1), option, Some(&container));
        let given = Mappings::Given(vec![RANGE], vec![RANGE]);
        assert_eq!(
            own,
            Ok(Some(IdmapPlan {
                mappings: given,
                depth: Depth::Recursive
            }))
        );
        let borrowed = IdmapPlan::new(&mount(0, 0), option, Some(&container));
        assert_eq!(
            borrowed,
            Ok(Some(IdmapPlan {
                mappings: container,
                depth: Depth::Recursive
            }))
        );
    }

    #[test]
    fn refuses_halves_and_a_wish_without_any_mappings() {
        assert!(IdmapPlan::new(&mount(1, 0), None, None).is_err());
        assert!(IdmapPlan::new(&mount(0, 1), Some(Depth::One), None).is_err());
        assert!(IdmapPlan::new(&mount(0, 0), Some(Depth::One), None).is_err());
        assert_eq!(IdmapPlan::new(&mount(0, 0), None, None), Ok(None));
    }
}

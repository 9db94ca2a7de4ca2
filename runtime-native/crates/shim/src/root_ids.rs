//! A container with a user namespace: what belongs to root in its image is shown to it as its own root's, by mounts that
//! map ids. Nothing is changed on disk, and containers with other mappings share layers. What it writes itself belongs to
//! its users on disk, too.

use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::mount::{MoveMountFlags, OpenTreeFlags, move_mount, open_tree};
use serde::Deserialize;
use tsorch_container::idmap_carrier;
use tsorch_oci::IdMapping;
use tsorch_sys::mount_attributes::{Depth, map_ids};

/// What config.json says about users.
#[derive(Debug, Default, Deserialize)]
struct Bundle {
    #[serde(default)]
    linux: Mappings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mappings {
    #[serde(default)]
    uid_mappings: Vec<IdMapping>,
    #[serde(default)]
    gid_mappings: Vec<IdMapping>,
}

/// How owners of files are shown.
#[derive(Debug)]
pub(crate) struct RootIds {
    /// A user namespace in which nobody lives; `None` = as on disk.
    carrier: Option<OwnedFd>,
}

impl RootIds {
    /// Those of config.json. A file that cannot be read has none: the start says what is wrong with it.
    pub(crate) fn of_config(text: &[u8]) -> Result<Self, Errno> {
        let bundle: Bundle = serde_json::from_slice(text).unwrap_or_default();
        let (uids, gids) = (&bundle.linux.uid_mappings, &bundle.linux.gid_mappings);
        if uids.is_empty() || gids.is_empty() {
            return Ok(Self { carrier: None });
        }
        let carrier = idmap_carrier(uids, gids)
            .map_err(|failure| failure.errno.map_or(Errno::INVAL, Errno::from_raw_os_error))?;
        Ok(Self {
            carrier: Some(carrier),
        })
    }

    /// The directory as the container shall see it. Mapped, it is a mount on `place`, which the root covers later:
    /// overlayfs takes mounts of our own namespace only, before Linux 6.15.
    pub(crate) fn show(&self, directory: OwnedFd, place: &OwnedFd) -> Result<OwnedFd, Errno> {
        let Some(carrier) = &self.carrier else {
            return Ok(directory);
        };
        let flags = OpenTreeFlags::OPEN_TREE_CLONE
            | OpenTreeFlags::OPEN_TREE_CLOEXEC
            | OpenTreeFlags::AT_EMPTY_PATH;
        let tree = open_tree(&directory, "", flags)?;
        map_ids(&tree, Depth::One, carrier.as_fd())?;
        let flags =
            MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH | MoveMountFlags::MOVE_MOUNT_T_EMPTY_PATH;
        move_mount(&tree, "", place, "", flags)?;
        Ok(tree)
    }
}

//! What the command line runtime keeps about its containers, below its `--root`: one directory per container.
//!
//! | file | content |
//! |---|---|
//! | `state.json` | the OCI state as of its last change, and how to find the processes again; written by rename |
//! | `config.json` | the configuration as it was at `create`; later edits of the bundle have no effect |
//! | `gate` | unix socket on which the first process waits for the start; gone afterwards |
//!
//! The shim writes `state.json` in the same form, so that `tsorch-runtime --root /run/tsorch/shims list` can read it.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, Mode, OFlags};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use tsorch_oci::{ConfigError, ContainerId, State};

pub use crate::slot::Slot;

const DIR: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Why a record cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No container of that id.
    #[error("container {0} does not exist")]
    NotFound(ContainerId),
    /// There is one of that id already.
    #[error("container {0} already exists")]
    Exists(ContainerId),
    /// A file or directory.
    #[error("cannot {operation} {path}")]
    Io {
        /// What was tried.
        operation: &'static str,
        /// Its object.
        path: PathBuf,
        /// Why.
        #[source]
        errno: Errno,
    },
    /// `state.json` is not one.
    #[error("the state of container {0} is damaged")]
    Damaged(ContainerId, #[source] serde_json::Error),
    /// The kept configuration is not one.
    #[error("the configuration of container {0} is damaged")]
    BadConfig(ContainerId, #[source] ConfigError),
}

/// The content of `state.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What the specification asks for.
    #[serde(flatten)]
    pub state: State,
    /// What else is needed to find the container again.
    pub tsorch: Facts,
}

/// Ours in `state.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Facts {
    /// 1.
    pub version: u32,
    /// Start time of the first process, field 22 of /proc/PID/stat: with pid and boot id it names it for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid_start: Option<u64>,
    /// /proc/sys/kernel/random/boot_id
    pub boot_id: String,
    /// Path of the control group below the root of each hierarchy; empty = none was made.
    pub cgroup: String,
    /// The scope of systemd that this group is below, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When the container was made (by a shim: when its task was started), epoch milliseconds.
    #[serde(alias = "startedAt")]
    pub created_at: u64,
    /// Its processes have the session keyring of whoever made it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub shares_keyring: bool,
    /// The shim that owns the container, when one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shim_pid: Option<i32>,
}

/// All containers below one root directory.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// `None` = it is not there.
    dir: Option<OwnedFd>,
}

pub(crate) fn io(operation: &'static str, path: &Path) -> impl Fn(Errno) -> StoreError {
    move |errno| StoreError::Io {
        operation,
        path: path.to_path_buf(),
        errno,
    }
}

impl Store {
    /// Opens the root directory, made (0700) if it is missing.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        if let Err(error) = std::fs::create_dir_all(path) {
            let errno = Errno::from_io_error(&error).unwrap_or(Errno::IO);
            return Err(io("create", path)(errno));
        }
        Self::look(path)
    }

    /// Opens the root directory if it is there; else there are no containers.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn look(path: &Path) -> Result<Self, StoreError> {
        let dir = match rustix::fs::open(path, DIR, Mode::empty()) {
            Ok(dir) => Some(dir),
            Err(Errno::NOENT) => None,
            Err(errno) => return Err(io("open", path)(errno)),
        };
        Ok(Self {
            path: path.to_path_buf(),
            dir,
        })
    }

    fn dir(&self) -> Result<&OwnedFd, Errno> {
        self.dir.as_ref().ok_or(Errno::NOENT)
    }

    /// Takes an id that no container has; of two callers one gets it.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Io`].
    pub fn claim(&self, id: &ContainerId) -> Result<Slot, StoreError> {
        let made = self
            .dir()
            .and_then(|dir| rustix::fs::mkdirat(dir, id.as_str(), Mode::RWXU));
        match made {
            Ok(()) => self.find(id),
            Err(Errno::EXIST) => Err(StoreError::Exists(id.clone())),
            Err(errno) => Err(io("create", &self.path.join(id.as_str()))(errno)),
        }
    }

    /// The directory of a container.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Io`].
    pub fn find(&self, id: &ContainerId) -> Result<Slot, StoreError> {
        let path = self.path.join(id.as_str());
        let opened = self
            .dir()
            .and_then(|dir| rustix::fs::openat(dir, id.as_str(), DIR, Mode::empty()));
        match opened {
            Ok(dir) => Ok(Slot {
                id: id.clone(),
                path,
                dir,
            }),
            Err(Errno::NOENT) => Err(StoreError::NotFound(id.clone())),
            Err(errno) => Err(io("open", &path)(errno)),
        }
    }

    /// The ids of all containers, sorted. What is no id is none of ours.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn ids(&self) -> Result<Vec<ContainerId>, StoreError> {
        let Some(dir) = &self.dir else {
            return Ok(Vec::new());
        };
        let entries = Dir::read_from(dir).map_err(io("list", &self.path))?;
        let names = entries
            .flatten()
            .filter_map(|entry| entry.file_name().to_str().ok().map(str::to_owned));
        let mut ids: Vec<ContainerId> = names
            .filter_map(|name| ContainerId::parse(&name).ok())
            .collect();
        ids.sort();
        Ok(ids)
    }

    /// Forgets a container.
    ///
    /// # Errors
    /// [`StoreError::Io`]; that it is gone already is none.
    pub fn remove(&self, slot: &Slot) -> Result<(), StoreError> {
        let failed = io("remove", &slot.path);
        for entry in Dir::read_from(&slot.dir).map_err(&failed)?.flatten() {
            if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
                match rustix::fs::unlinkat(&slot.dir, entry.file_name(), AtFlags::empty()) {
                    Ok(()) | Err(Errno::NOENT) => {}
                    Err(errno) => return Err(failed(errno)),
                }
            }
        }
        let removed = self
            .dir()
            .and_then(|dir| rustix::fs::unlinkat(dir, slot.id.as_str(), AtFlags::REMOVEDIR));
        match removed {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(failed(errno)),
        }
    }
}

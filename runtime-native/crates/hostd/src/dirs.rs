//! Every path of the node on the host; the only place where they are joined. Ids and digests are checked types.

use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode};
use rustix::io::Errno;
use tsorch_network::names::ContainerId;

use crate::error::HostdError;
use crate::mountpoints;

/// A directory that hostd removes by renaming it into a trash first: what is left after a crash is found there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trash {
    /// `<run-dir>/trash`
    RunDir,
    /// `<root>/trash`
    Root,
    /// `<root>/images/trash`
    Images,
}

/// The root and the run directory, both absolute.
#[derive(Clone, Debug)]
pub(crate) struct NodeDirs {
    root: PathBuf,
    run_dir: PathBuf,
}

impl NodeDirs {
    /// Makes what hostd needs below both; what exists is left alone.
    pub(crate) fn prepare(root: &Path, run_dir: &Path) -> Result<Self, HostdError> {
        let dirs = Self {
            root: root.to_path_buf(),
            run_dir: run_dir.to_path_buf(),
        };
        for open in [root, run_dir] {
            make_dir(open, 0o755)?;
        }
        let closed = [
            dirs.shims(),
            dirs.bundles(),
            dirs.containers(),
            dirs.images(),
        ];
        for dir in closed {
            make_dir(&dir, 0o700)?;
        }
        for trash in [Trash::RunDir, Trash::Root, Trash::Images] {
            make_dir(&dirs.trash(trash), 0o700)?;
        }
        mountpoints::prepare(&root.join("mountpoints"))?;
        Ok(dirs)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn run_dir(&self) -> &Path {
        &self.run_dir
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.run_dir.join("hostd.sock")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.run_dir.join("hostd.lock")
    }

    /// Names the run directory of the hostd that holds it.
    pub(crate) fn root_lock(&self) -> PathBuf {
        self.root.join("hostd.lock")
    }

    pub(crate) fn shims(&self) -> PathBuf {
        self.run_dir.join("shims")
    }

    pub(crate) fn shim(&self, id: &ContainerId) -> PathBuf {
        self.shims().join(id.as_str())
    }

    pub(crate) fn bundles(&self) -> PathBuf {
        self.run_dir.join("bundles")
    }

    pub(crate) fn bundle(&self, id: &ContainerId) -> PathBuf {
        self.bundles().join(id.as_str())
    }

    pub(crate) fn containers(&self) -> PathBuf {
        self.root.join("containers")
    }

    pub(crate) fn container(&self, id: &ContainerId) -> PathBuf {
        self.containers().join(id.as_str())
    }

    pub(crate) fn images(&self) -> PathBuf {
        self.root.join("images")
    }

    pub(crate) fn trash(&self, trash: Trash) -> PathBuf {
        match trash {
            Trash::RunDir => self.run_dir.join("trash"),
            Trash::Root => self.root.join("trash"),
            Trash::Images => self.images().join("trash"),
        }
    }
}

/// `mkdir -p` for one directory whose parent's parent exists or is made too.
pub(crate) fn make_dir(path: &Path, mode: u32) -> Result<(), HostdError> {
    let failed = |errno| HostdError::Host {
        operation: "create directory",
        object: path.display().to_string(),
        errno,
    };
    match rustix::fs::mkdir(path, Mode::from_raw_mode(mode)) {
        Ok(()) | Err(Errno::EXIST) => Ok(()),
        Err(Errno::NOENT) => {
            let parent = path.parent().ok_or_else(|| failed(Errno::NOENT))?;
            make_dir(parent, 0o755)?;
            rustix::fs::mkdir(path, Mode::from_raw_mode(mode)).map_err(failed)
        }
        Err(errno) => Err(failed(errno)),
    }
}

/// The subdirectories whose names are container ids; none when `dir` cannot be read.
pub(crate) fn ids_in(dir: &Path) -> Vec<ContainerId> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let directories = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let names = directories.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter_map(|name| ContainerId::parse(name).ok())
        .collect()
}

/// Whether something has this name, without following it.
pub(crate) fn exists(path: &Path) -> bool {
    rustix::fs::statat(rustix::fs::CWD, path, AtFlags::SYMLINK_NOFOLLOW).is_ok()
}

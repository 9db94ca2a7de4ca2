//! Where a container's parts are. Everything follows from the node's two directories and the id.

use std::path::{Path, PathBuf};

use tsorch_oci::ContainerId;
use tsorch_protocol::shim_files::ShimHandover;

/// Directories and files of one container; see schemas/protocol/{bundle,shim}.md.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// `<run-dir>/shims/<id>`: lock, socket, records.
    pub(crate) shim: PathBuf,
    /// `<run-dir>/bundles/<id>`: config.json, shim.json.
    pub(crate) bundle: PathBuf,
    /// Where the container's root is mounted, in our mount namespace.
    pub(crate) rootfs: PathBuf,
    /// `<root>/containers/<id>`: the writable part and the log.
    pub(crate) container: PathBuf,
    /// `<root>/images/layers`.
    pub(crate) layers: PathBuf,
    /// `<root>/mountpoints`: the layer below all others.
    pub(crate) mountpoints: PathBuf,
    /// Compiled system call filters.
    pub(crate) seccomp_cache: PathBuf,
    /// `<run-dir>/netns`: network namespaces of all containers.
    pub(crate) network_namespaces: PathBuf,
}

impl Paths {
    pub(crate) fn new(handover: &ShimHandover, id: &ContainerId) -> Self {
        let (root, run_dir) = (&handover.root, &handover.run_dir);
        let bundle = run_dir.join("bundles").join(id.as_str());
        Self {
            shim: run_dir.join("shims").join(id.as_str()),
            rootfs: bundle.join("rootfs"),
            bundle,
            container: root.join("containers").join(id.as_str()),
            layers: root.join("images").join("layers"),
            mountpoints: root.join("mountpoints"),
            seccomp_cache: root.join("seccomp"),
            network_namespaces: run_dir.join("netns"),
        }
    }

    /// Content of the layer with this diffID (hex digits).
    pub(crate) fn layer(&self, hex: &str) -> PathBuf {
        self.layers.join(hex).join("fs")
    }

    pub(crate) fn upper(&self) -> PathBuf {
        self.container.join("upper")
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.container.join("work")
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.container.join("log")
    }

    pub(crate) fn oci_config(&self) -> PathBuf {
        self.bundle.join("config.json")
    }

    pub(crate) fn shim_config(&self) -> PathBuf {
        self.bundle.join("shim.json")
    }
}

/// What exists already is taken as it is; its parent must exist.
pub(crate) fn make_private_dir(path: &Path) -> Result<(), rustix::io::Errno> {
    match rustix::fs::mkdir(path, rustix::fs::Mode::RWXU) {
        Err(rustix::io::Errno::EXIST) => Ok(()),
        outcome => outcome,
    }
}

//! A node's directories for one test, and what must be gone with them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rustix::mount::{UnmountFlags, unmount};
use tsorch_cgroups::{Cgroup, CgroupPath, Hierarchies};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// DiffID of the layer that [`Node`] prepares.
pub(crate) const LAYER: &str =
    "sha256:1111111111111111111111111111111111111111111111111111111111111111";

/// Root and run directory in a scratch directory; a cgroup parent of its own.
#[derive(Debug)]
pub(crate) struct Node {
    scratch: PathBuf,
    /// `tsorch-test-4711-0`
    pub(crate) cgroup_parent: String,
}

impl Node {
    pub(crate) fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tsorch-test-{}-{number}", std::process::id());
        let node = Self {
            scratch: std::env::temp_dir().join(&name),
            cgroup_parent: name,
        };
        for dir in [
            "root/containers",
            "root/images/layers",
            "run/shims",
            "run/bundles",
            "run/netns",
        ] {
            fs::create_dir_all(node.scratch.join(dir)).unwrap();
        }
        node.make_layer();
        node
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.scratch.join("root")
    }

    pub(crate) fn run_dir(&self) -> PathBuf {
        self.scratch.join("run")
    }

    /// The content of [`LAYER`]: busybox under its usual names, some users.
    fn make_layer(&self) {
        let hex = LAYER.trim_start_matches("sha256:");
        let fs_dir = self.root().join("images/layers").join(hex).join("fs");
        for dir in ["bin", "etc", "proc", "sys", "dev", "tmp", "var/www"] {
            fs::create_dir_all(fs_dir.join(dir)).unwrap();
        }
        // By a process of its own: a child forked by another thread would hold it open for writing, thus "busy".
        let mut install = std::process::Command::new("install");
        let status = install
            .arg(busybox())
            .arg(fs_dir.join("bin/busybox"))
            .status();
        assert!(status.unwrap().success());
        for name in [
            "sh", "sleep", "echo", "cat", "true", "false", "id", "printf", "yes", "head", "tty",
            "stty", "dd", "kill", "touch", "test", "env", "seq", "ps", "setsid", "tail", "pwd",
            "ls", "mkdir", "tr",
        ] {
            std::os::unix::fs::symlink("busybox", fs_dir.join("bin").join(name)).unwrap();
        }
        fs::write(
            fs_dir.join("etc/passwd"),
            "root:x:0:0::/root:/bin/sh\nwww:x:33:34::/var/www:/bin/sh\n",
        )
        .unwrap();
        fs::write(
            fs_dir.join("etc/group"),
            "root:x:0:\nwww:x:34:\nadm:x:4:www\n",
        )
        .unwrap();
    }

    /// Lines of the host's mount table that name this node.
    pub(crate) fn host_mounts(&self) -> Vec<String> {
        let table = fs::read_to_string("/proc/self/mountinfo").unwrap();
        let name = self
            .scratch
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        table
            .lines()
            .filter(|line| line.contains(&name))
            .map(str::to_owned)
            .collect()
    }

    /// Directories of this node's cgroups, in all hierarchies, below the parent.
    pub(crate) fn cgroups(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for hierarchy in Hierarchies::of_host().unwrap().all() {
            let parent = hierarchy.mount.join(&self.cgroup_parent);
            let stacks = fs::read_dir(parent).into_iter().flatten().flatten();
            let stacks = stacks
                .map(|entry| entry.path())
                .filter(|path| path.is_dir());
            for stack in stacks {
                let groups = fs::read_dir(&stack).into_iter().flatten().flatten();
                found.extend(
                    groups
                        .map(|entry| entry.path())
                        .filter(|path| path.is_dir()),
                );
            }
        }
        found
    }

    /// Whether the host has a v2 tree, be it without controllers.
    pub(crate) fn has_unified() -> bool {
        let hierarchies = Hierarchies::of_host().unwrap();
        hierarchies
            .all()
            .iter()
            .any(|hierarchy| hierarchy.version == tsorch_cgroups::Version::V2)
    }

    /// Groups below those of the containers.
    pub(crate) fn groups_below(&self) -> Vec<PathBuf> {
        let below = |group: &PathBuf| fs::read_dir(group).into_iter().flatten().flatten();
        let groups = self.cgroups();
        let found = groups.iter().flat_map(below).map(|entry| entry.path());
        found.filter(|path| path.is_dir()).collect()
    }

    /// What a test has mounted in its thread's own namespace.
    fn unmount_all(&self) {
        let table = fs::read_to_string("/proc/thread-self/mountinfo").unwrap_or_default();
        for line in table.lines().rev() {
            let place = line.split(' ').nth(4).map(Path::new);
            if let Some(place) = place.filter(|place| place.starts_with(&self.scratch)) {
                let _ = unmount(place, UnmountFlags::DETACH);
            }
        }
    }

    fn remove_cgroups(&self) {
        let Ok(path) = CgroupPath::parse(Path::new(&self.cgroup_parent)) else {
            return;
        };
        let host = Hierarchies::of_host().unwrap();
        if let Ok(group) = Cgroup::open(&host, path) {
            let _ = group.kill();
            let _ = group.remove();
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.remove_cgroups();
        self.unmount_all();
        let _ = fs::remove_dir_all(&self.scratch);
    }
}

fn busybox() -> &'static str {
    ["/bin/busybox", "/usr/bin/busybox"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .expect("busybox-static is not installed")
}

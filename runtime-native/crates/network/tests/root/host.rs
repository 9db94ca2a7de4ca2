//! A host: namespaces, a scratch run directory, and looks at what is on it.

use std::fs::File;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::mount::{MountPropagationFlags, UnmountFlags, mount_bind, mount_change, unmount};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use tsorch_network::{Network, NetworkOptions, TableMode};

/// Puts the calling process onto a host of its own.
pub(crate) fn isolate() {
    tsorch_sys::namespace::unshare_mounts().unwrap();
    let flags = MountPropagationFlags::REC | MountPropagationFlags::PRIVATE;
    mount_change("/", flags).unwrap();
    new_network();
}

/// A network namespace in which every address can be used at once.
pub(crate) fn new_network() {
    tsorch_sys::namespace::unshare_network().unwrap();
    for name in ["all", "default"] {
        std::fs::write(format!("/proc/sys/net/ipv6/conf/{name}/accept_dad"), "0").unwrap();
    }
    command("ip link set lo up");
}

/// Runs a command that must succeed; gives what it printed.
pub(crate) fn command(line: &str) -> String {
    let mut words = line.split_whitespace();
    let mut child = Command::new(words.next().unwrap())
        .args(words)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{line}: {error}"));
    let mut text = String::new();
    std::io::Read::read_to_string(child.stdout.as_mut().unwrap(), &mut text).unwrap();
    assert!(child.wait().unwrap().success(), "{line}: {text}");
    text
}

/// A node's run directory, removed in the end.
pub(crate) struct Node {
    pub(crate) run_dir: PathBuf,
    key: String,
    mode: TableMode,
}

impl Node {
    /// `TSORCH_TEST_TABLE=watched` runs everything as on kernels before 6.9.
    pub(crate) fn new() -> Self {
        let is_watched = std::env::var("TSORCH_TEST_TABLE").is_ok_and(|value| value == "watched");
        Self::with(
            "",
            if is_watched {
                TableMode::Watched
            } else {
                TableMode::Owned
            },
        )
    }

    pub(crate) fn with(key: &str, mode: TableMode) -> Self {
        let name = format!("tsorch-net-{}-{key}", std::process::id());
        let run_dir = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&run_dir).unwrap();
        Self {
            run_dir,
            key: key.to_owned(),
            mode,
        }
    }

    pub(crate) fn open(&self) -> Network {
        let options = NetworkOptions {
            run_dir: self.run_dir.clone(),
            node_key: self.key.clone(),
        };
        Network::open_with(options, self.mode).unwrap()
    }

    pub(crate) fn netns(&self, id: &str) -> PathBuf {
        self.run_dir.join("netns").join(id)
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.run_dir.join("net/journal")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // A scenario that failed has them mounted still.
        for entry in std::fs::read_dir(self.run_dir.join("netns"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let _ = unmount(entry.path(), UnmountFlags::DETACH);
        }
        let _ = std::fs::remove_dir_all(&self.run_dir);
    }
}

/// Does `work` in the network namespace at `path`: sockets made there stay there.
pub(crate) fn inside<T>(path: &Path, work: impl FnOnce() -> T) -> T {
    let own = File::open("/proc/thread-self/ns/net").unwrap();
    let other = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    move_into_link_name_space(other.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
    let done = work();
    move_into_link_name_space(own.as_fd(), Some(LinkNameSpaceType::Network)).unwrap();
    done
}

/// Waits until `condition` holds.
pub(crate) fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while !condition() {
        assert!(Instant::now() < deadline, "{what}: not within 5 s");
        pause(5);
    }
}

/// Lets others run.
pub(crate) fn pause(milliseconds: i64) {
    let time = rustix::event::Timespec {
        tv_sec: 0,
        tv_nsec: milliseconds * 1_000_000,
    };
    let _ = rustix::event::poll(&mut [], Some(&time));
}

/// Names of the host's links that tsorch made.
pub(crate) fn our_links() -> Vec<String> {
    let text = command("ip -o link show");
    let names = text.lines().filter_map(|line| line.split(": ").nth(1));
    let names = names.map(|name| name.split('@').next().unwrap_or(name).to_owned());
    names
        .filter(|name| name.starts_with("ts-") || name.starts_with("tv"))
        .collect()
}

/// Everything that a node could have left: links, tables, mounts, listening sockets, files.
pub(crate) fn leftovers(node: &Node) -> Vec<String> {
    let mut found = our_links();
    let tables = command("nft list tables");
    found.extend(
        tables
            .lines()
            .filter(|line| line.contains("tsorch"))
            .map(str::to_owned),
    );
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    let run_dir = node.run_dir.display().to_string();
    found.extend(
        mounts
            .lines()
            .filter(|line| line.contains(&run_dir))
            .map(str::to_owned),
    );
    found.extend(command("ss -Hlntu").lines().map(str::to_owned));
    let files = std::fs::read_dir(&node.run_dir).unwrap().flatten();
    found.extend(files.map(|entry| entry.path().display().to_string()));
    found
}

/// Fails unless everything of the node vanishes.
pub(crate) fn assert_nothing_left(node: &Node) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let found = leftovers(node);
        if found.is_empty() {
            return;
        }
        assert!(Instant::now() < deadline, "left: {found:#?}");
        pause(10);
    }
}

/// Mounts `content` over a file of the host.
pub(crate) fn replace_file(node: &Node, path: &str, content: &str) {
    let replacement = node.run_dir.join("replacement");
    std::fs::write(&replacement, content).unwrap();
    mount_bind(&replacement, path).unwrap();
    std::fs::remove_file(&replacement).unwrap_or_default();
}

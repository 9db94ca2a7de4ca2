//! A scratch node with one busybox layer; nothing of it is left when it is dropped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tsorch_protocol::Client;

const TIMEOUT: Duration = Duration::from_secs(30);
const LAYER_TYPE: &str = "application/vnd.oci.image.layer.v1.tar";
const APPLETS: [&str; 6] = ["sh", "sleep", "echo", "true", "cat", "kill"];

static NEXT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Node {
    dir: PathBuf,
    key: String,
    layer: String,
    hostd: Option<Child>,
}

impl Node {
    pub(crate) fn start() -> Self {
        let number = std::process::id() * 32 + NEXT.fetch_add(1, Ordering::Relaxed);
        let key = format!("{:06x}", number & 0xff_ffff);
        let dir = PathBuf::from(format!("/tmp/tsorch-rt-{key}"));
        std::fs::create_dir_all(dir.join("root/images/blobs/sha256")).unwrap();
        let mut node = Self {
            dir,
            key,
            layer: String::new(),
            hostd: None,
        };
        node.start_hostd();
        node.layer = node.unpack_layer();
        node
    }

    pub(crate) fn start_hostd(&mut self) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tsorch-rt"));
        command
            .arg("tsorch-hostd")
            .arg("--root")
            .arg(self.root())
            .arg("--run-dir")
            .arg(self.run_dir());
        command
            .arg("--node-key")
            .arg(&self.key)
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        self.hostd = Some(command.spawn().unwrap());
        until("hostd serves", || {
            let mut client = self.try_client();
            client
                .as_mut()
                .is_some_and(|client| client.call("shim.list", json!({})).is_ok())
        });
    }

    pub(crate) fn kill_hostd(&mut self) {
        let mut hostd = self.hostd.take().unwrap();
        hostd.kill().unwrap();
        hostd.wait().unwrap();
    }

    pub(crate) fn client(&self) -> Client {
        self.try_client().unwrap()
    }

    pub(crate) fn hostd_pid(&self) -> u32 {
        self.hostd.as_ref().unwrap().id()
    }

    /// A connection to a container's shim.
    pub(crate) fn shim(&self, id: &str) -> Client {
        let socket = self.run_dir().join("shims").join(id).join("sock");
        Client::connect(&socket, TIMEOUT).unwrap()
    }

    /// As [`shim`](Self::shim); `None` when it does not listen.
    pub(crate) fn try_shim(&self, id: &str) -> Option<Client> {
        let socket = self.run_dir().join("shims").join(id).join("sock");
        Client::connect(&socket, TIMEOUT).ok()
    }

    /// Command lines of runtimes of others that work for this node.
    pub(crate) fn runtime_calls(&self) -> Vec<String> {
        let root = format!("{}/", self.run_dir().join("shims").display());
        let lines = std::fs::read_dir("/proc").unwrap().flatten();
        let lines = lines.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
        let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
        lines.filter(|line| line.contains(&root)).collect()
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.dir.join("root")
    }

    pub(crate) fn run_dir(&self) -> PathBuf {
        self.dir.join("run")
    }

    /// Writes a bundle whose container runs `args` in namespaces of its own, the host's network apart.
    pub(crate) fn bundle(&self, id: &str, args: &[&str], init: bool) {
        self.bundle_with(id, args, json!({ "init": init }));
    }

    /// As [`bundle`](Self::bundle), with other words in shim.json.
    pub(crate) fn bundle_with(&self, id: &str, args: &[&str], words: Value) {
        let bundle = self.run_dir().join("bundles").join(id);
        std::fs::create_dir_all(bundle.join("rootfs")).unwrap();
        std::fs::create_dir_all(self.root().join("containers").join(id)).unwrap();
        let namespaces =
            ["pid", "mount", "uts", "ipc", "cgroup"].map(|kind| json!({ "type": kind }));
        let config = json!({
            "ociVersion": "1.2.0",
            "process": {
                "user": { "uid": 0, "gid": 0 }, "args": args, "env": ["PATH=/bin"], "cwd": "/",
                "oomScoreAdj": 0, "noNewPrivileges": true, "capabilities": {},
            },
            "root": { "path": "rootfs" },
            "mounts": [
                { "destination": "/proc", "type": "proc", "source": "proc" },
                { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["mode=755"] },
                {
                    "destination": "/dev/pts", "type": "devpts", "source": "devpts",
                    "options": ["newinstance", "ptmxmode=0666", "mode=0620"],
                },
            ],
            "linux": {
                "cgroupsPath": format!("/tsorch-{}/shop/{id}", self.key), "namespaces": namespaces,
            },
        });
        let mut shim = json!({
            "version": 1, "id": id, "name": "shop-web-1", "layers": [self.layer],
            "readOnlyRoot": false, "init": false, "tty": false, "stdin": false,
            "log": { "maxBytes": 1_000_000, "maxFiles": 2 },
            "stop": { "signal": "SIGTERM", "graceMs": 5000 }, "seccomp": "default",
        });
        for (word, value) in words.as_object().into_iter().flatten() {
            shim[word] = value.clone();
        }
        std::fs::write(bundle.join("config.json"), config.to_string()).unwrap();
        std::fs::write(bundle.join("shim.json"), shim.to_string()).unwrap();
    }

    /// Asks for a task until there is an answer; gives it.
    pub(crate) fn spawn(&self, id: &str, task: u64) -> Value {
        self.client()
            .call("shim.spawn", json!({ "id": id, "start": { "task": task } }))
            .unwrap()
    }

    pub(crate) fn exit_record(&self, id: &str) -> Value {
        let path = self.run_dir().join("shims").join(id).join("exit.json");
        std::fs::read(path)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default()
    }

    pub(crate) fn log(&self, id: &str) -> String {
        let path = self
            .root()
            .join("containers")
            .join(id)
            .join("log/container.log");
        std::fs::read_to_string(path).unwrap_or_default()
    }

    /// Processes in the node's control group `group`, and below it.
    pub(crate) fn processes_in(&self, group: &str) -> usize {
        processes_below(&unified().join(format!("tsorch-{}", self.key)).join(group))
    }

    fn try_client(&self) -> Option<Client> {
        Client::connect(&self.run_dir().join("hostd.sock"), TIMEOUT).ok()
    }

    fn unpack_layer(&self) -> String {
        let content = self.dir.join("content");
        std::fs::create_dir_all(content.join("bin")).unwrap();
        std::fs::create_dir_all(content.join("proc")).unwrap();
        std::fs::copy("/bin/busybox", content.join("bin/busybox")).unwrap();
        for applet in APPLETS {
            std::os::unix::fs::symlink("busybox", content.join("bin").join(applet)).unwrap();
        }
        let archive = self.dir.join("layer.tar");
        let run = |command: &mut Command| {
            let child = command.stdout(Stdio::piped()).spawn().unwrap();
            child.wait_with_output().unwrap().stdout
        };
        run(Command::new("tar")
            .arg("-C")
            .arg(&content)
            .arg("-cf")
            .arg(&archive)
            .arg("."));
        let sum = String::from_utf8(run(Command::new("sha256sum").arg(&archive))).unwrap();
        let hex = sum.split(' ').next().unwrap();
        let blob = self.root().join("images/blobs/sha256").join(hex);
        std::fs::rename(&archive, &blob).unwrap();
        let size = std::fs::metadata(&blob).unwrap().len();
        let digest = format!("sha256:{hex}");
        let params =
            json!({ "blob": digest, "size": size, "mediaType": LAYER_TYPE, "diffId": digest });
        self.client().call("layer.unpack", params).unwrap();
        digest
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.hostd.is_none() && !std::thread::panicking() {
            self.start_hostd();
        }
        let shutdown = |mut client: Client| client.call("node.shutdown", json!({ "force": true }));
        let _ = self.try_client().map(shutdown);
        if let Some(mut hostd) = self.hostd.take() {
            let _ = hostd.wait();
        }
        let _ = std::fs::remove_dir_all(&self.dir);
        if !std::thread::panicking() {
            assert!(!unified().join(format!("tsorch-{}", self.key)).exists());
            let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
            assert!(!mounts.contains(self.dir.to_str().unwrap()));
        }
    }
}

fn unified() -> PathBuf {
    let hybrid = PathBuf::from("/sys/fs/cgroup/unified");
    if hybrid.exists() {
        hybrid
    } else {
        PathBuf::from("/sys/fs/cgroup")
    }
}

fn processes_below(group: &Path) -> usize {
    let own = std::fs::read_to_string(group.join("cgroup.procs"))
        .unwrap_or_default()
        .lines()
        .count();
    let below = std::fs::read_dir(group).into_iter().flatten().flatten();
    let below = below.filter(|entry| entry.path().is_dir());
    own + below
        .map(|entry| processes_below(&entry.path()))
        .sum::<usize>()
}

/// Waits for a condition; fails when it does not come true.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !condition() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        pause_ms(2);
    }
}

/// Lets others work.
pub(crate) fn pause_ms(milliseconds: i64) {
    let time = rustix::event::Timespec {
        tv_sec: 0,
        tv_nsec: milliseconds * 1_000_000,
    };
    rustix::event::poll(&mut [], Some(&time)).unwrap();
}

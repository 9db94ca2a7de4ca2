//! One container under a shim: its bundle, the shim's process, a client.

use std::fs;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tsorch_protocol::shim_files::ShimHandover;
use tsorch_protocol::{Client, ClientError, ErrorBody};

use crate::node::{LAYER, Node};
use crate::shim_process;

/// No step of a test takes longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

const ID: &str = "00112233445566778899aabbccddeeff";

/// Which runtime a test is about; every behaviour must be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runtime {
    Own,
    Runc,
}

/// A container, ready to be started.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) id: String,
    pub(crate) node: Node,
    shim: Child,
    client: Client,
}

/// What a test's container is.
#[derive(Clone, Debug)]
pub(crate) struct Bundle {
    config: Value,
    shim: Value,
}

impl Bundle {
    /// Executes `script` by the shell of the container.
    pub(crate) fn script(runtime: Runtime, script: &str) -> Self {
        Self::program(runtime, &["/bin/sh", "-c", script])
    }

    pub(crate) fn program(runtime: Runtime, args: &[&str]) -> Self {
        let mut shim = json!({
            "version": 1, "layers": [LAYER], "tty": false, "stdin": false,
            "log": {"maxBytes": 10_485_760, "maxFiles": 3},
            "stop": {"signal": "SIGTERM", "graceMs": 10_000}
        });
        if runtime == Runtime::Runc {
            shim["runtime"] = json!({"name": "runc", "path": "/usr/sbin/runc", "args": []});
        }
        Self {
            config: config(args),
            shim,
        }
    }

    /// Changes shim.json.
    pub(crate) fn shim(mut self, field: &str, value: Value) -> Self {
        self.shim[field] = value;
        self
    }

    /// Changes config.json at a JSON pointer whose parent exists.
    pub(crate) fn config(mut self, pointer: &str, value: Value) -> Self {
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        self.config.pointer_mut(parent).unwrap()[field] = value;
        self
    }

    /// One more entry of config.json's `mounts`.
    pub(crate) fn add_mount(mut self, mount: Value) -> Self {
        self.config["mounts"].as_array_mut().unwrap().push(mount);
        self
    }

    /// No network namespace of its own.
    pub(crate) fn in_host_network(mut self) -> Self {
        let namespaces = self.config["linux"]["namespaces"].as_array_mut().unwrap();
        namespaces.retain(|namespace| namespace["type"] != json!("network"));
        self
    }

    /// A shim with this bundle on a node of its own.
    pub(crate) fn spawn(self) -> Container {
        let (container, ready) = self.spawn_with(None);
        ready.unwrap();
        container
    }

    /// As [`spawn`](Self::spawn), and its first task is started.
    pub(crate) fn start(self) -> Container {
        let mut container = self.spawn();
        container.call("start", json!({"task": 1}));
        container
    }

    /// A shim that is told to start `task`, and what it says then.
    pub(crate) fn spawn_with(self, task: Option<u64>) -> (Container, Result<Value, ErrorBody>) {
        let node = Node::new();
        self.write(&node, ID);
        spawn_on(node, task)
    }

    /// As [`spawn`](Self::spawn), after `prepare` has had the node and the id.
    pub(crate) fn spawn_prepared(self, prepare: impl FnOnce(&Node, &str)) -> Container {
        let node = Node::new();
        self.write(&node, ID);
        prepare(&node, ID);
        let (container, ready) = spawn_on(node, None);
        ready.unwrap();
        container
    }

    /// Writes both files, as the daemon does.
    pub(crate) fn write(mut self, node: &Node, id: &str) {
        self.shim["id"] = json!(id);
        self.config["linux"]["cgroupsPath"] = json!(format!("/{}/shop/{id}", node.cgroup_parent));
        let bundle = node.run_dir().join("bundles").join(id);
        fs::create_dir_all(bundle.join("rootfs")).unwrap();
        fs::write(bundle.join("config.json"), self.config.to_string()).unwrap();
        fs::write(bundle.join("shim.json"), self.shim.to_string()).unwrap();
    }
}

fn spawn_on(node: Node, task: Option<u64>) -> (Container, Result<Value, ErrorBody>) {
    let (shim, ready) = shim_process::spawn(&handover(&node, ID, task));
    let client = connect(&node, ID);
    let container = Container {
        id: ID.to_owned(),
        node,
        shim,
        client,
    };
    (container, ready)
}

pub(crate) fn handover(node: &Node, id: &str, task: Option<u64>) -> ShimHandover {
    ShimHandover {
        id: id.to_owned(),
        root: node.root(),
        run_dir: node.run_dir(),
        task,
        adopt: None,
    }
}

fn connect(node: &Node, id: &str) -> Client {
    let socket = node.run_dir().join("shims").join(id).join("sock");
    Client::connect(&socket, PATIENCE).unwrap()
}

impl Container {
    /// Another client.
    pub(crate) fn connect(&self) -> Client {
        connect(&self.node, &self.id)
    }

    /// Calls and expects success.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        let outcome = self.client.call(method, params);
        outcome.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// Calls and expects an error.
    pub(crate) fn call_error(&mut self, method: &str, params: Value) -> ErrorBody {
        match self.client.call(method, params) {
            Err(ClientError::Answer(error)) => error,
            other => panic!("{method}: an error was expected, not {other:?}"),
        }
    }

    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The exit record of a task, when it has ended.
    pub(crate) fn wait(&mut self, task: u64) -> Value {
        self.call("wait", json!({"task": task}))
    }

    pub(crate) fn state(&mut self) -> Value {
        self.call("state", json!({}))
    }

    /// Waits until the state is as `is_so` says.
    pub(crate) fn wait_for_state(&mut self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        eventually(what, || Some(self.state()).filter(|state| is_so(state)))
    }

    pub(crate) fn shim_pid(&self) -> u32 {
        self.shim.id()
    }

    /// Executes a script, collects what it says and how it ends.
    pub(crate) fn exec_script(&mut self, script: &str) -> (String, String, i64) {
        let exec = self.call(
            "exec",
            json!({"process": {"args": ["/bin/sh", "-c", script]}}),
        );
        let mut stream = crate::stream::Stream::open(self.connect(), &exec["exec"]);
        let session = stream.read_to_end();
        (session.stdout(), session.stderr(), session.code())
    }

    pub(crate) fn shim_file(&self, name: &str) -> PathBuf {
        self.node.run_dir().join("shims").join(&self.id).join(name)
    }

    pub(crate) fn upper(&self) -> PathBuf {
        self.node
            .root()
            .join("containers")
            .join(&self.id)
            .join("upper")
    }

    pub(crate) fn log_dir(&self) -> PathBuf {
        self.node
            .root()
            .join("containers")
            .join(&self.id)
            .join("log")
    }

    /// The log as the container has written it, both streams mixed: entries joined, stamps taken off.
    pub(crate) fn log_text(&self) -> String {
        let text = fs::read_to_string(self.log_dir().join("container.log")).unwrap_or_default();
        // Not `lines()`, which takes carriage returns away.
        text.split_terminator('\n').map(entry_text).collect()
    }

    /// A path as the shim sees it, in its own mount namespace.
    pub(crate) fn shim_root(&self, path: &std::path::Path) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", self.shim_pid()));
        root.join(path.strip_prefix("/").unwrap())
    }

    /// Another shim for the same container; the former one has ended.
    pub(crate) fn respawn(&mut self) {
        let (shim, ready) = shim_process::spawn(&handover(&self.node, &self.id, None));
        ready.unwrap();
        self.shim = shim;
        self.client = connect(&self.node, &self.id);
    }

    /// Releases the shim; gives its exit status.
    pub(crate) fn release(&mut self) -> Option<i32> {
        self.call("release", json!({}));
        self.shim.wait().unwrap().code()
    }
}

/// `<stamp> <stream> <tag> <text>`: the text, with a newline when the line ends.
fn entry_text(entry: &str) -> String {
    let mut parts = entry.splitn(4, ' ').skip(2);
    let end = if parts.next() == Some("F") { "\n" } else { "" };
    format!("{}{end}", parts.next().unwrap_or_default())
}

impl Drop for Container {
    fn drop(&mut self) {
        // A failed test leaves nothing either: the cgroup is killed with the node.
        let _ = self.shim.kill();
        let _ = self.shim.wait();
    }
}

/// Asks again until there is an answer.
#[expect(
    clippy::disallowed_methods,
    reason = "a test waits for the effect of something outside"
)]
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "not within {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// That nothing happens shows in time only.
#[expect(
    clippy::disallowed_methods,
    reason = "what must not happen has no end to wait for"
)]
pub(crate) fn pass_time(milliseconds: u64) {
    std::thread::sleep(Duration::from_millis(milliseconds));
}

fn config(args: &[&str]) -> Value {
    let capabilities = [
        "CAP_CHOWN",
        "CAP_DAC_OVERRIDE",
        "CAP_FOWNER",
        "CAP_KILL",
        "CAP_SETGID",
        "CAP_SETUID",
        "CAP_NET_BIND_SERVICE",
    ];
    json!({
        "ociVersion": "1.0.2",
        "root": {"path": "rootfs"},
        "process": {
            "terminal": false, "cwd": "/", "args": args, "env": ["PATH=/bin", "FRUIT=apple"],
            "user": {"uid": 0, "gid": 0}, "noNewPrivileges": true,
            "capabilities": {"bounding": capabilities, "effective": capabilities, "permitted": capabilities}
        },
        "hostname": "test",
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"]},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
            {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
             "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
            {"destination": "/dev/shm", "type": "tmpfs", "source": "shm", "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
            {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"]}
        ],
        "linux": {
            "resources": {"devices": [{"allow": false, "access": "rwm"}]},
            "namespaces": [
                {"type": "pid"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"}, {"type": "network"}, {"type": "cgroup"}
            ],
            "maskedPaths": ["/proc/kcore", "/proc/keys"],
            "readonlyPaths": ["/proc/sys"]
        }
    })
}

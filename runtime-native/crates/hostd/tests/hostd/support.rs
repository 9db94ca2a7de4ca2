//! A scratch node: a hostd with toy shims, everything of its own, nothing left when dropped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tsorch_cgroups::Hierarchies;
use tsorch_protocol::{Client, Event};

const TIMEOUT: Duration = Duration::from_secs(20);

/// Names a container in tests.
pub(crate) const ID: &str = "00112233445566778899aabbccddeeff";

pub(crate) struct Node {
    pub(crate) root: PathBuf,
    pub(crate) run_dir: PathBuf,
    pub(crate) key: String,
    /// Its group for containers was made by somebody else.
    is_delegated: bool,
    hostd: Option<Child>,
}

impl Node {
    /// Starts a hostd of its own.
    pub(crate) fn start() -> Self {
        let mut node = Self::prepare();
        node.start_hostd();
        node
    }

    /// Starts a hostd that is told where the groups of containers are to be: in one that exists already.
    pub(crate) fn start_in_a_delegated_group() -> Self {
        let mut node = Self::prepare();
        node.is_delegated = true;
        for hierarchy in Hierarchies::of_host().unwrap().all() {
            std::fs::create_dir(hierarchy.mount.join(&node.cgroup_parent()[1..])).unwrap();
        }
        node.start_hostd();
        node
    }

    fn prepare() -> Self {
        let mut template = *b"/tmp/hostd-XXXXXX";
        let dir = loop {
            let nanos = std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap();
            let text = format!("{:06x}", nanos.subsec_nanos() & 0xff_ffff);
            template[11..].copy_from_slice(text.as_bytes());
            let path = PathBuf::from(String::from_utf8(template.to_vec()).unwrap());
            if std::fs::create_dir(&path).is_ok() {
                break path;
            }
        };
        let key = dir.to_str().unwrap()[11..].to_owned();
        Self {
            root: dir.join("root"),
            run_dir: dir.join("run"),
            key,
            is_delegated: false,
            hostd: None,
        }
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_toy-hostd"));
        command.arg(&self.root).arg(&self.run_dir).arg(&self.key);
        if self.is_delegated {
            command.arg(self.cgroup_parent());
        }
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn start_hostd(&mut self) {
        self.hostd = Some(self.command().spawn().unwrap());
        // A call, not a connection: a child of a predecessor may hold the old socket a moment longer.
        until("hostd serves", || {
            let mut client = self.try_client();
            client
                .as_mut()
                .is_some_and(|client| client.call("shim.list", json!({})).is_ok())
        });
    }

    /// Kills hostd, as a crash would.
    pub(crate) fn kill_hostd(&mut self) {
        let mut hostd = self.hostd.take().unwrap();
        hostd.kill().unwrap();
        hostd.wait().unwrap();
    }

    /// Waits until hostd has ended by itself.
    pub(crate) fn wait_for_hostd(&mut self) {
        let mut hostd = self.hostd.take().unwrap();
        until("hostd ends", || hostd.try_wait().unwrap().is_some());
    }

    pub(crate) fn hostd_pid(&self) -> u32 {
        self.hostd.as_ref().unwrap().id()
    }

    pub(crate) fn client(&self) -> Client {
        self.try_client().unwrap()
    }

    fn try_client(&self) -> Option<Client> {
        Client::connect(&self.run_dir.join("hostd.sock"), TIMEOUT).ok()
    }

    pub(crate) fn shim_client(&self, id: &str) -> Client {
        Client::connect(&self.shim_dir(id).join("sock"), TIMEOUT).unwrap()
    }

    pub(crate) fn shim_dir(&self, id: &str) -> PathBuf {
        self.run_dir.join("shims").join(id)
    }

    /// Writes what the daemon would: a bundle and the container's directory.
    pub(crate) fn bundle(&self, id: &str, args: &[&str]) {
        let bundle = self.run_dir.join("bundles").join(id);
        std::fs::create_dir_all(&bundle).unwrap();
        std::fs::create_dir_all(self.root.join("containers").join(id).join("upper/deep")).unwrap();
        let config = json!({ "stack": "shop", "args": args, "parent": self.cgroup_parent() });
        std::fs::write(bundle.join("shim.json"), config.to_string()).unwrap();
    }

    /// A running container; gives the answer of `shim.spawn`.
    pub(crate) fn spawn(&self, id: &str, args: &[&str]) -> Value {
        self.bundle(id, args);
        self.client()
            .call("shim.spawn", json!({ "id": id, "start": { "task": 1 } }))
            .unwrap()
    }

    pub(crate) fn cgroup_parent(&self) -> String {
        format!("/tsorch-{}", self.key)
    }

    /// Every directory of the node in any hierarchy of control groups.
    pub(crate) fn cgroups(&self) -> Vec<PathBuf> {
        let mounts = std::fs::read_dir("/sys/fs/cgroup")
            .unwrap()
            .flatten()
            .map(|entry| entry.path());
        let tops = mounts.chain([PathBuf::from("/sys/fs/cgroup")]);
        let ours = tops.map(|top| top.join(&self.cgroup_parent()[1..]));
        ours.filter(|path| path.exists()).collect()
    }

    pub(crate) fn exit_record(&self, id: &str) -> Option<Value> {
        read_json(&self.shim_dir(id).join("exit.json"))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if self.hostd.is_none() && !self.is_delegated && !self.cgroups().is_empty() {
            self.start_hostd();
        }
        if self.hostd.is_some() {
            let shutdown =
                |mut client: Client| client.call("node.shutdown", json!({ "force": true }));
            let _ = self.try_client().map(shutdown);
            self.wait_for_hostd();
        }
        if self.is_delegated {
            let gone = |group: &PathBuf| std::fs::remove_dir(group).unwrap();
            self.cgroups().iter().for_each(gone);
        }
        let _ = std::fs::remove_dir_all(self.root.parent().unwrap());
    }
}

/// Waits for a condition; fails when it does not come true.
pub(crate) fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + TIMEOUT;
    while !condition() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        let moment = rustix::event::Timespec {
            tv_sec: 0,
            tv_nsec: 2_000_000,
        };
        rustix::event::poll(&mut [], Some(&moment)).unwrap();
    }
}

pub(crate) fn read_json(path: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

pub(crate) fn pid_in(answer: &Value, field: &str) -> Pid {
    Pid::from_raw(i32::try_from(answer[field].as_i64().unwrap()).unwrap()).unwrap()
}

pub(crate) fn kill(pid: Pid) {
    kill_process(pid, Signal::KILL).unwrap();
}

/// Whether a process exists and is no zombie.
pub(crate) fn lives(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    stat.is_ok_and(|stat| !stat.rsplit_once(") ").unwrap().1.starts_with('Z'))
}

/// The next event of this name; others are none of the test's business.
pub(crate) fn event(client: &mut Client, name: &str) -> Event {
    loop {
        let event = client.event().unwrap();
        if event.name == name {
            return event;
        }
    }
}

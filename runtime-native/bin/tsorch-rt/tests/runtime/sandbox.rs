//! A scratch directory with a root filesystem, a bundle, and a runtime to give it to.
#![expect(
    clippy::disallowed_methods,
    reason = "the programs of these tests say little"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

static NEXT: AtomicU32 = AtomicU32::new(0);

const APPLETS: [&str; 38] = [
    "sh", "ls", "cat", "mount", "umount", "ps", "true", "false", "id", "hostname", "sleep", "echo",
    "grep", "mkdir", "touch", "stat", "env", "pwd", "kill", "dd", "test", "unshare", "head",
    "tail", "tty", "stty", "readlink", "wc", "rm", "mknod", "chroot", "ln", "ip", "tr", "seq",
    "trap", "chmod", "cut",
];

/// Whose behaviour is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Runtime {
    Own,
    Runc,
}

/// Ours, and runc where it is installed.
pub(crate) fn runtimes() -> Vec<Runtime> {
    let runc = Command::new("runc")
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success());
    if runc {
        vec![Runtime::Own, Runtime::Runc]
    } else {
        vec![Runtime::Own]
    }
}

/// What a verb has said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// One container's surroundings; at its end everything must be gone.
#[derive(Debug)]
pub(crate) struct Sandbox {
    pub(crate) runtime: Runtime,
    pub(crate) dir: PathBuf,
    pub(crate) id: String,
    pub(crate) config: Value,
}

impl Sandbox {
    /// A sandbox for our runtime whose container executes `script` in a shell.
    pub(crate) fn new(script: &str) -> Self {
        Self::with(Runtime::Own, script)
    }

    /// The same for any runtime.
    pub(crate) fn with(runtime: Runtime, script: &str) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let id = format!("tsorch-test-{}-{number}", std::process::id());
        let dir = std::env::temp_dir().join(&id);
        make_root(&dir.join("rootfs"));
        let config = config(&id, &["/bin/sh", "-c", script]);
        Self {
            runtime,
            dir,
            id,
            config,
        }
    }

    pub(crate) fn rootfs(&self) -> PathBuf {
        self.dir.join("rootfs")
    }

    /// Directory of the runtime's records.
    pub(crate) fn state_root(&self) -> PathBuf {
        self.dir.join("state")
    }

    /// The runtime's command, up to the verb.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.runtime {
            Runtime::Own => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_tsorch-rt"));
                command.arg("tsorch-runtime");
                command
            }
            Runtime::Runc => Command::new("runc"),
        };
        command
            .arg("--root")
            .arg(self.state_root())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    /// Calls a verb and waits for it.
    pub(crate) fn call(&self, arguments: &[&str]) -> Answer {
        finish(&mut self.command(arguments))
    }

    /// Writes the configuration and runs the container to its end.
    pub(crate) fn run(&self) -> Answer {
        self.write_config();
        self.call(&["run", "--bundle", self.bundle(), &self.id])
    }

    /// Creates the container; its output goes to a file.
    pub(crate) fn create(&self) -> Answer {
        self.write_config();
        let output = fs::File::create(self.dir.join("output")).expect("a file");
        let errors = fs::File::create(self.dir.join("errors")).expect("a file");
        let mut command = self.command(&["create", "--bundle", self.bundle(), &self.id]);
        // Not a pipe: the container keeps these open when `create` has ended.
        let status = command
            .stdout(output)
            .stderr(errors)
            .status()
            .expect("the runtime can be executed");
        let stderr = fs::read_to_string(self.dir.join("errors")).expect("a file");
        Answer {
            code: status.code(),
            stdout: String::new(),
            stderr,
        }
    }

    /// Creates and starts the container.
    pub(crate) fn start(&self) {
        let created = self.create();
        assert_eq!(created.code, Some(0), "{}", created.stderr);
        let started = self.call(&["start", &self.id]);
        assert_eq!(started.code, Some(0), "{}", started.stderr);
    }

    /// What the container has written since it was created.
    pub(crate) fn output(&self) -> String {
        fs::read_to_string(self.dir.join("output")).unwrap_or_default()
    }

    /// The `status` of its state.
    pub(crate) fn status(&self) -> String {
        let state = self.state();
        state["status"].as_str().unwrap_or_default().to_owned()
    }

    /// Its state.
    pub(crate) fn state(&self) -> Value {
        let answer = self.call(&["state", &self.id]);
        serde_json::from_str(&answer.stdout).unwrap_or(Value::Null)
    }

    /// Waits until `condition` holds.
    pub(crate) fn wait_until(&self, what: &str, condition: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !condition() {
            assert!(Instant::now() < deadline, "waited in vain until {what}");
            std::thread::park_timeout(Duration::from_millis(10));
        }
    }

    pub(crate) fn write_config(&self) {
        fs::write(self.dir.join("config.json"), self.config.to_string()).expect("written");
    }

    pub(crate) fn bundle(&self) -> &str {
        self.dir.to_str().expect("UTF-8")
    }

    /// A file of the container's control group, from whichever hierarchy has it.
    pub(crate) fn cgroup_file(&self, name: &str) -> Option<String> {
        let found = self
            .cgroups()
            .into_iter()
            .map(|group| group.join(name))
            .find(|path| path.exists())?;
        fs::read_to_string(found)
            .ok()
            .map(|text| text.trim().to_owned())
    }

    /// Directories of its control group.
    pub(crate) fn cgroups(&self) -> Vec<PathBuf> {
        let groups = cgroup_roots().map(|root| root.join(&self.id));
        groups.filter(|path| path.is_dir()).collect()
    }

    /// Nothing of the container may be left.
    pub(crate) fn assert_nothing_left(&self) {
        assert_eq!(self.cgroups(), Vec::<PathBuf>::new());
        let record = self.state_root().join(&self.id);
        assert!(!record.exists(), "{} is left", record.display());
        let table = fs::read_to_string("/proc/self/mountinfo").expect("mountinfo");
        assert!(!table.contains(&self.id), "a mount is left");
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.call(&["delete", "--force", &self.id]);
        if !std::thread::panicking() {
            self.assert_nothing_left();
        }
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Where the hierarchies are mounted: in subdirectories, or one at the place itself.
fn cgroup_roots() -> impl Iterator<Item = PathBuf> {
    let below = fs::read_dir("/sys/fs/cgroup").expect("cgroups").flatten();
    let below = below.map(|entry| entry.path()).filter(|path| path.is_dir());
    below.chain([PathBuf::from("/sys/fs/cgroup")])
}

/// Executes a command to its end.
pub(crate) fn finish(command: &mut Command) -> Answer {
    command.output().expect("it can be executed").into()
}

/// Copies a program that is to be executed, by a process of its own: a child that another thread forks would keep a
/// descriptor of this one open for writing until it executes, and meanwhile the program would be "busy".
pub(crate) fn place_program(from: impl AsRef<Path>, to: &Path) {
    let mut install = Command::new("install");
    let answer = finish(install.args(["-m", "755"]).arg(from.as_ref()).arg(to));
    assert_eq!(answer.code, Some(0), "{answer:?}");
}

fn make_root(root: &Path) {
    for dir in ["bin", "etc", "proc", "sys", "dev", "tmp"] {
        fs::create_dir_all(root.join(dir)).expect("made");
    }
    let busybox = ["/bin/busybox", "/usr/bin/busybox"]
        .into_iter()
        .find(|path| Path::new(path).exists());
    place_program(
        busybox.expect("busybox-static is installed"),
        &root.join("bin/busybox"),
    );
    for name in APPLETS {
        symlink("busybox", root.join("bin").join(name)).expect("linked");
    }
    fs::write(
        root.join("etc/passwd"),
        "root:x:0:0::/root:/bin/sh\nwww:x:33:33::/var/www:/bin/sh\n",
    )
    .expect("written");
}

fn config(id: &str, args: &[&str]) -> Value {
    let capabilities = json!(["CAP_CHOWN", "CAP_KILL", "CAP_NET_BIND_SERVICE"]);
    let options = |list: &[&str]| json!(list);
    json!({
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0},
            "args": args,
            "env": ["PATH=/bin"],
            "cwd": "/",
            "capabilities": {"bounding": capabilities, "effective": capabilities, "permitted": capabilities},
            "noNewPrivileges": true
        },
        "root": {"path": "rootfs", "readonly": false},
        "hostname": "inside",
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
             "options": options(&["nosuid", "strictatime", "mode=755", "size=65536k"])},
            {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
             "options": options(&["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"])},
            {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
             "options": options(&["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"])},
            {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
             "options": options(&["nosuid", "noexec", "nodev"])},
            {"destination": "/sys", "type": "sysfs", "source": "sysfs",
             "options": options(&["nosuid", "noexec", "nodev", "ro"])},
            {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
             "options": options(&["nosuid", "noexec", "nodev", "relatime", "ro"])}
        ],
        "linux": {
            "cgroupsPath": format!("/{id}"),
            "namespaces": [
                {"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"},
                {"type": "cgroup"}
            ],
            "maskedPaths": ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
        }
    })
}

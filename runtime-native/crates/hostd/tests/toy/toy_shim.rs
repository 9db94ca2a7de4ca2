//! A shim that knows just enough to be supervised. Blocks where a real one would not.

use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, open};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, accept_with, bind, listen, socket_with,
};
use rustix::process::{Pid, getpid};
use serde_json::{Value, json};
use tsorch_cgroups::{Cgroup, CgroupPath, Hierarchies};
use tsorch_protocol::shim_files::ShimHandover;
use tsorch_protocol::{Connection, ConnectionError, ErrorBody, Message, Received, code};
use tsorch_sys::child::reap_waiting;
use tsorch_sys::fork::{Child, Forked, Parentage, exit_now, fork};

const LATE: rustix::event::Timespec = rustix::event::Timespec {
    tv_sec: 0,
    tv_nsec: 500_000_000,
};

struct Toy {
    id: String,
    dir: PathBuf,
    group: String,
    args: Vec<String>,
    task: u64,
    child: Option<Child>,
    started_at: u64,
}

/// Runs until released.
pub(crate) fn run(
    handover: ShimHandover,
    _: &Hierarchies,
    ready: OwnedFd,
    _kept: Vec<OwnedFd>,
) -> u8 {
    // hostd may be gone when the ready pipe is written to.
    let _ = tsorch_sys::signal::block_all();
    let dir = handover.run_dir.join("shims").join(&handover.id);
    let Ok(_lock) = lock(&dir) else {
        return 1;
    };
    let Some(mut toy) = Toy::new(&handover, dir) else {
        return 2;
    };
    if toy.args[0] == "listen-late" {
        let _ = poll(&mut [], Some(&LATE));
        toy.args[0] = "sleep".to_owned();
    }
    let Ok(listener) = listener(&toy.dir.join("sock")) else {
        return 3;
    };
    let started = handover
        .task
        .map_or_else(|| Ok(json!({})), |task| toy.start(task));
    let answer = Message::Answer {
        id: 1,
        outcome: started,
    };
    let frame = answer.to_frame().unwrap_or_default();
    let _ = rustix::io::write(&ready, &frame);
    drop(ready);
    toy.serve(&listener);
    0
}

impl Toy {
    fn new(handover: &ShimHandover, dir: PathBuf) -> Option<Self> {
        let bundle = handover.run_dir.join("bundles").join(&handover.id);
        let config: Value =
            serde_json::from_slice(&std::fs::read(bundle.join("shim.json")).ok()?).ok()?;
        let args = config["args"].as_array()?.iter();
        Some(Self {
            id: handover.id.clone(),
            group: format!(
                "{}/{}/{}",
                config["parent"].as_str()?,
                config["stack"].as_str()?,
                handover.id
            ),
            args: args
                .filter_map(|arg| Some(arg.as_str()?.to_owned()))
                .collect(),
            dir,
            task: 0,
            child: None,
            started_at: 0,
        })
    }

    fn start(&mut self, task: u64) -> Result<Value, ErrorBody> {
        if self.args[0] == "ignore-start" {
            let _ = poll(&mut [], None);
        }
        if task > self.task {
            let child = self.fork_task().map_err(|errno| {
                ErrorBody::new(code!("container.start-failed"), "cannot fork").errno(errno)
            })?;
            self.task = task;
            self.started_at = now();
            self.child = Some(child);
            self.write_state();
        }
        let pid = self
            .child
            .as_ref()
            .map(|child| child.pid.as_raw_nonzero().get());
        Ok(json!({ "pid": pid, "startedAt": self.started_at }))
    }

    fn fork_task(&self) -> Result<Child, Errno> {
        let path = CgroupPath::parse(Path::new(&self.group)).map_err(|_| Errno::INVAL)?;
        let host = Hierarchies::of_host().map_err(|_| Errno::NOSYS)?;
        let group = Cgroup::create(&host, path).map_err(|_| Errno::BUSY)?;
        let (gate, opened) = rustix::pipe::pipe()?;
        match fork(Parentage::Child)? {
            Forked::Parent(child) => {
                group.attach(child.pid).map_err(|_| Errno::BUSY)?;
                rustix::io::write(&opened, b"x")?;
                Ok(child)
            }
            Forked::Child => {
                // A real container's process has neither the lock nor the listener of its shim.
                if tsorch_sys::fork::become_child(&[gate.as_fd()]).is_err() {
                    exit_now(1);
                }
                let _ = rustix::io::read(&gate, &mut [0; 1]);
                if self.args[0] == "sleep" {
                    let _ = poll(&mut [], None);
                }
                exit_now(
                    self.args
                        .get(1)
                        .and_then(|code| code.parse().ok())
                        .unwrap_or(0),
                )
            }
        }
    }

    fn write_state(&self) {
        let pid = self
            .child
            .as_ref()
            .map(|child| child.pid.as_raw_nonzero().get());
        let boot_id =
            std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let state = json!({
            "ociVersion": "1.2.0", "id": self.id, "status": "running", "pid": pid, "bundle": "/",
            "tsorch": {
                "version": 1, "task": self.task, "pidStart": pid.and_then(start_time),
                "bootId": boot_id.trim(), "shimPid": getpid().as_raw_nonzero().get(),
                "startedAt": self.started_at, "cgroup": self.group,
            },
        });
        self.write("state.json", &state);
    }

    fn write(&self, name: &str, value: &Value) {
        let temporary = self.dir.join(format!(".{name}"));
        let _ = std::fs::write(&temporary, value.to_string());
        let _ = std::fs::rename(&temporary, self.dir.join(name));
    }

    fn serve(&mut self, listener: &OwnedFd) {
        loop {
            let child = self.child.take();
            let mut watched = vec![PollFd::new(listener, PollFlags::IN)];
            watched.extend(
                child
                    .iter()
                    .map(|child| PollFd::new(&child.pidfd, PollFlags::IN)),
            );
            let _ = poll(&mut watched, None);
            let ended = watched.get(1).is_some_and(|fd| !fd.revents().is_empty());
            let called = !watched[0].revents().is_empty();
            match child {
                Some(child) if ended => self.record(child.pid),
                child => self.child = child,
            }
            if called && !self.converse(listener).unwrap_or(true) {
                return;
            }
        }
    }

    fn record(&self, pid: Pid) {
        let Ok(reaped) = reap_waiting(pid) else {
            return;
        };
        let record = json!({
            "id": self.id, "task": self.task, "pid": pid.as_raw_nonzero().get(),
            "startedAt": self.started_at, "exitedAt": now(), "code": reaped.ending.code(),
            "oomKilled": false, "coreDumped": false, "reason": "exited",
            "rusage": { "userUs": 0, "sysUs": 0, "maxRssKb": 0 }, "drained": true,
        });
        self.write("exit.json", &record);
    }

    /// One client until it hangs up; whether it was told to go on.
    fn converse(&mut self, listener: &OwnedFd) -> Result<bool, ConnectionError> {
        let socket = accept_with(listener, SocketFlags::CLOEXEC)?;
        let mut connection = Connection::open(socket, "shim")?;
        loop {
            poll(&mut [PollFd::new(&connection, PollFlags::IN)], None)?;
            let received = connection.receive()?;
            while let Some(Message::Request(request)) = connection.next_message()? {
                let outcome = match request.method.as_str() {
                    "start" => self.start(request.params["task"].as_u64().unwrap_or(0)),
                    _ => Ok(json!({})),
                };
                connection.send(&Message::Answer {
                    id: request.id,
                    outcome,
                })?;
                match request.method.as_str() {
                    "release" => return Ok(false),
                    // It has nothing to be kept, and serves one at a time.
                    "keep" => return Ok(true),
                    _ => {}
                }
            }
            if received == Received::Closed {
                return Ok(true);
            }
        }
    }
}

fn lock(dir: &Path) -> Result<OwnedFd, Errno> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC;
    let file = open(dir.join("lock"), flags, Mode::from_raw_mode(0o600))?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).map(|()| file)
}

fn listener(path: &Path) -> Result<OwnedFd, Errno> {
    let _ = std::fs::remove_file(path);
    let socket = socket_with(
        AddressFamily::UNIX,
        SocketType::STREAM,
        SocketFlags::CLOEXEC,
        None,
    )?;
    bind(&socket, &SocketAddrUnix::new(path)?)?;
    listen(socket.as_fd(), 16)?;
    Ok(socket)
}

fn start_time(pid: i32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

fn now() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(0)
}

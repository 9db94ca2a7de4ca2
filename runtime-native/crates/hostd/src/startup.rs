//! The beginning: one hostd per run directory, the order of things, the end.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, unlink};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, SocketAddrUnix, SocketFlags, SocketType, bind, listen, socket_with,
};
use rustix::process::{Pid, Signal, getpid};
use serde_json::json;
use tsorch_layers::LayerStore;
use tsorch_network::{Network, NetworkOptions};
use tsorch_sys::signal::SignalFd;

use crate::dirs::{NodeDirs, Trash};
use crate::error::HostdError;
use crate::groups::{Groups, HOSTD, SHIMS};
use crate::hostd::{Hostd, Parts};
use crate::layer::Layers;
use crate::locks::Locks;
use crate::log::{Level, log};
use crate::resident::become_resident;
use crate::template::{ShimMain, Template};

/// Connections that wait to be accepted.
const BACKLOG: i32 = 64;

/// Room for `<run-dir>/shims/<32 hex>/sock` in the 107 bytes of a unix socket's path.
const MAX_RUN_DIR_BYTES: usize = 107 - "/shims/".len() - 32 - "/sock".len();

/// What hostd is told on its command line.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where images, containers and volumes are.
    pub root: PathBuf,
    /// Where sockets and what dies with a boot are.
    pub run_dir: PathBuf,
    /// Empty for the default node; part of every host-wide name.
    pub node_key: String,
    /// A group made by somebody else for those of the containers; absent = `/tsorch` or `/tsorch-<node key>`, our own.
    pub cgroup_parent: Option<PathBuf>,
    /// What the template's forks do.
    pub shim: ShimMain,
}

/// Serves until a signal or `node.shutdown`. The process must be hostd's own and have one thread.
///
/// # Errors
/// [`HostdError`]: why it cannot start.
pub fn run(options: Options) -> Result<(), HostdError> {
    check(&options)?;
    become_resident()?;
    let dirs = NodeDirs::prepare(&options.root, &options.run_dir)?;
    let _locks = Locks::take(&dirs)?;
    let groups = Groups::open(options.cgroup_parent.as_deref(), &options.node_key)?;
    let template =
        Template::start(options.shim, &groups).map_err(HostdError::host("fork", "the template"))?;
    enter_group(&groups, SHIMS, template.pid());
    if !groups.is_delegated() {
        enter_group(&groups, HOSTD, getpid());
    }
    let network = Network::open(NetworkOptions {
        run_dir: options.run_dir.clone(),
        node_key: options.node_key.clone(),
    })?;
    let layers = Layers::new(LayerStore::open(&dirs.images()).map_err(HostdError::Layers)?);
    let signals = SignalFd::new(&[Signal::CHILD, Signal::TERM, Signal::INT])
        .map_err(HostdError::host("make", "a signalfd"))?;
    let listener = bound_socket(&dirs.socket())?;
    let parts = Parts {
        shim: options.shim,
        dirs,
        groups,
        network,
        layers,
        template,
        listener,
        signals,
    };
    let mut hostd = Hostd::new(parts).map_err(HostdError::host("make", "the event loop"))?;
    hostd.adopt_all();
    for trash in [Trash::RunDir, Trash::Root, Trash::Images] {
        hostd.empty_trash(trash);
    }
    log(
        Level::Info,
        "serving",
        json!({ "runDir": options.run_dir, "pid": getpid().as_raw_nonzero().get() }),
    );
    hostd
        .serve()
        .map_err(HostdError::host("wait for", "events"))
}

/// Moves a process of ours into its control group. Where that is not allowed, it stays where it is.
pub(crate) fn enter_group(groups: &Groups, leaf: &str, pid: Pid) {
    if let Err(error) = groups.enter(leaf, pid) {
        let reason = error.errno().map(|errno| errno.to_string());
        log(
            Level::Warn,
            "cannot enter a control group of our own",
            json!({ "group": leaf, "problem": error.to_string(), "reason": reason }),
        );
    }
}

fn check(options: &Options) -> Result<(), HostdError> {
    if !rustix::process::geteuid().is_root() {
        return Err(HostdError::NotRoot);
    }
    for (option, path) in [("--root", &options.root), ("--run-dir", &options.run_dir)] {
        if !path.is_absolute() {
            let value = path.display().to_string();
            return Err(HostdError::BadOption {
                option,
                value,
                problem: "is not an absolute path",
            });
        }
    }
    if options.run_dir.as_os_str().len() > MAX_RUN_DIR_BYTES {
        return Err(HostdError::BadOption {
            option: "--run-dir",
            value: options.run_dir.display().to_string(),
            problem: "is too long for the paths of unix sockets below it",
        });
    }
    let is_key = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if options.node_key.len() > 6 || !options.node_key.bytes().all(is_key) {
        return Err(HostdError::BadOption {
            option: "--node-key",
            value: options.node_key.clone(),
            problem: "is not up to six hex digits",
        });
    }
    Ok(())
}

/// A listening socket that only root can connect to, in the place of a predecessor's.
fn bound_socket(path: &Path) -> Result<OwnedFd, HostdError> {
    let failed = |errno| HostdError::Host {
        operation: "listen on",
        object: path.display().to_string(),
        errno,
    };
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket =
        socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).map_err(failed)?;
    match unlink(path) {
        Ok(()) | Err(Errno::NOENT) => {}
        Err(errno) => return Err(failed(errno)),
    }
    let address = SocketAddrUnix::new(path).map_err(failed)?;
    let before = rustix::process::umask(Mode::from_raw_mode(0o177));
    let bound = bind(&socket, &address);
    rustix::process::umask(before);
    bound
        .and_then(|()| listen(&socket, BACKLOG))
        .map_err(failed)?;
    Ok(socket)
}

//! The template: a child that hostd forks first of all, while it has no state, and that forks the shims.
//!
//! A shim forked from hostd itself would share pages that hostd goes on changing, and pay for each; the template's
//! pages stay as they are. Its forks are hostd's children (CLONE_PARENT). One datagram each way per shim:
//!
//! ```text
//! hostd     -> template   ShimHandover, a socket, descriptors of a task to be adopted
//! template  -> hostd      {"pid": 4711}, pidfd          or {"errno": 11}
//! ```
//!
//! The template ends with hostd.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::{Pid, Signal, getppid};
use serde::{Deserialize, Serialize};
use tsorch_cgroups::Hierarchies;
use tsorch_protocol::shim_files::ShimHandover;
use tsorch_sys::fd_passing::{receive_with_fds, send_with_fds};
use tsorch_sys::fork::{Child, Forked, Parentage, become_child, exit_now, fork};

use crate::groups::Groups;

/// Two absolute paths and an id fit many times.
const DATAGRAM_BYTES: usize = 16 * 1024;

/// hostd's end.
#[derive(Debug)]
pub(crate) struct Template {
    socket: OwnedFd,
    child: Child,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    #[serde(rename = "pid")]
    Pid(i32),
    #[serde(rename = "errno")]
    Errno(i32),
}

impl Template {
    /// Forks it.
    pub(crate) fn start(shim: ShimMain, groups: &Groups) -> Result<Self, Errno> {
        let (ours, theirs) = socketpair(
            AddressFamily::UNIX,
            SocketType::SEQPACKET,
            SocketFlags::CLOEXEC,
            None,
        )?;
        let parent = rustix::process::getpid();
        match fork(Parentage::Child)? {
            Forked::Child => serve(&theirs, parent, (shim, groups.hierarchies())),
            Forked::Parent(child) => {
                rustix::io::ioctl_fionbio(&ours, true)?;
                Ok(Self {
                    socket: ours,
                    child,
                })
            }
        }
    }

    /// Its number.
    pub(crate) fn pid(&self) -> Pid {
        self.child.pid
    }

    /// Asks for a shim; answers come in the order of the questions.
    /// `fds` are the shim's end of the hand-over's socket, and what it adopts.
    pub(crate) fn ask(&self, handover: &ShimHandover, fds: &[BorrowedFd<'_>]) -> Result<(), Errno> {
        let bytes = serde_json::to_vec(handover).map_err(|_| Errno::INVAL)?;
        send_with_fds(&self.socket, &bytes, fds).map(drop)
    }

    /// The next answer: a forked shim, or why there is none. `None` when no answer waits.
    ///
    /// # Errors
    /// When the template is gone.
    pub(crate) fn answer(&self) -> Result<Option<Result<Child, Errno>>, Errno> {
        let mut buffer = [0; 256];
        let (count, fds) = match receive_with_fds(&self.socket, &mut buffer) {
            Err(Errno::AGAIN) => return Ok(None),
            received => received?,
        };
        match (
            serde_json::from_slice(&buffer[..count]),
            fds.into_iter().next(),
        ) {
            (Ok(Answer::Pid(pid)), Some(pidfd)) => {
                let pid = Pid::from_raw(pid).ok_or(Errno::PROTO)?;
                Ok(Some(Ok(Child { pid, pidfd })))
            }
            (Ok(Answer::Errno(errno)), _) => Ok(Some(Err(Errno::from_raw_os_error(errno)))),
            _ => Err(Errno::PIPE),
        }
    }

    /// Ends it. Shims go on.
    pub(crate) fn kill(&self) {
        let _ = rustix::process::pidfd_send_signal(&self.child.pidfd, Signal::KILL);
    }
}

impl AsFd for Template {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// What a shim is: runs until it is released and gives the exit status of its process. It is the child of hostd, has a
/// session of its own, stdio on /dev/null, default signals and no descriptor but the socket to hostd and those of the task
/// that it adopts. It makes control groups where hostd has found hierarchies, so that hostd finds the groups.
pub type ShimMain = fn(ShimHandover, &Hierarchies, OwnedFd, Vec<OwnedFd>) -> u8;

/// The template's life.
fn serve(socket: &OwnedFd, parent: Pid, (shim, hierarchies): (ShimMain, &Hierarchies)) -> ! {
    // Killed with hostd; when that was faster than this call, the parent is another one by now.
    let bound = rustix::process::set_parent_process_death_signal(Some(Signal::KILL));
    if bound.is_err() || getppid() != Some(parent) || become_child(&[socket.as_fd()]).is_err() {
        exit_now(1);
    }
    let _ = rustix::thread::set_name(c"tsorch-template");
    let Ok(stdio) = null_stdio() else { exit_now(1) };
    let nursery = Nursery {
        shim,
        hierarchies,
        stdio,
    };
    loop {
        let mut buffer = [0; DATAGRAM_BYTES];
        let Ok((count @ 1.., fds)) = receive_with_fds(socket, &mut buffer) else {
            exit_now(0);
        };
        let request = serde_json::from_slice::<ShimHandover>(&buffer[..count]).ok();
        let mut fds = fds.into_iter();
        let forked = match (request, fds.next()) {
            (Some(handover), Some(keeper)) => nursery.fork_shim(handover, (keeper, fds.collect())),
            _ => Err(Errno::INVAL),
        };
        if reply(socket, forked).is_err() {
            exit_now(0);
        }
    }
}

/// Descriptors 0, 1 and 2, the lowest free ones after everything but the socket was closed.
fn null_stdio() -> Result<[OwnedFd; 3], Errno> {
    let open = || rustix::fs::open("/dev/null", OFlags::RDWR, Mode::empty());
    Ok([open()?, open()?, open()?])
}

fn reply(socket: &OwnedFd, forked: Result<Child, Errno>) -> Result<(), Errno> {
    let (answer, pidfd) = match forked {
        Ok(child) => (
            Answer::Pid(child.pid.as_raw_nonzero().get()),
            Some(child.pidfd),
        ),
        Err(errno) => (Answer::Errno(errno.raw_os_error()), None),
    };
    let fds: Vec<_> = pidfd.iter().map(OwnedFd::as_fd).collect();
    let bytes = serde_json::to_vec(&answer).map_err(|_| Errno::INVAL)?;
    send_with_fds(socket, &bytes, &fds).map(drop)
}

/// What every shim begins with.
struct Nursery<'a> {
    shim: ShimMain,
    hierarchies: &'a Hierarchies,
    /// /dev/null three times, as 0, 1 and 2.
    stdio: [OwnedFd; 3],
}

impl Nursery<'_> {
    fn fork_shim(
        &self,
        handover: ShimHandover,
        (keeper, kept): (OwnedFd, Vec<OwnedFd>),
    ) -> Result<Child, Errno> {
        match fork(Parentage::Sibling)? {
            Forked::Parent(child) => Ok(child),
            Forked::Child => {
                let [input, output, errors] = &self.stdio;
                let mut keep = vec![
                    input.as_fd(),
                    output.as_fd(),
                    errors.as_fd(),
                    keeper.as_fd(),
                ];
                keep.extend(kept.iter().map(OwnedFd::as_fd));
                let _ = rustix::thread::set_name(c"tsorch-shim");
                if become_child(&keep).is_err() || rustix::process::setsid().is_err() {
                    exit_now(1);
                }
                exit_now((self.shim)(handover, self.hierarchies, keeper, kept))
            }
        }
    }
}

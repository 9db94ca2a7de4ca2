//! `SCMP_ACT_NOTIFY`: calls that somebody outside answers, over a descriptor that only the filtered process can make.
//!
//! ```text
//!   process                        its starter                         listener
//!     load the filter
//!     |-- number of the descriptor -->|
//!     |                               | takes a copy out of the process
//!     |                               |-- container process state, fd -->|
//!     |<------- proceed --------------|
//!     every further call may be held up, for the listener has what it needs
//! ```
//!
//! Between loading and telling the number the process makes one call, `write`; a profile that holds that one up is refused.
//! Source: config-linux.md, "The Container Process State".

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};
use rustix::process::{PidfdGetfdFlags, pidfd_getfd};
use serde::Serialize;
use tsorch_oci::{SPEC_VERSION, Seccomp, State};
use tsorch_sys::fd_passing::send_with_fds;

use crate::error::Failure;
use crate::step::Step;

const NOTIFY: &str = "SCMP_ACT_NOTIFY";

/// Who answers the calls that a profile holds up, and what it is told.
#[derive(Clone, Debug)]
pub(crate) struct Listener {
    path: PathBuf,
    metadata: Option<String>,
    /// State of the container, as of this process.
    state: State,
}

/// What the listener gets with the descriptor.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProcessState<'a> {
    oci_version: &'a str,
    fds: [&'a str; 1],
    pid: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a str>,
    state: &'a State,
}

/// Whether a profile holds any call up.
pub(super) fn is_used(profile: &Seccomp) -> bool {
    profile.syscalls.iter().any(|rule| rule.action == NOTIFY)
}

/// Refuses what could not work: a process that waits for an answer before anybody can give one.
pub(super) fn check(profile: &Seccomp) -> Result<(), Failure> {
    let refused = |what: &str| Failure::plain(format!("compile the system call filter: {what}"));
    let path = profile.listener_path.as_deref().unwrap_or_default();
    let metadata = profile.listener_metadata.as_deref().unwrap_or_default();
    if profile.default_action == NOTIFY {
        return Err(refused("SCMP_ACT_NOTIFY cannot be the default action"));
    }
    let holds_up_write = profile
        .syscalls
        .iter()
        .filter(|rule| rule.action == NOTIFY)
        .any(|rule| rule.names.iter().any(|name| name == "write"));
    if holds_up_write {
        return Err(refused("SCMP_ACT_NOTIFY cannot hold up write"));
    }
    if path.is_empty() && is_used(profile) {
        return Err(refused("SCMP_ACT_NOTIFY needs listenerPath"));
    }
    if path.is_empty() && !metadata.is_empty() {
        return Err(refused("listenerMetadata needs listenerPath"));
    }
    Ok(())
}

impl Listener {
    /// The listener of a profile that holds calls up; `state` is what it is told about the container.
    pub(crate) fn of(profile: Option<&Seccomp>, state: &State) -> Option<Self> {
        let profile = profile.filter(|profile| is_used(profile))?;
        Some(Self {
            path: PathBuf::from(profile.listener_path.as_deref()?),
            metadata: profile.listener_metadata.clone(),
            state: state.clone(),
        })
    }

    /// Takes descriptor `number` of a process and gives it to the listener.
    pub(crate) fn hand_over(
        &self,
        process: (i32, BorrowedFd<'_>),
        number: i32,
    ) -> Result<(), Failure> {
        let (pid, pidfd) = process;
        let name = || {
            let path = self.path.display();
            format!("hand the notifications to {path}")
        };
        let fd = pidfd_getfd(pidfd, number, PidfdGetfdFlags::empty())
            .step(|| "take the notification descriptor of the process")?;
        let message = ProcessState {
            oci_version: SPEC_VERSION,
            fds: ["seccompFd"],
            pid,
            metadata: self.metadata.as_deref(),
            state: &self.state,
        };
        let text = serde_json::to_vec(&message).map_err(|_| Failure::plain(name()))?;
        self.send(&text, &fd).step(name)
    }

    /// One message per connection; the descriptor goes with its first bytes.
    fn send(&self, text: &[u8], fd: &OwnedFd) -> Result<(), Errno> {
        let flags = SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
        connect(&socket, &SocketAddrUnix::new(&self.path)?)?;
        let mut sent = send_with_fds(&socket, text, &[fd.as_fd()])?;
        while sent < text.len() {
            sent += send_with_fds(&socket, &text[sent..], &[])?;
        }
        Ok(())
    }
}

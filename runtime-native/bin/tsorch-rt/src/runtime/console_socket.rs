//! `--console-socket`: the master of a terminal goes to a listener as an SCM_RIGHTS message, as with runc.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use anyhow::Context;

/// Sends `master` with the text `/dev/ptmx`.
pub(crate) fn send(master: &OwnedFd, socket: &Path) -> anyhow::Result<()> {
    let connection = UnixStream::connect(socket).context("cannot connect")?;
    tsorch_sys::fd_passing::send_with_fds(&connection, b"/dev/ptmx", &[master.as_fd()])?;
    Ok(())
}

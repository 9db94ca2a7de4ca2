//! Descriptors for listeners of the caller, as SCM_RIGHTS messages in runc's form: `--console-socket`, `--pidfd-socket`.

use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;

use anyhow::Context;

/// Hands over the master of a terminal, with the text `/dev/ptmx`.
pub(crate) fn send_console(master: impl AsFd, socket: &Path) -> anyhow::Result<()> {
    send(master.as_fd(), socket, b"/dev/ptmx")
        .with_context(|| format!("cannot hand the terminal to {}", socket.display()))
}

/// Hands over the pidfd of a process; the text is `standard` for a container's first process, `setns` for others.
pub(crate) fn send_pidfd(pidfd: impl AsFd, socket: &Path, text: &str) -> anyhow::Result<()> {
    send(pidfd.as_fd(), socket, text.as_bytes())
        .with_context(|| format!("cannot hand the pidfd to {}", socket.display()))
}

fn send(fd: BorrowedFd<'_>, socket: &Path, text: &[u8]) -> anyhow::Result<()> {
    let connection = UnixStream::connect(socket).context("cannot connect")?;
    tsorch_sys::fd_passing::send_with_fds(&connection, text, &[fd])?;
    Ok(())
}

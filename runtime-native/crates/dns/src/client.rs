//! hostd's side of the worker: forks it and tells it what to do.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::Duration;

use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_send_buffer_size_force, set_socket_timeout};
use rustix::net::{
    AddressFamily, RecvFlags, Shutdown, SocketFlags, SocketType, recv, shutdown, socketpair,
};
use rustix::process::{Signal, WaitId, WaitIdOptions, pidfd_send_signal, waitid};
use tsorch_sys::fd_passing::send_with_fds;
use tsorch_sys::fork::{Child, Forked, Parentage, become_child, exit_now, fork};

use crate::control::{Command, MAX_COMMAND_BYTES, OwnedName};
use crate::worker;

/// A worker that does not take a command or answer for this long is replaced.
const PATIENCE: Duration = Duration::from_secs(2);
/// Names of one command stay well below [`MAX_COMMAND_BYTES`].
const NAMES_BYTES: usize = 64 * 1024;
/// Addresses of a name in one command; the rest follows in others.
const ADDRESSES_PER_NAME: usize = 512;
/// Room for the longest command in the socket.
const SEND_BUFFER_BYTES: usize = 4 * MAX_COMMAND_BYTES;

/// Where the worker finds things.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// The host's `/etc/resolv.conf`.
    pub resolv_conf: PathBuf,
}

/// A running worker. Dropping it ends the worker, which closes everything it was given.
#[derive(Debug)]
pub struct Worker {
    socket: OwnedFd,
    child: Child,
}

impl Worker {
    /// Forks a worker. It keeps `lock`, so that whoever can lock that file knows it is gone, and nothing else of ours.
    ///
    /// # Errors
    /// What socketpair(2) and clone3(2) say.
    pub fn spawn(options: &WorkerOptions, lock: BorrowedFd<'_>) -> Result<Self, Errno> {
        let flags = SocketFlags::CLOEXEC;
        let (ours, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?;
        set_socket_send_buffer_size_force(&ours, SEND_BUFFER_BYTES)?;
        set_socket_timeout(&ours, Timeout::Send, Some(PATIENCE))?;
        set_socket_timeout(&ours, Timeout::Recv, Some(PATIENCE))?;
        match fork(Parentage::Child)? {
            Forked::Parent(child) => Ok(Self {
                socket: ours,
                child,
            }),
            Forked::Child => {
                let is_alone = become_child(&[theirs.as_fd(), lock]).is_ok();
                let code = if is_alone {
                    worker::run(theirs, options)
                } else {
                    125
                };
                exit_now(code)
            }
        }
    }

    /// Hangs up when the worker is gone.
    #[must_use]
    pub fn event_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// Its process id.
    #[must_use]
    pub fn pid(&self) -> rustix::process::Pid {
        self.child.pid
    }

    /// Whether it has closed its end.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        let mut byte = [0];
        match recv(
            &self.socket,
            &mut byte,
            RecvFlags::PEEK | RecvFlags::DONTWAIT,
        ) {
            Ok((count, _)) => count == 0,
            Err(errno) => !matches!(errno, Errno::AGAIN | Errno::INTR),
        }
    }

    /// Sends one command with the descriptors that belong to it.
    ///
    /// # Errors
    /// EPIPE when the worker is gone, EAGAIN when it does not read, EMSGSIZE when the command is too long.
    pub fn send(&self, command: &Command, fds: &[BorrowedFd<'_>]) -> Result<(), Errno> {
        let bytes = serde_json::to_vec(command).map_err(|_| Errno::INVAL)?;
        if bytes.len() > MAX_COMMAND_BYTES {
            return Err(Errno::MSGSIZE);
        }
        rustix::io::retry_on_intr(|| send_with_fds(&self.socket, &bytes, fds)).map(|_| ())
    }

    /// Replaces the names of `owner`.
    ///
    /// # Errors
    /// As [`Worker::send`].
    pub fn set_names(&self, owner: &str, names: &[OwnedName]) -> Result<(), Errno> {
        self.send(&Command::ForgetNames(owner.to_owned()), &[])?;
        for names in in_pieces(names) {
            self.send(
                &Command::AddNames {
                    owner: owner.to_owned(),
                    names,
                },
                &[],
            )?;
        }
        Ok(())
    }

    /// Waits until everything sent before is done.
    ///
    /// # Errors
    /// EPIPE when the worker is gone, EAGAIN when it does not answer in time.
    pub fn sync(&self) -> Result<(), Errno> {
        self.send(&Command::Sync, &[])?;
        let mut byte = [0];
        match rustix::io::retry_on_intr(|| recv(&self.socket, &mut byte, RecvFlags::empty())) {
            Ok((0, _)) => Err(Errno::PIPE),
            Ok(_) => Ok(()),
            Err(errno) => Err(errno),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = shutdown(&self.socket, Shutdown::Both);
        // It ends by itself when its socket is shut; one that hangs does not.
        let _ = pidfd_send_signal(&self.child.pidfd, Signal::KILL);
        // Whoever reaps all children may have been faster.
        let _ = waitid(
            WaitId::PidFd(self.child.pidfd.as_fd()),
            WaitIdOptions::EXITED,
        );
    }
}

fn in_pieces(names: &[OwnedName]) -> Vec<Vec<OwnedName>> {
    let mut pieces: Vec<Vec<OwnedName>> = Vec::new();
    let mut room = 0;
    for name in names {
        for addresses in chunks_or_none(&name.addresses) {
            let part = OwnedName {
                addresses: addresses.to_vec(),
                ..name.clone()
            };
            // Generous: quotes, keys and the longest text of an address.
            let bytes = part.network.len() + part.name.len() + 48 * part.addresses.len() + 64;
            if bytes > room {
                pieces.push(Vec::new());
                room = NAMES_BYTES;
            }
            room = room.saturating_sub(bytes);
            if let Some(piece) = pieces.last_mut() {
                piece.push(part);
            }
        }
    }
    pieces
}

/// A name without addresses exists too.
fn chunks_or_none(addresses: &[std::net::IpAddr]) -> Vec<&[std::net::IpAddr]> {
    if addresses.is_empty() {
        return vec![&[]];
    }
    addresses.chunks(ADDRESSES_PER_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names_so_that_every_command_fits() {
        let name = |n: usize, count: usize| OwnedName {
            network: "shop_default".to_owned(),
            name: format!("name-{n}"),
            addresses: vec!["fd00:1111:2222:3333:4444:5555:6666:7777".parse().unwrap(); count],
        };
        let names: Vec<OwnedName> = (0..500)
            .map(|n| name(n, 10))
            .chain([name(500, 5000), name(501, 0)])
            .collect();
        let pieces = in_pieces(&names);
        for piece in &pieces {
            let command = Command::AddNames {
                owner: "s/w".to_owned(),
                names: piece.clone(),
            };
            assert!(serde_json::to_vec(&command).unwrap().len() < MAX_COMMAND_BYTES);
        }
        let total: usize = pieces
            .iter()
            .flatten()
            .map(|part| part.addresses.len())
            .sum();
        assert_eq!(total, 10_000);
        assert!(pieces.iter().flatten().any(|part| part.name == "name-501"));
    }
}

//! A child that does what cannot be undone, on behalf of its maker: it goes where it could not come back from, makes a
//! process there that is the maker's child, tells it and ends.

use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use rustix::process::Pid;
use tsorch_sys::child::reap_waiting;
use tsorch_sys::execute::set_undumpable;
use tsorch_sys::fd_passing::{receive_with_fds, send_with_fds};
use tsorch_sys::fork::{Child, Forked, Parentage, exit_now, fork};

use crate::error::Failure;
use crate::step::Step;

/// Longest message in bytes.
const MOST: usize = 4096;

/// Lets a messenger do `errand`, which ends in a clone with [`Parentage::Sibling`]; gives what that clone would have
/// given the caller. Returns in the caller and in the new process.
pub(crate) fn send(errand: impl FnOnce() -> Result<Forked, Failure>) -> Result<Forked, Failure> {
    let (ours, theirs) = socketpair(
        AddressFamily::UNIX,
        SocketType::SEQPACKET,
        SocketFlags::CLOEXEC,
        None,
    )
    .step(|| "make a socket pair")?;
    // It keeps all descriptors: the new process takes its own from them.
    match fork(Parentage::Child).step(|| "fork a messenger")? {
        Forked::Parent(messenger) => {
            drop(theirs);
            let answer = receive(&ours);
            let _ = reap_waiting(messenger.pid);
            answer.map(Forked::Parent)
        }
        Forked::Child => {
            // Whoever lives where it goes must not look into it.
            match set_undumpable()
                .step(|| "hide the messenger")
                .and_then(|()| errand())
            {
                Ok(Forked::Child) => return Ok(Forked::Child),
                Ok(Forked::Parent(child)) => tell_child(&theirs, &child),
                Err(failure) => tell_failure(&theirs, &failure),
            }
            exit_now(0)
        }
    }
}

fn tell_child(theirs: &OwnedFd, child: &Child) {
    let number = child.pid.as_raw_nonzero().get().to_ne_bytes();
    let _ = send_with_fds(theirs, &number, &[child.pidfd.as_fd()]);
}

fn tell_failure(theirs: &OwnedFd, failure: &Failure) {
    let mut bytes = failure.errno.unwrap_or(0).to_ne_bytes().to_vec();
    bytes.extend(failure.step.bytes().take(MOST - 4));
    let _ = send_with_fds(theirs, &bytes, &[]);
}

fn receive(ours: &OwnedFd) -> Result<Child, Failure> {
    let name = || "hear from the messenger";
    let mut buffer = [0u8; MOST];
    let (count, mut fds) = loop {
        match receive_with_fds(ours, &mut buffer) {
            Err(Errno::INTR) => {}
            done => break done.step(name)?,
        }
    };
    let Some((number, text)) = buffer[..count].split_first_chunk::<4>() else {
        return Err(Failure::plain("the messenger ended without a word"));
    };
    let number = i32::from_ne_bytes(*number);
    match (fds.pop(), Pid::from_raw(number)) {
        (Some(pidfd), Some(pid)) => Ok(Child { pid, pidfd }),
        _ => Err(Failure {
            step: String::from_utf8_lossy(text).into_owned(),
            errno: (number != 0).then_some(number),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tsorch_sys::clone::{Namespaces, clone_as};

    #[test]
    fn the_new_process_is_the_callers_child() {
        let sent = send(|| clone_as(Parentage::Sibling, Namespaces::NONE, None).step(|| "clone"));
        match sent.expect("sent") {
            Forked::Child => exit_now(9),
            Forked::Parent(child) => {
                assert_eq!(reap_waiting(child.pid).expect("ours").ending.code(), 9);
            }
        }
    }

    #[test]
    fn a_failure_of_the_errand_comes_back() {
        let failure = Failure::new("enter nothing", Errno::PERM);
        let expected = failure.clone();
        assert_eq!(send(|| Err(failure)).err(), Some(expected));
    }
}

//! Deletes links in a process of its own: the kernel lets the caller wait for RCU, some 20 ms per call.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};
use tsorch_sys::fork::{Forked, Parentage, become_child, exit_now, fork};
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use crate::link::requests::delete_link;
use crate::netlink::Socket;

/// Deletions under way.
#[derive(Debug, Default)]
pub(crate) struct LinkReaper {
    running: Vec<Deletion>,
}

#[derive(Debug)]
struct Deletion {
    links: Vec<String>,
    process: Watched<OwnedFd>,
}

impl LinkReaper {
    /// Begins to delete `links`; those that are gone already are no error.
    pub(crate) fn delete(
        &mut self,
        links: Vec<String>,
        poller: &Poller,
        token: u64,
    ) -> Result<(), Errno> {
        if links.is_empty() {
            return Ok(());
        }
        let child = match fork(Parentage::Child)? {
            Forked::Parent(child) => child,
            Forked::Child => exit_now(u8::from(delete_all(&links).is_err())),
        };
        let process = poller.watch(child.pidfd, token, EventFlags::IN)?;
        self.running.push(Deletion { links, process });
        Ok(())
    }

    /// Whether `link` is about to vanish.
    pub(crate) fn is_deleting(&self, link: &str) -> bool {
        self.running
            .iter()
            .any(|deletion| deletion.links.iter().any(|one| one == link))
    }

    /// Lets go of what has ended.
    pub(crate) fn reap(&mut self) {
        self.running.retain(|deletion| !deletion.has_ended());
    }

    /// Waits until `link` is not being deleted any more, before it is made again.
    pub(crate) fn wait_for(&mut self, link: &str) -> Result<(), Errno> {
        let concerns = |deletion: &&Deletion| deletion.links.iter().any(|one| one == link);
        for deletion in self.running.iter().filter(concerns) {
            deletion.wait()?;
        }
        self.reap();
        Ok(())
    }

    /// Waits for all of them.
    pub(crate) fn wait_for_all(&mut self) -> Result<(), Errno> {
        for deletion in &self.running {
            deletion.wait()?;
        }
        self.reap();
        Ok(())
    }
}

impl Deletion {
    fn process(&self) -> BorrowedFd<'_> {
        (*self.process).as_fd()
    }

    fn wait(&self) -> Result<(), Errno> {
        let mut fds = [PollFd::from_borrowed_fd(self.process(), PollFlags::IN)];
        rustix::io::retry_on_intr(|| poll(&mut fds, None)).map(|_| ())
    }

    /// Reaps it, unless whoever reaps all children was faster.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG;
        match waitid(WaitId::PidFd(self.process()), options) {
            Ok(status) => status.is_some(),
            Err(errno) => errno == Errno::CHILD,
        }
    }
}

fn delete_all(links: &[String]) -> Result<(), Errno> {
    become_child(&[])?;
    let mut socket = Socket::open(None)?;
    for link in links {
        // One that is gone, or not ours to delete, does not keep the others.
        let _ = socket.request(delete_link(link));
    }
    Ok(())
}

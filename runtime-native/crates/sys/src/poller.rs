//! epoll(7) whose registrations end with their owner.
//!
//! A registration belongs to the open file description, not to the descriptor: a child that was cloned without execve(2)
//! keeps it alive when we only close our descriptor, and the event then fires for ever. So [`Watched`] deletes its
//! registration before its source is closed.
#![expect(
    unsafe_code,
    reason = "a descriptor is named to the kernel before its owner closes it"
)]

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::rc::Rc;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

pub use rustix::event::epoll::EventFlags;

/// Most events taken at once; the others come with the next wait.
const BATCH: usize = 16;

/// One epoll instance.
#[derive(Clone, Debug)]
pub struct Poller(Rc<OwnedFd>);

/// A source is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// Given at [`Poller::watch`].
    pub token: u64,
    /// Which of them; ERR and HUP come unasked.
    pub flags: EventFlags,
}

impl Poller {
    /// A new instance: never use one inherited across a fork.
    ///
    /// # Errors
    /// When descriptors or memory are exhausted.
    pub fn new() -> Result<Self, Errno> {
        Ok(Self(Rc::new(epoll::create(epoll::CreateFlags::CLOEXEC)?)))
    }

    /// Watches `source` level-triggered; no flags = not yet.
    ///
    /// # Errors
    /// What epoll_ctl(2) says; EPERM for a regular file.
    pub fn watch<S: AsFd>(
        &self,
        source: S,
        token: u64,
        flags: EventFlags,
    ) -> Result<Watched<S>, Errno> {
        let registration = Registration {
            poller: self.clone(),
            descriptor: source.as_fd().as_raw_fd(),
            token,
            flags: EventFlags::empty(),
        };
        let mut watched = Watched {
            registration,
            source,
        };
        watched.set_flags(flags)?;
        Ok(watched)
    }

    /// Waits until something is ready, or `timeout` has passed (`None` = for ever), and puts it into `ready`, whose old
    /// content is dropped.
    ///
    /// # Errors
    /// What epoll_wait(2) says, except EINTR.
    pub fn wait(&self, timeout: Option<Duration>, ready: &mut Vec<Ready>) -> Result<(), Errno> {
        ready.clear();
        let timeout = timeout.map(|timeout| Timespec {
            tv_sec: i64::try_from(timeout.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(timeout.subsec_nanos()),
        });
        let mut events = Vec::with_capacity(BATCH);
        match epoll::wait(&*self.0, spare_capacity(&mut events), timeout.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
        ready.extend(events.iter().map(|event| Ready {
            token: event.data.u64(),
            flags: event.flags,
        }));
        Ok(())
    }
}

impl AsFd for Poller {
    /// Readable while a source is ready, so that one event loop can watch another's sources.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// A source with its registration, which ends before the source is closed. Reads and writes go through `Deref`.
#[derive(Debug)]
pub struct Watched<S: AsFd> {
    /// Before `source`: fields are dropped in the order of their declaration.
    registration: Registration,
    source: S,
}

impl<S: AsFd> Watched<S> {
    /// Changes what is waited for. With no flags the source is not registered at all: HUP and ERR would be told
    /// nevertheless, again and again.
    ///
    /// # Errors
    /// What epoll_ctl(2) says.
    pub fn set_flags(&mut self, flags: EventFlags) -> Result<(), Errno> {
        self.registration.set_flags(&self.source, flags)
    }

    /// What is waited for.
    #[must_use]
    pub fn flags(&self) -> EventFlags {
        self.registration.flags
    }

    /// Ends the registration and gives the source back.
    #[must_use]
    pub fn into_source(self) -> S {
        drop(self.registration);
        self.source
    }
}

impl<S: AsFd> std::ops::Deref for Watched<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.source
    }
}

impl<S: AsFd> std::ops::DerefMut for Watched<S> {
    fn deref_mut(&mut self) -> &mut S {
        &mut self.source
    }
}

/// One entry of an epoll instance; none while `flags` is empty.
#[derive(Debug)]
struct Registration {
    poller: Poller,
    descriptor: RawFd,
    token: u64,
    flags: EventFlags,
}

impl Registration {
    fn set_flags(&mut self, source: &impl AsFd, flags: EventFlags) -> Result<(), Errno> {
        let data = epoll::EventData::new_u64(self.token);
        let poller = &*self.poller.0;
        match (self.flags.is_empty(), flags.is_empty()) {
            _ if self.flags == flags => {}
            (true, _) => epoll::add(poller, source, data, flags)?,
            (false, true) => epoll::delete(poller, source)?,
            (false, false) => epoll::modify(poller, source, data, flags)?,
        }
        self.flags = flags;
        Ok(())
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if self.flags.is_empty() {
            return;
        }
        // SAFETY: the source that owns this descriptor stands behind this value in `Watched` and is dropped after it.
        let source = unsafe { BorrowedFd::borrow_raw(self.descriptor) };
        // Fails only when the entry is gone already.
        let _ = epoll::delete(&*self.poller.0, source);
    }
}

#[cfg(test)]
mod tests {
    use super::{EventFlags, Poller};
    use std::time::Duration;

    #[test]
    fn a_dropped_source_fires_no_more_though_a_copy_of_its_descriptor_lives() {
        let poller = Poller::new().unwrap();
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        let copy = reader.try_clone().unwrap();
        let watched = poller.watch(reader, 7, EventFlags::IN).unwrap();
        rustix::io::write(&writer, b"x").unwrap();

        let mut ready = Vec::new();
        poller.wait(None, &mut ready).unwrap();
        assert_eq!(ready.iter().map(|one| one.token).collect::<Vec<_>>(), [7]);

        drop(watched);
        poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
        assert!(ready.is_empty());
        drop(copy);
    }

    #[test]
    fn a_source_without_flags_does_not_tell_a_hang_up() {
        let poller = Poller::new().unwrap();
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        let mut watched = poller.watch(reader, 1, EventFlags::IN).unwrap();
        drop(writer);
        watched.set_flags(EventFlags::empty()).unwrap();
        let mut ready = Vec::new();
        poller.wait(Some(Duration::ZERO), &mut ready).unwrap();
        assert!(ready.is_empty());
        watched.set_flags(EventFlags::IN).unwrap();
        poller.wait(None, &mut ready).unwrap();
        assert_eq!(ready.len(), 1);
    }
}

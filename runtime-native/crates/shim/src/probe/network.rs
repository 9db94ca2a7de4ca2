//! A probe over a socket: connects, talks, finds. Nothing in here waits; the event loop says when the socket is ready.

use std::net::IpAddr;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::io::Errno;
use rustix::net::SendFlags;
use rustix::net::sockopt::socket_error;
use rustix::process::Pid;
use tsorch_sys::poller::{EventFlags, Poller, Watched};
use tsorch_sys::root::Root;

use super::config::{Check, Endpoint};
use super::dialogue::{Dialogue, End, Progress};
use super::result::ProbeResult;
use super::route::{Route, candidates, connect_failed, watch};
use super::socket::{Namespace, connect_to_path};

/// More than this is not read of an answer.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Read at once.
const PIECE_BYTES: usize = 4096;

/// The container as a probe needs it.
pub(crate) struct Target<'a> {
    /// Its first process, not reaped.
    pub(crate) pid: Pid,
    pub(crate) root: &'a Root,
    /// Where the last probe got a connection.
    pub(crate) known: Option<IpAddr>,
}

/// One probe.
#[derive(Debug)]
pub(crate) struct NetworkProbe {
    dialogue: Dialogue,
    socket: Watched<OwnedFd>,
    /// Where the socket leads; `None` for one with a path.
    address: Option<IpAddr>,
    route: Option<Route>,
    stage: Stage,
    outgoing: Vec<u8>,
    received: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connecting,
    Talking,
}

/// How far a probe has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Waiting,
    /// The result is known; the rest of the answer is awaited a moment, out of politeness.
    Known,
    Ended(ProbeResult),
}

impl NetworkProbe {
    /// Begins; an error is the probe's result.
    pub(crate) fn begin(
        poller: &Poller,
        check: &Check,
        target: &Target<'_>,
    ) -> Result<Self, ProbeResult> {
        let Some((dialogue, to)) = Dialogue::for_check(check) else {
            return Err(ProbeResult::failed("a program needs no connection"));
        };
        let (socket, address, route) = match to {
            Endpoint::Socket { socket: path } => {
                (watch_path(poller, target.root, path)?, None, None)
            }
            Endpoint::Port { port, address } => {
                let namespace = Namespace::of(target.pid)
                    .map_err(|errno| host_failed("find the network", errno))?;
                let candidates = candidates(*address, target.known);
                let mut route = Route::new(poller, namespace, (*port, candidates));
                let (socket, address) = route.next(Errno::CONNREFUSED)?;
                (socket, Some(address), Some(route))
            }
        };
        Ok(Self {
            dialogue,
            socket,
            address,
            route,
            stage: Stage::Connecting,
            outgoing: Vec::new(),
            received: 0,
        })
    }

    /// Where a connection came about.
    pub(crate) fn reached(&self) -> Option<IpAddr> {
        self.address.filter(|_| self.stage == Stage::Talking)
    }

    /// The socket is ready.
    pub(crate) fn on_ready(&mut self, flags: EventFlags) -> Step {
        self.advance(flags).unwrap_or_else(Step::Ended)
    }

    /// There is no more time.
    pub(crate) fn expire(&self) -> ProbeResult {
        match self.stage {
            Stage::Connecting => ProbeResult::timed_out("no connection in time"),
            Stage::Talking => self.dialogue.finding(End::Expired),
        }
    }

    fn advance(&mut self, flags: EventFlags) -> Result<Step, ProbeResult> {
        if self.stage == Stage::Connecting {
            return self.finish_connecting();
        }
        if flags.contains(EventFlags::OUT) {
            self.send()?;
        }
        if flags.intersects(EventFlags::IN | EventFlags::HUP | EventFlags::ERR) {
            return self.receive();
        }
        Ok(Step::Waiting)
    }

    fn finish_connecting(&mut self) -> Result<Step, ProbeResult> {
        if let Err(errno) = socket_error(&*self.socket).and_then(|outcome| outcome) {
            let Some(route) = &mut self.route else {
                return Err(connect_failed(errno, "to the socket"));
            };
            let (socket, address) = route.next(errno)?;
            self.socket = socket;
            self.address = Some(address);
            return Ok(Step::Waiting);
        }
        self.stage = Stage::Talking;
        self.route = None;
        self.outgoing = self.dialogue.opening();
        if self.outgoing.is_empty() {
            return Ok(Step::Ended(self.dialogue.finding(End::Complete)));
        }
        self.send()?;
        Ok(Step::Waiting)
    }

    /// Sends what there is to be said, as far as the socket takes it.
    fn send(&mut self) -> Result<(), ProbeResult> {
        while !self.outgoing.is_empty() {
            match rustix::net::send(&*self.socket, &self.outgoing, SendFlags::NOSIGNAL) {
                Ok(sent) => drop(self.outgoing.drain(..sent)),
                Err(Errno::INTR) => {}
                // What the server has said before it closed may tell why; so it is read, not sent.
                Err(Errno::AGAIN | Errno::PIPE | Errno::CONNRESET) => break,
                Err(errno) => return Err(host_failed("send the request", errno)),
            }
        }
        let mut flags = EventFlags::IN;
        if !self.outgoing.is_empty() {
            flags |= EventFlags::OUT;
        }
        self.socket
            .set_flags(flags)
            .map_err(|errno| host_failed("watch the socket", errno))
    }

    fn receive(&mut self) -> Result<Step, ProbeResult> {
        let mut piece = [0; PIECE_BYTES];
        loop {
            let count = match rustix::io::read(&*self.socket, &mut piece) {
                Ok(0) | Err(Errno::CONNRESET | Errno::PIPE) => {
                    return Ok(Step::Ended(self.dialogue.finding(End::Closed)));
                }
                Ok(count) => count,
                Err(Errno::INTR) => continue,
                Err(Errno::AGAIN) => return Ok(Step::Waiting),
                Err(errno) => return Err(host_failed("read the answer", errno)),
            };
            self.received += count;
            let progress = self
                .dialogue
                .take(piece.get(..count).unwrap_or_default(), &mut self.outgoing);
            if progress == Progress::Over || self.received > MAX_ANSWER_BYTES {
                return Ok(Step::Ended(self.dialogue.finding(End::Complete)));
            }
            self.send()?;
            if progress == Progress::Known && count < PIECE_BYTES {
                return Ok(Step::Known);
            }
        }
    }
}

fn watch_path(poller: &Poller, root: &Root, path: &Path) -> Result<Watched<OwnedFd>, ProbeResult> {
    let socket = connect_to_path(root, path);
    let watched = socket.and_then(|socket| watch(poller, socket));
    watched.map_err(|errno| match errno {
        Errno::AGAIN => ProbeResult::failed(format!("the queue of {} is full", path.display())),
        errno => connect_failed(errno, &format!("to {}", path.display())),
    })
}

fn host_failed(step: &str, errno: Errno) -> ProbeResult {
    ProbeResult::failed(format!("cannot {step}: {errno}"))
}

//! A probe over a socket: connects, talks, finds. Nothing in here waits; the event loop says when the socket is ready.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::io::Errno;
use rustix::net::sockopt::socket_error;
use rustix::net::{AddressFamily, SendFlags};
use rustix::process::Pid;
use tsorch_sys::interface_address::ipv4_of;
use tsorch_sys::poller::{EventFlags, Poller, Watched};
use tsorch_sys::root::Root;

use super::config::{Check, Endpoint};
use super::dialogue::{Dialogue, End, Progress};
use super::result::ProbeResult;
use super::socket::{Namespace, begin_connect, connect_to_path};
use crate::token::Token;

/// More than this is not read of an answer.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Read at once.
const PIECE_BYTES: usize = 4096;
/// The container's first interface.
const INTERFACE: &str = "eth0";

/// The container as a probe needs it.
pub(crate) struct Target<'a> {
    /// Its first process, not reaped.
    pub(crate) pid: Pid,
    pub(crate) root: &'a Root,
    /// Where the last probe got a connection.
    pub(crate) known: Option<IpAddr>,
}

/// Where a server may listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Candidate {
    Address(IpAddr),
    /// The address of the first interface.
    Interface,
}

/// One probe.
#[derive(Debug)]
pub(crate) struct NetworkProbe {
    dialogue: Dialogue,
    socket: Watched<OwnedFd>,
    /// Where the socket leads; `None` for one with a path.
    address: Option<IpAddr>,
    others: Option<Others>,
    stage: Stage,
    outgoing: Vec<u8>,
    received: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connecting,
    Talking,
}

/// What can be tried when nothing listens at an address.
#[derive(Debug)]
struct Others {
    namespace: Namespace,
    port: u16,
    candidates: VecDeque<Candidate>,
    poller: Poller,
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
        let (socket, address, others) = match to {
            Endpoint::Socket { socket: path } => {
                (watch_path(poller, target.root, path)?, None, None)
            }
            Endpoint::Port { port, address } => {
                let namespace = Namespace::of(target.pid)
                    .map_err(|errno| host_failed("find the network", errno))?;
                let candidates = candidates(*address, target.known);
                let mut others = Others {
                    namespace,
                    port: *port,
                    candidates,
                    poller: poller.clone(),
                };
                let (socket, address) = others.next(Errno::CONNREFUSED)?;
                (socket, Some(address), Some(others))
            }
        };
        Ok(Self {
            dialogue,
            socket,
            address,
            others,
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
            let Some(others) = &mut self.others else {
                return Err(connect_failed(errno, "to the socket"));
            };
            let (socket, address) = others.next(errno)?;
            self.socket = socket;
            self.address = Some(address);
            return Ok(Step::Waiting);
        }
        self.stage = Stage::Talking;
        self.others = None;
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

impl Others {
    /// Goes on with the next candidate that can be tried, or tells why the last could not be reached.
    fn next(&mut self, mut last: Errno) -> Result<(Watched<OwnedFd>, IpAddr), ProbeResult> {
        while let Some(candidate) = self.candidates.pop_front() {
            match self.attempt(candidate) {
                Ok(begun) => return Ok(begun),
                // That an address does not exist says less than what was found at one that does.
                Err(Errno::NODEV | Errno::ADDRNOTAVAIL | Errno::AFNOSUPPORT) => {}
                Err(errno) => last = errno,
            }
        }
        Err(connect_failed(last, &format!("to port {}", self.port)))
    }

    fn attempt(&self, candidate: Candidate) -> Result<(Watched<OwnedFd>, IpAddr), Errno> {
        let family = match candidate {
            Candidate::Address(IpAddr::V6(_)) => AddressFamily::INET6,
            _ => AddressFamily::INET,
        };
        let socket = self.namespace.tcp_socket(family)?;
        let address = match candidate {
            Candidate::Address(address) => address,
            Candidate::Interface => IpAddr::V4(ipv4_of(&socket, INTERFACE)?),
        };
        begin_connect(&socket, (address, self.port))?;
        Ok((watch(&self.poller, socket)?, address))
    }
}

/// In the order of trying; the one that was good last time first.
fn candidates(wanted: Option<IpAddr>, known: Option<IpAddr>) -> VecDeque<Candidate> {
    if let Some(address) = wanted {
        return VecDeque::from([Candidate::Address(address)]);
    }
    let loopback = [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ];
    let known_first = known.into_iter().chain(
        loopback
            .into_iter()
            .filter(|address| Some(*address) != known),
    );
    known_first
        .map(Candidate::Address)
        .chain([Candidate::Interface])
        .collect()
}

fn watch_path(poller: &Poller, root: &Root, path: &Path) -> Result<Watched<OwnedFd>, ProbeResult> {
    let socket = connect_to_path(root, path);
    let watched = socket.and_then(|socket| watch(poller, socket));
    watched.map_err(|errno| match errno {
        Errno::AGAIN => ProbeResult::failed(format!("the queue of {} is full", path.display())),
        errno => connect_failed(errno, &format!("to {}", path.display())),
    })
}

fn watch(poller: &Poller, socket: OwnedFd) -> Result<Watched<OwnedFd>, Errno> {
    poller.watch(socket, Token::Probe.to_bits(), EventFlags::OUT)
}

fn connect_failed(errno: Errno, place: &str) -> ProbeResult {
    ProbeResult::failed(format!("cannot connect {place}: {errno}"))
}

fn host_failed(step: &str, errno: Errno) -> ProbeResult {
    ProbeResult::failed(format!("cannot {step}: {errno}"))
}

#[cfg(test)]
mod tests {
    use super::{Candidate, candidates};
    use std::net::IpAddr;

    fn address(text: &str) -> Candidate {
        Candidate::Address(text.parse().unwrap())
    }

    #[test]
    fn the_loopback_addresses_come_before_the_interface() {
        let expected = [address("127.0.0.1"), address("::1"), Candidate::Interface];
        assert_eq!(candidates(None, None), expected);
    }

    #[test]
    fn what_was_good_is_tried_first_and_what_is_configured_alone() {
        let known: Option<IpAddr> = "10.0.0.2".parse().ok();
        let expected = [
            address("10.0.0.2"),
            address("127.0.0.1"),
            address("::1"),
            Candidate::Interface,
        ];
        assert_eq!(candidates(None, known), expected);
        let six: Option<IpAddr> = "::1".parse().ok();
        assert_eq!(candidates(None, six).len(), 3);
        assert_eq!(candidates(six, known), [address("::1")]);
    }
}

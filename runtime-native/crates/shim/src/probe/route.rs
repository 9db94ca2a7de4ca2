//! Where a server in the container may be found, and the way there.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::AddressFamily;
use tsorch_sys::interface_address::ipv4_of;
use tsorch_sys::poller::{EventFlags, Poller, Watched};

use super::result::ProbeResult;
use super::socket::{Namespace, begin_connect};
use crate::token::Token;

/// The container's first interface.
const INTERFACE: &str = "eth0";

/// Where a server may listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Candidate {
    Address(IpAddr),
    /// The address of the first interface.
    Interface,
}

/// What can be tried when nothing listens at an address.
#[derive(Debug)]
pub(crate) struct Route {
    namespace: Namespace,
    port: u16,
    candidates: VecDeque<Candidate>,
    poller: Poller,
}

impl Route {
    pub(crate) fn new(
        poller: &Poller,
        namespace: Namespace,
        (port, candidates): (u16, VecDeque<Candidate>),
    ) -> Self {
        Self {
            namespace,
            port,
            candidates,
            poller: poller.clone(),
        }
    }

    /// Goes on with the next candidate that can be tried, or tells why the last could not be reached.
    pub(crate) fn next(
        &mut self,
        mut last: Errno,
    ) -> Result<(Watched<OwnedFd>, IpAddr), ProbeResult> {
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
pub(crate) fn candidates(wanted: Option<IpAddr>, known: Option<IpAddr>) -> VecDeque<Candidate> {
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

pub(crate) fn watch(poller: &Poller, socket: OwnedFd) -> Result<Watched<OwnedFd>, Errno> {
    poller.watch(socket, Token::Probe.to_bits(), EventFlags::OUT)
}

pub(crate) fn connect_failed(errno: Errno, place: &str) -> ProbeResult {
    ProbeResult::failed(format!("cannot connect {place}: {errno}"))
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

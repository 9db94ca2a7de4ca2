//! Counters of a link.

use rustix::io::Errno;

use crate::counters::Traffic;
use crate::link::requests::{LINK_HEADER_BYTES, link_request};
use crate::netlink::{Refusal, Socket};

const IFLA_STATS64: u16 = 23;

/// Both directions of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LinkCounters {
    pub(crate) received: Traffic,
    pub(crate) sent: Traffic,
}

/// The counters of the link `name`; `None` when there is no such link.
pub(crate) fn counters_of(
    socket: &mut Socket,
    name: &str,
) -> Result<Option<LinkCounters>, Refusal> {
    match socket.get(link_request(name)) {
        Ok(reply) => {
            let attributes = reply.attributes(LINK_HEADER_BYTES);
            Ok(attributes.bytes(IFLA_STATS64).and_then(parse))
        }
        Err(Refusal {
            errno: Errno::NODEV,
            ..
        }) => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// The beginning of `struct rtnl_link_stats64`: packets, bytes, errors, dropped; of each first received, then sent.
fn parse(bytes: &[u8]) -> Option<LinkCounters> {
    let number = |index: usize| -> Option<u64> {
        let eight = bytes.get(index * 8..)?.first_chunk()?;
        Some(u64::from_ne_bytes(*eight))
    };
    let traffic = |direction: usize| {
        Some(Traffic {
            packets: number(direction)?,
            bytes: number(2 + direction)?,
            errors: number(4 + direction)?,
            dropped: number(6 + direction)?,
        })
    };
    Some(LinkCounters {
        received: traffic(0)?,
        sent: traffic(1)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_directions() {
        let bytes: Vec<u8> = (1..=8u64).flat_map(u64::to_ne_bytes).collect();
        let counters = parse(&bytes).unwrap();
        assert_eq!((counters.received.packets, counters.sent.packets), (1, 2));
        assert_eq!((counters.received.bytes, counters.sent.bytes), (3, 4));
        assert_eq!((counters.received.errors, counters.sent.errors), (5, 6));
        assert_eq!((counters.received.dropped, counters.sent.dropped), (7, 8));
        assert_eq!(parse(&bytes[..60]), None);
    }

    #[test]
    fn a_link_that_is_not_there_has_none() {
        let mut socket = Socket::open(None).unwrap();
        assert_eq!(counters_of(&mut socket, "no-such-link-x").unwrap(), None);
        assert!(counters_of(&mut socket, "lo").unwrap().is_some());
    }
}

//! Ends UDP flows that were translated to a target which is none any more. conntrack keeps a flow's translation as long as
//! datagrams come; TCP connections end by themselves, and established ones shall stay with the old target.
//!
//! include/uapi/linux/netfilter/nfnetlink_conntrack.h

use std::collections::BTreeSet;
use std::net::IpAddr;

use rustix::io::Errno;
use rustix::net::netlink;

use crate::api::Target;
use crate::link::requests::{AF_INET, AF_INET6};
use crate::netlink::{Attributes, Message, Refusal, Socket};

const SUBSYSTEM: u16 = 1;
const IPCTNL_MSG_CT_GET: u16 = 1;
const IPCTNL_MSG_CT_DELETE: u16 = 2;
/// `struct nfgenmsg`
const HEADER_BYTES: usize = 4;

const CTA_TUPLE_ORIG: u16 = 1;
const CTA_TUPLE_REPLY: u16 = 2;
const CTA_STATUS: u16 = 3;
const CTA_ID: u16 = 12;
const CTA_FILTER: u16 = 25;
const CTA_TUPLE_IP: u16 = 1;
const CTA_TUPLE_PROTO: u16 = 2;
const CTA_PROTO_NUM: u16 = 1;
const CTA_PROTO_SRC_PORT: u16 = 2;
const CTA_PROTO_DST_PORT: u16 = 3;
const UDP: u8 = 17;
/// `IPS_DST_NAT`
const STATUS_DNAT: u32 = 0x20;

/// A socket for conntrack. Never closed: closing waits for RCU.
#[derive(Debug)]
pub(crate) struct Conntrack {
    socket: Socket,
}

/// Where a published UDP port led and leads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retargeting<'a> {
    pub(crate) port: u16,
    /// Flows to other addresses of the host are not ours.
    pub(crate) host_address: Option<IpAddr>,
    pub(crate) before: &'a BTreeSet<Target>,
    pub(crate) after: &'a BTreeSet<Target>,
    /// Addresses of the host: a flow to one of them that was not translated went to the local proxy.
    pub(crate) local: &'a BTreeSet<IpAddr>,
}

/// One flow.
struct Flow<'a> {
    /// As it came, to name the flow when deleting it.
    original: &'a [u8],
    id: u32,
    to: IpAddr,
    port: u16,
    translated_to: Option<Target>,
}

impl Conntrack {
    pub(crate) fn open() -> Result<Self, Errno> {
        Ok(Self {
            socket: Socket::open(Some(netlink::NETFILTER))?,
        })
    }

    /// Ends the flows that go on to a former target. A kernel without conntrack has none.
    pub(crate) fn end_stale_flows(&mut self, change: Retargeting<'_>) -> Result<usize, Refusal> {
        let mut ended = 0;
        for family in [AF_INET, AF_INET6] {
            let requests = match self.deletions(family, change) {
                Ok(requests) => requests,
                Err(refusal) if is_absent(&refusal) => continue,
                Err(refusal) => return Err(refusal),
            };
            ended += requests.len();
            match self.socket.request_all(requests) {
                // It ended by itself.
                Ok(())
                | Err((
                    _,
                    Refusal {
                        errno: Errno::NOENT,
                        ..
                    },
                )) => {}
                Err((_, refusal)) => return Err(refusal),
            }
        }
        Ok(ended)
    }

    fn deletions(&mut self, family: u8, change: Retargeting<'_>) -> Result<Vec<Message>, Refusal> {
        let filtered = self.socket.dump(&get(family, Some(change.port)));
        let replies = match filtered {
            // Filters are known since Linux 5.8.
            Err(Refusal {
                errno: Errno::INVAL | Errno::OPNOTSUPP,
                ..
            }) => self.socket.dump(&get(family, None))?,
            other => other?,
        };
        let flows = replies
            .iter()
            .filter_map(|reply| flow_of(reply.attributes(HEADER_BYTES)));
        let stale = flows.filter(|flow| flow.is_stale(change));
        Ok(stale.map(|flow| delete(family, &flow)).collect())
    }
}

impl Flow<'_> {
    fn is_stale(&self, change: Retargeting<'_>) -> bool {
        if self.port != change.port || change.host_address.is_some_and(|ours| ours != self.to) {
            return false;
        }
        match self.translated_to {
            Some(target) => change.before.contains(&target) && !change.after.contains(&target),
            None => {
                !change.after.is_empty()
                    && !self.to.is_loopback()
                    && change.local.contains(&self.to)
            }
        }
    }
}

fn get(family: u8, port: Option<u16>) -> Message {
    const ORIGINAL_FLAGS: u16 = 1;
    const REPLY_FLAGS: u16 = 2;
    const BY_PROTOCOL: u32 = 1 << 3;
    const BY_DESTINATION_PORT: u32 = 1 << 5;
    let kind = SUBSYSTEM << 8 | IPCTNL_MSG_CT_GET;
    let mut message = Message::new(kind, 0, &[family, 0, 0, 0]);
    if let Some(port) = port {
        message.nest(CTA_TUPLE_ORIG, |tuple| {
            tuple.nest(CTA_TUPLE_PROTO, |protocol| {
                protocol
                    .u8(CTA_PROTO_NUM, UDP)
                    .be16(CTA_PROTO_DST_PORT, port);
            });
        });
        message.nest(CTA_FILTER, |filter| {
            filter
                .u32(ORIGINAL_FLAGS, BY_PROTOCOL | BY_DESTINATION_PORT)
                .u32(REPLY_FLAGS, 0);
        });
    }
    message
}

fn delete(family: u8, flow: &Flow<'_>) -> Message {
    let kind = SUBSYSTEM << 8 | IPCTNL_MSG_CT_DELETE;
    let mut message = Message::new(kind, 0, &[family, 0, 0, 0]);
    message.nest(CTA_TUPLE_ORIG, |tuple| {
        tuple.raw(flow.original);
    });
    message.be32(CTA_ID, flow.id);
    message
}

fn flow_of(attributes: Attributes<'_>) -> Option<Flow<'_>> {
    let original = attributes.nested(CTA_TUPLE_ORIG)?;
    let protocol = original.nested(CTA_TUPLE_PROTO)?;
    if protocol.u8(CTA_PROTO_NUM) != Some(UDP) {
        return None;
    }
    let reply = attributes.nested(CTA_TUPLE_REPLY)?;
    let target = Target {
        address: endpoint(reply, Side::Source)?,
        port: reply.nested(CTA_TUPLE_PROTO)?.be16(CTA_PROTO_SRC_PORT)?,
    };
    let is_translated = attributes.be32(CTA_STATUS).unwrap_or(0) & STATUS_DNAT != 0;
    Some(Flow {
        original: attributes.bytes(CTA_TUPLE_ORIG)?,
        id: attributes.be32(CTA_ID)?,
        to: endpoint(original, Side::Destination)?,
        port: protocol.be16(CTA_PROTO_DST_PORT)?,
        translated_to: is_translated.then_some(target),
    })
}

#[derive(Clone, Copy)]
enum Side {
    Source,
    Destination,
}

/// `CTA_IP_V4_SRC`, `CTA_IP_V4_DST`, `CTA_IP_V6_SRC`, `CTA_IP_V6_DST`
fn endpoint(tuple: Attributes<'_>, side: Side) -> Option<IpAddr> {
    let addresses = tuple.nested(CTA_TUPLE_IP)?;
    let (v4, v6) = match side {
        Side::Source => (1, 3),
        Side::Destination => (2, 4),
    };
    addresses.address(v4).or_else(|| addresses.address(v6))
}

fn is_absent(refusal: &Refusal) -> bool {
    matches!(
        refusal.errno,
        Errno::OPNOTSUPP | Errno::INVAL | Errno::AFNOSUPPORT
    )
}

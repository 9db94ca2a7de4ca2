//! The sets and maps of the table: their names and the shape of their keys.

use crate::netlink::Message;
use crate::netlink::message::CREATE;
use crate::nft::message::{Verb, inet};

const FLAG_INTERVAL: u32 = 0x04;
const FLAG_MAP: u32 = 0x08;
const FLAG_CONCAT: u32 = 0x80;
/// `NFT_DATA_VERDICT`
const DATA_VERDICT: u32 = 0xffff_ff00;

/// libnftnl's `NFTNL_UDATA_SET_KEYBYTEORDER`: type, length, host order. nft prints names as "" without it.
const HOST_ORDER: [u8; 6] = [0, 4, 1, 0, 0, 0];

/// One part of a key or value. The numbers are nft's own type ids (datatype.h); they only decide how `nft list` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Address4,
    Address6,
    Transport,
    Port,
    /// nft has no printable plain number; a packet mark is one of the same size.
    Index,
    InterfaceName,
}

impl Field {
    const fn type_id(self) -> u32 {
        match self {
            Self::Address4 => 7,
            Self::Address6 => 8,
            Self::Transport => 12,
            Self::Port => 13,
            Self::Index => 19,
            Self::InterfaceName => 41,
        }
    }

    /// Bytes without padding.
    const fn length(self) -> u32 {
        match self {
            Self::Transport => 1,
            Self::Port => 2,
            Self::Address4 | Self::Index => 4,
            Self::Address6 | Self::InterfaceName => 16,
        }
    }
}

/// What a map gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gives {
    /// It is a set.
    Nothing,
    Verdict,
    /// `addr . port`
    Endpoint(Field),
}

/// A set or map of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Set {
    /// Our bridges.
    Bridges,
    /// Bridges of internal networks.
    Internal,
    /// Pairs of bridges between which packets may go.
    SameNetwork,
    /// Subnets of our networks.
    Subnets4,
    Subnets6,
    /// Subnet twice: who comes back to its own network by NAT.
    Hairpin4,
    Hairpin6,
    /// Ports published on all addresses -> chain.
    Ports4,
    Ports6,
    /// Ports published on one address -> chain.
    AddressPorts4,
    AddressPorts6,
    /// Port and number of the replica -> where it leads.
    Endpoints4,
    Endpoints6,
    AddressEndpoints4,
    AddressEndpoints6,
}

impl Set {
    /// All of them, in the order of creation.
    pub(crate) const ALL: [Self; 15] = [
        Self::Bridges,
        Self::Internal,
        Self::SameNetwork,
        Self::Subnets4,
        Self::Subnets6,
        Self::Hairpin4,
        Self::Hairpin6,
        Self::Ports4,
        Self::Ports6,
        Self::AddressPorts4,
        Self::AddressPorts6,
        Self::Endpoints4,
        Self::Endpoints6,
        Self::AddressEndpoints4,
        Self::AddressEndpoints6,
    ];

    /// Name in the table.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bridges => "bridges",
            Self::Internal => "internal",
            Self::SameNetwork => "samenet",
            Self::Subnets4 => "net4",
            Self::Subnets6 => "net6",
            Self::Hairpin4 => "hair4",
            Self::Hairpin6 => "hair6",
            Self::Ports4 => "pub4",
            Self::Ports6 => "pub6",
            Self::AddressPorts4 => "pubip4",
            Self::AddressPorts6 => "pubip6",
            Self::Endpoints4 => "ep4",
            Self::Endpoints6 => "ep6",
            Self::AddressEndpoints4 => "epip4",
            Self::AddressEndpoints6 => "epip6",
        }
    }

    fn key(self) -> &'static [Field] {
        use Field::{Address4, Address6, Index, InterfaceName, Port, Transport};
        match self {
            Self::Bridges | Self::Internal => &[InterfaceName],
            Self::SameNetwork => &[InterfaceName, InterfaceName],
            Self::Subnets4 => &[Address4],
            Self::Subnets6 => &[Address6],
            Self::Hairpin4 => &[Address4, Address4],
            Self::Hairpin6 => &[Address6, Address6],
            Self::Ports4 | Self::Ports6 => &[Transport, Port],
            Self::AddressPorts4 => &[Address4, Transport, Port],
            Self::AddressPorts6 => &[Address6, Transport, Port],
            Self::Endpoints4 | Self::Endpoints6 => &[Transport, Port, Index],
            Self::AddressEndpoints4 => &[Address4, Transport, Port, Index],
            Self::AddressEndpoints6 => &[Address6, Transport, Port, Index],
        }
    }

    const fn gives(self) -> Gives {
        match self {
            Self::Ports4 | Self::Ports6 | Self::AddressPorts4 | Self::AddressPorts6 => {
                Gives::Verdict
            }
            Self::Endpoints4 | Self::AddressEndpoints4 => Gives::Endpoint(Field::Address4),
            Self::Endpoints6 | Self::AddressEndpoints6 => Gives::Endpoint(Field::Address6),
            _ => Gives::Nothing,
        }
    }

    const fn is_interval(self) -> bool {
        matches!(
            self,
            Self::Subnets4 | Self::Subnets6 | Self::Hairpin4 | Self::Hairpin6
        )
    }
}

/// `NFT_MSG_NEWSET`
pub(crate) fn new_set(table: &str, set: Set) -> Message {
    let key = set.key();
    let mut message = inet(Verb::NewSet, CREATE);
    message
        .text(1, table)
        .text(2, set.name())
        .be32(3, flags_of(set));
    message.be32(4, type_of(key)).be32(5, length_of(key));
    match set.gives() {
        Gives::Nothing => {}
        Gives::Verdict => {
            message.be32(6, DATA_VERDICT).be32(7, 0);
        }
        Gives::Endpoint(address) => {
            let value = [address, Field::Port];
            message.be32(6, type_of(&value)).be32(7, length_of(&value));
        }
    }
    if set.is_interval() && key.len() > 1 {
        message.nest(9, |description| write_fields(description, key));
    }
    if key == [Field::InterfaceName] {
        message.bytes(13, &HOST_ORDER);
    }
    // Only has to be unique within a batch: the kernel wants it for sets that rules of the same batch refer to.
    message.be32(10, set as u32 + 1);
    message
}

fn flags_of(set: Set) -> u32 {
    let map = if set.gives() == Gives::Nothing {
        0
    } else {
        FLAG_MAP
    };
    let interval = match (set.is_interval(), set.key().len()) {
        (false, _) => 0,
        (true, 1) => FLAG_INTERVAL,
        (true, _) => FLAG_INTERVAL | FLAG_CONCAT,
    };
    map | interval
}

/// `NFTA_SET_DESC_CONCAT`: lengths of the parts, for ranges in several dimensions.
fn write_fields(description: &mut Message, key: &[Field]) {
    description.nest(2, |concatenation| {
        for field in key {
            concatenation.nest(1, |part| {
                part.be32(1, field.length());
            });
        }
    });
}

/// nft packs the types of a concatenation into 6 bits each.
fn type_of(fields: &[Field]) -> u32 {
    fields
        .iter()
        .fold(0, |packed, field| (packed << 6) | field.type_id())
}

/// Parts of a concatenation are padded to registers of 4 bytes; a single part is not.
fn length_of(fields: &[Field]) -> u32 {
    match fields {
        [single] => single.length(),
        several => several
            .iter()
            .map(|field| field.length().next_multiple_of(4))
            .sum(),
    }
}

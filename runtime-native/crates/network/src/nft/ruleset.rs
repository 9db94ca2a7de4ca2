//! The constant part of the table. As `nft list table` prints it: tests/golden/table.nft.
//!
//! - `guard`: nobody reaches 127.0.0.0/8 from outside, whatever `route_localnet` says
//! - `pre`, `out`, `publish`, `lb-N`: published ports, for packets to an address of this host only. 127.0.0.0/8 and ::1
//!   stay with the local proxy: the kernel cannot translate them
//! - `post`: masquerade of what leaves our networks, and of what comes back to its own subnet (by address, because
//!   with br_netfilter such a packet has no input interface there)
//! - `forward`, `bridged`: nothing enters a bridge of ours but its own traffic, published ports and answers
//! - `input`: internal networks do not reach the host either

use crate::netlink::Message;
use crate::nft::expressions::{Conntrack, Expressions, Header, Meta, Verdict};
use crate::nft::message::{Hook, new_chain, new_rule};
use crate::nft::sets::{Set, new_set};

const PREROUTING: u32 = 0;
const LOCAL_IN: u32 = 1;
const FORWARD: u32 = 2;
const LOCAL_OUT: u32 = 3;
const POSTROUTING: u32 = 4;

pub(crate) const IPV4: u32 = 2;
pub(crate) const IPV6: u32 = 10;
const SOURCE4: (u32, u32) = (12, 4);
const DESTINATION4: (u32, u32) = (16, 4);
const SOURCE6: (u32, u32) = (8, 16);
const DESTINATION6: (u32, u32) = (24, 16);
const DESTINATION_PORT: (u32, u32) = (2, 2);
/// Second, third ... quarter of register 1.
const QUARTER: u32 = 8;

/// `RTN_LOCAL`
const LOCAL_ADDRESS: u32 = 2;
/// `IPS_DST_NAT`
const STATUS_DNAT: u32 = 0x20;
/// nft's bits of `ct state`
const STATE_INVALID: u32 = 1;
const STATE_ESTABLISHED_RELATED: u32 = 2 | 4;

/// Everything but elements and balancing chains.
pub(crate) fn messages(table: &str) -> Vec<Message> {
    let mut messages: Vec<Message> = Set::ALL
        .into_iter()
        .map(|set| new_set(table, set))
        .collect();
    messages.extend(
        CHAINS
            .iter()
            .map(|(name, hook)| new_chain(table, name, *hook)),
    );
    let mut add = |chain: &str, fill: &dyn Fn(&mut Expressions<'_>)| {
        messages.push(new_rule(table, chain, |rule| fill(rule)));
    };
    guard_rules(&mut add);
    publish_rules(&mut add);
    masquerade_rules(&mut add);
    forward_rules(&mut add);
    input_rules(&mut add);
    messages
}

type Add<'a> = dyn FnMut(&str, &dyn Fn(&mut Expressions<'_>)) + 'a;

const fn hook(kind: &'static str, number: u32, priority: i32) -> Option<Hook> {
    Some(Hook {
        kind,
        number,
        priority,
    })
}

const CHAINS: [(&str, Option<Hook>); 8] = [
    ("guard", hook("filter", PREROUTING, -300)),
    ("publish", None),
    ("bridged", None),
    ("pre", hook("nat", PREROUTING, -100)),
    ("out", hook("nat", LOCAL_OUT, -100)),
    ("post", hook("nat", POSTROUTING, 100)),
    ("forward", hook("filter", FORWARD, 0)),
    ("input", hook("filter", LOCAL_IN, 0)),
];

fn guard_rules(add: &mut Add<'_>) {
    add("guard", &|rule| {
        rule.meta(Meta::InputName, 1).differs(&interface("lo"));
        family(rule, IPV4)
            .payload(Header::Network, (16, 1), 1)
            .equals(&[127]);
        rule.verdict(Verdict::Drop);
    });
}

fn publish_rules(add: &mut Add<'_>) {
    add("pre", &|rule| to_publish(rule));
    add("out", &|rule| {
        family(rule, IPV4)
            .payload(Header::Network, (16, 1), 1)
            .equals(&[127]);
        rule.verdict(Verdict::Accept);
    });
    add("out", &|rule| {
        let loopback = std::net::Ipv6Addr::LOCALHOST.octets();
        family(rule, IPV6)
            .payload(Header::Network, DESTINATION6, 1)
            .equals(&loopback);
        rule.verdict(Verdict::Accept);
    });
    add("out", &|rule| to_publish(rule));
    add("publish", &|rule| {
        family(rule, IPV4).payload(Header::Network, DESTINATION4, 1);
        port_key(rule, QUARTER + 1);
        rule.map(Set::AddressPorts4.name(), 0);
    });
    add("publish", &|rule| {
        family(rule, IPV6).payload(Header::Network, DESTINATION6, 1);
        port_key(rule, QUARTER + 4);
        rule.map(Set::AddressPorts6.name(), 0);
    });
    add("publish", &|rule| {
        port_key(family(rule, IPV4), 1);
        rule.map(Set::Ports4.name(), 0);
    });
    add("publish", &|rule| {
        port_key(family(rule, IPV6), 1);
        rule.map(Set::Ports6.name(), 0);
    });
}

fn to_publish(rule: &mut Expressions<'_>) {
    rule.destination_type()
        .equals(&LOCAL_ADDRESS.to_ne_bytes())
        .verdict(Verdict::Goto("publish"));
}

fn masquerade_rules(add: &mut Add<'_>) {
    for (version, source, set) in [
        (IPV4, SOURCE4, Set::Subnets4),
        (IPV6, SOURCE6, Set::Subnets6),
    ] {
        add("post", &|rule| {
            family(rule, version)
                .payload(Header::Network, source, 1)
                .is_in(set.name());
            rule.meta(Meta::OutputName, 1)
                .is_not_in(Set::Bridges.name())
                .masquerade();
        });
    }
    add("post", &|rule| {
        rule.conntrack(Conntrack::Status).has_bits(STATUS_DNAT);
        family(rule, IPV4).payload(Header::Network, SOURCE4, 1);
        rule.payload(Header::Network, DESTINATION4, QUARTER + 1);
        rule.is_in(Set::Hairpin4.name()).masquerade();
    });
    add("post", &|rule| {
        rule.conntrack(Conntrack::Status).has_bits(STATUS_DNAT);
        family(rule, IPV6).payload(Header::Network, SOURCE6, 1);
        rule.payload(Header::Network, DESTINATION6, 2);
        rule.is_in(Set::Hairpin6.name()).masquerade();
    });
}

fn forward_rules(add: &mut Add<'_>) {
    for name in [Meta::InputName, Meta::OutputName] {
        add("forward", &|rule| {
            rule.meta(name, 1)
                .is_in(Set::Bridges.name())
                .verdict(Verdict::Goto("bridged"));
        });
    }
    add("bridged", &|rule| {
        rule.conntrack(Conntrack::State)
            .has_bits(STATE_ESTABLISHED_RELATED);
        rule.verdict(Verdict::Accept);
    });
    add("bridged", &|rule| {
        rule.conntrack(Conntrack::State)
            .has_bits(STATE_INVALID)
            .verdict(Verdict::Drop);
    });
    add("bridged", &|rule| {
        rule.meta(Meta::InputName, 1).meta(Meta::OutputName, 2);
        rule.is_in(Set::SameNetwork.name()).verdict(Verdict::Accept);
    });
    for name in [Meta::InputName, Meta::OutputName] {
        add("bridged", &|rule| {
            rule.meta(name, 1)
                .is_in(Set::Internal.name())
                .verdict(Verdict::Drop);
        });
    }
    add("bridged", &|rule| {
        rule.conntrack(Conntrack::Status)
            .has_bits(STATUS_DNAT)
            .verdict(Verdict::Accept);
    });
    add("bridged", &|rule| {
        rule.meta(Meta::OutputName, 1)
            .is_in(Set::Bridges.name())
            .verdict(Verdict::Drop);
    });
}

fn input_rules(add: &mut Add<'_>) {
    add("input", &|rule| {
        rule.meta(Meta::InputName, 1).is_in(Set::Internal.name());
        rule.conntrack(Conntrack::State)
            .has_bits(STATE_ESTABLISHED_RELATED);
        rule.verdict(Verdict::Accept);
    });
    add("input", &|rule| {
        rule.meta(Meta::InputName, 1)
            .is_in(Set::Internal.name())
            .verdict(Verdict::Drop);
    });
}

/// Which chain spreads a port over its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Balancer {
    /// Whether the key starts with the host's address.
    pub(crate) by_address: bool,
    /// Number of targets, at least 1.
    pub(crate) targets: u32,
}

impl Balancer {
    /// `lb-3`, `lbip-3`
    pub(crate) fn chain(self) -> String {
        let kind = if self.by_address { "lbip" } else { "lb" };
        format!("{kind}-{}", self.targets)
    }

    /// The chain with a rule for each family.
    pub(crate) fn messages(self, table: &str) -> Vec<Message> {
        let chain = self.chain();
        let rule4 = new_rule(table, &chain, |rule| self.rule(rule, IPV4));
        let rule6 = new_rule(table, &chain, |rule| self.rule(rule, IPV6));
        vec![new_chain(table, &chain, None), rule4, rule6]
    }

    fn rule(self, rule: &mut Expressions<'_>, version: u32) {
        let (destination, words, port_register) = match version {
            IPV4 => (DESTINATION4, 1, QUARTER + 1),
            _ => (DESTINATION6, 4, 2),
        };
        family(rule, version);
        let next = if self.by_address {
            rule.payload(Header::Network, destination, 1);
            QUARTER + words
        } else {
            QUARTER
        };
        port_key(rule, next).random(self.targets, next + 2);
        let map = match (self.by_address, version) {
            (false, IPV4) => Set::Endpoints4,
            (false, _) => Set::Endpoints6,
            (true, IPV4) => Set::AddressEndpoints4,
            (true, _) => Set::AddressEndpoints6,
        };
        rule.map(map.name(), 1)
            .destination_nat(version, port_register);
    }
}

fn family<'a, 'b>(rule: &'a mut Expressions<'b>, version: u32) -> &'a mut Expressions<'b> {
    let protocol = if version == IPV4 { 2 } else { 10 };
    rule.meta(Meta::NetworkProtocol, 1).equals(&[protocol])
}

/// Transport protocol and destination port into two quarters from `register`.
fn port_key<'a, 'b>(rule: &'a mut Expressions<'b>, register: u32) -> &'a mut Expressions<'b> {
    let second = if register == 1 {
        QUARTER + 1
    } else {
        register + 1
    };
    rule.meta(Meta::TransportProtocol, register).payload(
        Header::Transport,
        DESTINATION_PORT,
        second,
    )
}

/// A name as the kernel compares it: 16 bytes, padded with NUL.
pub(crate) fn interface(name: &str) -> [u8; 16] {
    let mut padded = [0; 16];
    for (to, from) in padded.iter_mut().zip(name.bytes().take(15)) {
        *to = from;
    }
    padded
}

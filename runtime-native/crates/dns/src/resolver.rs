//! Decides what a query gets: an answer of ours, an upstream server's, or a refusal.

use std::net::IpAddr;

use crate::control::Listener;
use crate::wire::answer::{Answer, Data};
use crate::wire::{CLASS_IN, Name, Query, Rcode, kind};
use crate::zones::Zones;

/// What to do with a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Say this.
    Answer(Answer),
    /// Ask the host's servers.
    Forward,
}

/// Names that are not in a zone.
#[derive(Debug)]
pub(crate) struct Resolver {
    /// `tsorch.internal`: may follow every name of ours.
    suffix: Option<Name>,
    /// Stand for the gateway.
    hosts: Vec<Name>,
}

impl Resolver {
    pub(crate) fn new() -> Self {
        let hosts = ["host.tsorch.internal", "host.docker.internal"];
        Self {
            suffix: Name::from_text("tsorch.internal"),
            hosts: hosts
                .iter()
                .filter_map(|text| Name::from_text(text))
                .collect(),
        }
    }

    /// Decides for a client of `listener`.
    pub(crate) fn decide(&self, query: &Query, listener: &Listener, zones: &Zones) -> Decision {
        if query.class != CLASS_IN && query.class != kind::ANY {
            return elsewhere(listener);
        }
        if let Some(address) = query.name.reverse_address() {
            return reverse(query, address, listener, zones);
        }
        if self.hosts.contains(&query.name) {
            let addresses = listener.gateway.into_iter().collect();
            return Decision::Answer(addresses_for(query, addresses));
        }
        let inner = self
            .suffix
            .as_ref()
            .and_then(|suffix| query.name.without_suffix(suffix));
        let name = inner.as_ref().unwrap_or(&query.name);
        if let Some(addresses) = zones.lookup(&listener.networks, name) {
            return Decision::Answer(addresses_for(query, addresses));
        }
        // A single label is never a public host: asking the world for `db` while it is away would only cost time and tell
        // our names.
        if inner.is_some() || query.name.labels().count() == 1 {
            return Decision::Answer(Answer::empty(Rcode::NameError));
        }
        elsewhere(listener)
    }
}

fn elsewhere(listener: &Listener) -> Decision {
    if listener.forwards {
        Decision::Forward
    } else {
        Decision::Answer(Answer::empty(Rcode::Refused))
    }
}

fn addresses_for(query: &Query, addresses: Vec<IpAddr>) -> Answer {
    let wanted = |address: &IpAddr| match query.kind {
        kind::A => address.is_ipv4(),
        kind::AAAA => address.is_ipv6(),
        other => other == kind::ANY,
    };
    let records = addresses
        .into_iter()
        .filter(wanted)
        .map(Data::Address)
        .collect();
    Answer {
        rcode: Rcode::NoError,
        records,
    }
}

fn reverse(query: &Query, address: IpAddr, listener: &Listener, zones: &Zones) -> Decision {
    let name = zones.reverse(&listener.networks, address);
    let is_ours = listener
        .subnets
        .iter()
        .any(|subnet| contains(*subnet, address));
    match name {
        Some(name) => {
            let wants_name = matches!(query.kind, kind::PTR | kind::ANY);
            let records = if wants_name {
                vec![Data::Name(name)]
            } else {
                Vec::new()
            };
            Decision::Answer(Answer {
                rcode: Rcode::NoError,
                records,
            })
        }
        None if is_ours => Decision::Answer(Answer::empty(Rcode::NameError)),
        None => elsewhere(listener),
    }
}

fn contains((network, length): (IpAddr, u8), address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let shift = 32u32.saturating_sub(length.into());
            (network.to_bits() ^ address.to_bits())
                .checked_shr(shift)
                .unwrap_or(0)
                == 0
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let shift = 128u32.saturating_sub(length.into());
            (network.to_bits() ^ address.to_bits())
                .checked_shr(shift)
                .unwrap_or(0)
                == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::OwnedName;

    fn listener(forwards: bool) -> Listener {
        Listener {
            id: "c".to_owned(),
            networks: vec!["one".to_owned()],
            subnets: vec![("10.201.4.0".parse().unwrap(), 24)],
            gateway: Some("10.201.4.1".parse().unwrap()),
            forwards,
        }
    }

    fn zones() -> Zones {
        let mut zones = Zones::default();
        let addresses = vec!["10.201.4.2".parse().unwrap()];
        let name = |name: &str, addresses: Vec<IpAddr>| OwnedName {
            network: "one".to_owned(),
            name: name.to_owned(),
            addresses,
        };
        zones.add(
            "s/web",
            vec![
                name("web", addresses.clone()),
                name("web.shop", addresses),
                name("away", vec![]),
            ],
        );
        zones
    }

    fn decide(name: &str, kind: u16, forwards: bool) -> Decision {
        let query = Query {
            id: 1,
            flags: 0,
            name: Name::from_text(name).unwrap(),
            kind,
            class: CLASS_IN,
            question_end: 0,
            edns_bytes: None,
        };
        Resolver::new().decide(&query, &listener(forwards), &zones())
    }

    fn said(decision: Decision) -> (Rcode, usize) {
        match decision {
            Decision::Answer(answer) => (answer.rcode, answer.records.len()),
            Decision::Forward => panic!("forwarded"),
        }
    }

    #[test]
    fn answers_names_of_the_clients_networks_with_and_without_suffix() {
        for name in [
            "web",
            "web.shop",
            "web.tsorch.internal",
            "WEB.Shop.tsorch.internal",
        ] {
            assert_eq!(
                said(decide(name, kind::A, true)),
                (Rcode::NoError, 1),
                "{name}"
            );
        }
    }

    #[test]
    fn tells_no_such_record_from_no_such_name() {
        assert_eq!(said(decide("web", kind::AAAA, true)), (Rcode::NoError, 0));
        assert_eq!(said(decide("web", 15, true)), (Rcode::NoError, 0));
        assert_eq!(said(decide("away", kind::A, true)), (Rcode::NoError, 0));
        assert_eq!(said(decide("nobody", kind::A, true)), (Rcode::NameError, 0));
        assert_eq!(
            said(decide("x.y.tsorch.internal", kind::A, true)),
            (Rcode::NameError, 0)
        );
    }

    #[test]
    fn forwards_the_rest_but_not_from_internal_networks() {
        assert_eq!(decide("example.org", kind::A, true), Decision::Forward);
        assert_eq!(
            said(decide("example.org", kind::A, false)),
            (Rcode::Refused, 0)
        );
    }

    #[test]
    fn answers_reverse_names_of_our_subnets() {
        assert_eq!(
            said(decide("2.4.201.10.in-addr.arpa", kind::PTR, true)),
            (Rcode::NoError, 1)
        );
        assert_eq!(
            said(decide("3.4.201.10.in-addr.arpa", kind::PTR, true)),
            (Rcode::NameError, 0)
        );
        assert_eq!(
            decide("1.1.1.1.in-addr.arpa", kind::PTR, true),
            Decision::Forward
        );
    }

    #[test]
    fn knows_the_host() {
        assert_eq!(
            said(decide("host.docker.internal", kind::A, true)),
            (Rcode::NoError, 1)
        );
        assert_eq!(
            said(decide("host.tsorch.internal", kind::AAAA, true)),
            (Rcode::NoError, 0)
        );
    }
}

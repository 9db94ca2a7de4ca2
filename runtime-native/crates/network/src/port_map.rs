//! A map by sockets of the host that finds what stands in each other's way.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tsorch_dns::control::{PortKey, Transport};

/// Ordered so that all addresses of one port stand together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    transport: Transport,
    port: u16,
    address: IpAddr,
}

/// Values by socket.
#[derive(Clone, Debug)]
pub(crate) struct PortMap<T> {
    places: BTreeMap<Place, (PortKey, T)>,
}

impl<T> PortMap<T> {
    pub(crate) fn new() -> Self {
        Self {
            places: BTreeMap::new(),
        }
    }

    pub(crate) fn get(&self, key: &PortKey) -> Option<&T> {
        self.places.get(&place_of(key)).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &PortKey) -> Option<&mut T> {
        self.places.get_mut(&place_of(key)).map(|(_, value)| value)
    }

    pub(crate) fn insert(&mut self, key: PortKey, value: T) {
        self.places.insert(place_of(&key), (key, value));
    }

    pub(crate) fn remove(&mut self, key: &PortKey) -> Option<T> {
        self.places.remove(&place_of(key)).map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&PortKey, &T)> {
        self.places.values().map(|(key, value)| (key, value))
    }

    /// What cannot be bound beside `key`: the same address, or all addresses of its family.
    pub(crate) fn overlapping(&self, key: &PortKey) -> impl Iterator<Item = (&PortKey, &T)> {
        let at = |address| Place {
            address,
            ..place_of(key)
        };
        let first = at(Ipv4Addr::UNSPECIFIED.into());
        let last = at(Ipv6Addr::from_bits(u128::MAX).into());
        let wanted = key.address.ip();
        let meets = move |place: &Place| {
            let any = place.address.is_unspecified() || wanted.is_unspecified();
            place.address.is_ipv4() == wanted.is_ipv4() && (any || place.address == wanted)
        };
        let same_port = self.places.range(first..=last);
        same_port
            .filter(move |(place, _)| meets(place))
            .map(|(_, (key, value))| (key, value))
    }
}

fn place_of(key: &PortKey) -> Place {
    Place {
        transport: key.transport,
        port: key.address.port(),
        address: key.address.ip(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(transport: Transport, address: &str) -> PortKey {
        PortKey {
            transport,
            address: address.parse().unwrap(),
        }
    }

    #[test]
    fn finds_what_cannot_be_bound_beside_another() {
        let mut map = PortMap::new();
        for address in [
            "10.0.0.1:80",
            "0.0.0.0:81",
            "[::]:80",
            "127.0.0.1:80",
            "[fd00::1]:82",
        ] {
            map.insert(key(Transport::Tcp, address), address);
        }
        let found = |transport, address: &str| -> Vec<&str> {
            map.overlapping(&key(transport, address))
                .map(|(_, value)| *value)
                .collect()
        };
        assert_eq!(
            found(Transport::Tcp, "0.0.0.0:80"),
            ["10.0.0.1:80", "127.0.0.1:80"]
        );
        assert_eq!(found(Transport::Tcp, "10.0.0.1:80"), ["10.0.0.1:80"]);
        assert_eq!(found(Transport::Tcp, "10.0.0.2:80"), Vec::<&str>::new());
        assert_eq!(found(Transport::Tcp, "10.0.0.2:81"), ["0.0.0.0:81"]);
        assert_eq!(found(Transport::Tcp, "[::1]:80"), ["[::]:80"]);
        assert_eq!(found(Transport::Tcp, "[::]:82"), ["[fd00::1]:82"]);
        assert_eq!(found(Transport::Udp, "0.0.0.0:80"), Vec::<&str>::new());
    }
}

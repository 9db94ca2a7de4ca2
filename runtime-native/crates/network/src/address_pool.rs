//! Which address the next container gets.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use crate::prefix::Prefix;

/// A subnet and what is not free in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddressPool<'a> {
    pub(crate) subnet: Prefix,
    pub(crate) gateway: Ipv4Addr,
    /// Held by containers.
    pub(crate) used: &'a BTreeSet<Ipv4Addr>,
    /// Released a moment ago.
    pub(crate) resting: &'a BTreeSet<Ipv4Addr>,
}

impl AddressPool<'_> {
    /// Whether a container could have `address`: inside the subnet, and neither its first nor last nor the gateway.
    pub(crate) fn can_hold(&self, address: Ipv4Addr) -> bool {
        let (first, last) = self.bounds();
        (first..=last).contains(&address.to_bits()) && address != self.gateway
    }

    /// The lowest free address behind `cursor`, else from the start. Addresses wander through the subnet, so that a
    /// released one comes back as late as possible.
    pub(crate) fn next_free(&self, cursor: Option<Ipv4Addr>) -> Option<Ipv4Addr> {
        let (first, last) = self.bounds();
        let start = cursor.map_or(first, |cursor| cursor.to_bits().saturating_add(1));
        let start = if (first..=last).contains(&start) {
            start
        } else {
            first
        };
        (start..=last)
            .chain(first..start)
            .map(Ipv4Addr::from_bits)
            .find(|address| self.is_free(*address))
    }

    fn is_free(&self, address: Ipv4Addr) -> bool {
        address != self.gateway && !self.used.contains(&address) && !self.resting.contains(&address)
    }

    /// First and last address for hosts: the network's own and the broadcast address are left out.
    fn bounds(&self) -> (u32, u32) {
        match (self.subnet.network().address(), self.subnet.last()) {
            (IpAddr::V4(first), IpAddr::V4(last)) => (
                first.to_bits().saturating_add(1),
                last.to_bits().saturating_sub(1),
            ),
            _ => (1, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pool<'a>(
        subnet: &str,
        used: &'a BTreeSet<Ipv4Addr>,
        resting: &'a BTreeSet<Ipv4Addr>,
    ) -> AddressPool<'a> {
        let subnet: Prefix = subnet.parse().unwrap();
        let IpAddr::V4(first) = subnet.network().address() else {
            panic!("not IPv4")
        };
        let gateway = Ipv4Addr::from_bits(first.to_bits() + 1);
        AddressPool {
            subnet,
            gateway,
            used,
            resting,
        }
    }

    #[test]
    fn wanders_through_the_subnet_and_starts_again() {
        let (used, resting) = (BTreeSet::new(), BTreeSet::new());
        let pool = pool("10.0.0.0/29", &used, &resting);
        let mut cursor = None;
        let mut given = Vec::new();
        for _ in 0..6 {
            cursor = pool.next_free(cursor);
            given.push(cursor.unwrap().octets()[3]);
        }
        assert_eq!(given, [2, 3, 4, 5, 6, 2]);
    }

    #[test]
    fn says_when_it_is_full() {
        let used: BTreeSet<Ipv4Addr> = (2..=4).map(|n| Ipv4Addr::new(10, 0, 0, n)).collect();
        let resting: BTreeSet<Ipv4Addr> = (5..=6).map(|n| Ipv4Addr::new(10, 0, 0, n)).collect();
        assert_eq!(pool("10.0.0.0/29", &used, &resting).next_free(None), None);
        let none = BTreeSet::new();
        let only_gateway = pool("10.0.0.0/30", &none, &none);
        assert_eq!(
            only_gateway.next_free(None),
            Some(Ipv4Addr::new(10, 0, 0, 2))
        );
    }

    #[test]
    fn keeps_the_bounds_and_the_gateway_from_static_addresses() {
        let none = BTreeSet::new();
        let pool = pool("10.0.0.0/24", &none, &none);
        let holdable = |last| pool.can_hold(Ipv4Addr::new(10, 0, 0, last));
        assert_eq!(
            [0, 1, 2, 254, 255].map(holdable),
            [false, false, true, true, false]
        );
        assert!(!pool.can_hold(Ipv4Addr::new(10, 0, 1, 2)));
    }

    proptest! {
        #[test]
        fn never_gives_an_address_twice(taken in prop::collection::btree_set(0u8..=255, 0..255), at in any::<Option<u8>>()) {
            let split = taken.len() / 2;
            let address = |n: &u8| Ipv4Addr::new(10, 0, 0, *n);
            let used: BTreeSet<Ipv4Addr> = taken.iter().take(split).map(address).collect();
            let resting: BTreeSet<Ipv4Addr> = taken.iter().skip(split).map(address).collect();
            let pool = pool("10.0.0.0/24", &used, &resting);
            let free = (2..=254).filter(|n| !taken.contains(n)).count();
            match pool.next_free(at.map(|n| address(&n))) {
                None => prop_assert_eq!(free, 0),
                Some(given) => {
                    prop_assert!(pool.can_hold(given));
                    prop_assert!(!used.contains(&given) && !resting.contains(&given));
                }
            }
        }
    }
}

//! The names of every network, and what they stand for.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::control::OwnedName;
use crate::wire::Name;

/// All networks' names.
#[derive(Debug, Default)]
pub(crate) struct Zones {
    zones: HashMap<String, Zone>,
    /// What each owner has put in, to take it out again.
    owners: HashMap<String, Vec<(String, Name)>>,
}

#[derive(Debug, Default)]
struct Zone {
    names: HashMap<Name, Vec<Entry>>,
    reverse: HashMap<IpAddr, Vec<(String, Name)>>,
}

/// An owner's addresses for a name that others may have too.
#[derive(Debug)]
struct Entry {
    owner: String,
    addresses: Vec<IpAddr>,
}

impl Zones {
    /// Takes everything of `owner` out.
    pub(crate) fn forget(&mut self, owner: &str) {
        for (network, name) in self.owners.remove(owner).unwrap_or_default() {
            if let Some(zone) = self.zones.get_mut(&network) {
                zone.forget(owner, &name);
                if zone.names.is_empty() {
                    self.zones.remove(&network);
                }
            }
        }
    }

    /// Adds names of `owner` to those it has.
    pub(crate) fn add(&mut self, owner: &str, names: Vec<OwnedName>) {
        for OwnedName {
            network,
            name,
            addresses,
        } in names
        {
            // Names were checked where they came in.
            let Some(name) = Name::from_text(&name) else {
                continue;
            };
            let held = self.owners.entry(owner.to_owned()).or_default();
            held.push((network.clone(), name.clone()));
            self.zones
                .entry(network)
                .or_default()
                .add(owner, name, addresses);
        }
    }

    /// Addresses of `name` in these networks; `None` when none of them has the name.
    pub(crate) fn lookup(&self, networks: &[String], name: &Name) -> Option<Vec<IpAddr>> {
        let mut found: Option<Vec<IpAddr>> = None;
        for zone in networks
            .iter()
            .filter_map(|network| self.zones.get(network))
        {
            for entry in zone.names.get(name).into_iter().flatten() {
                let addresses = found.get_or_insert_default();
                for address in &entry.addresses {
                    if !addresses.contains(address) {
                        addresses.push(*address);
                    }
                }
            }
        }
        found
    }

    /// The first name that was given to `address` in these networks.
    pub(crate) fn reverse(&self, networks: &[String], address: IpAddr) -> Option<Name> {
        networks
            .iter()
            .filter_map(|network| self.zones.get(network)?.reverse.get(&address)?.first())
            .map(|(_, name)| name.clone())
            .next()
    }
}

impl Zone {
    fn add(&mut self, owner: &str, name: Name, addresses: Vec<IpAddr>) {
        for address in &addresses {
            let names = self.reverse.entry(*address).or_default();
            names.push((owner.to_owned(), name.clone()));
        }
        let entries = self.names.entry(name).or_default();
        match entries.iter_mut().find(|entry| entry.owner == owner) {
            Some(entry) => entry.addresses.extend(addresses),
            None => entries.push(Entry {
                owner: owner.to_owned(),
                addresses,
            }),
        }
    }

    fn forget(&mut self, owner: &str, name: &Name) {
        let Some(entries) = self.names.get_mut(name) else {
            return;
        };
        let (gone, kept): (Vec<Entry>, Vec<Entry>) = std::mem::take(entries)
            .into_iter()
            .partition(|entry| entry.owner == owner);
        *entries = kept;
        for entry in gone {
            for address in entry.addresses {
                if let Some(names) = self.reverse.get_mut(&address) {
                    names.retain(|(holder, _)| holder != owner);
                    if names.is_empty() {
                        self.reverse.remove(&address);
                    }
                }
            }
        }
        if entries.is_empty() {
            self.names.remove(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(network: &str, name: &str, addresses: &[&str]) -> OwnedName {
        OwnedName {
            network: network.to_owned(),
            name: name.to_owned(),
            addresses: addresses.iter().map(|text| text.parse().unwrap()).collect(),
        }
    }

    fn name(text: &str) -> Name {
        Name::from_text(text).unwrap()
    }

    fn found(zones: &Zones, networks: &[&str], text: &str) -> Option<Vec<String>> {
        let networks: Vec<String> = networks.iter().map(|one| (*one).to_owned()).collect();
        let addresses = zones.lookup(&networks, &name(text))?;
        Some(addresses.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn keeps_networks_apart_and_joins_owners() {
        let mut zones = Zones::default();
        zones.add(
            "s/a",
            vec![owned("one", "web", &["10.0.0.2"]), owned("two", "db", &[])],
        );
        zones.add("s/b", vec![owned("one", "web", &["10.0.0.3", "10.0.0.2"])]);
        assert_eq!(
            found(&zones, &["one"], "web").unwrap(),
            ["10.0.0.2", "10.0.0.3"]
        );
        assert_eq!(found(&zones, &["two"], "web"), None);
        assert_eq!(found(&zones, &["two"], "db"), Some(vec![]));
        assert_eq!(found(&zones, &["two", "one"], "web").unwrap().len(), 2);
    }

    #[test]
    fn forgets_an_owner_without_touching_the_others() {
        let mut zones = Zones::default();
        let one = ["one".to_owned()];
        zones.add("s/a", vec![owned("one", "web", &["10.0.0.2"])]);
        zones.add(
            "s/b",
            vec![
                owned("one", "web", &["10.0.0.2"]),
                owned("one", "b", &["10.0.0.2"]),
            ],
        );
        zones.forget("s/a");
        assert_eq!(found(&zones, &["one"], "web").unwrap(), ["10.0.0.2"]);
        assert_eq!(
            zones.reverse(&one, "10.0.0.2".parse().unwrap()),
            Some(name("web"))
        );
        zones.forget("s/b");
        assert!(zones.zones.is_empty() && zones.owners.is_empty());
    }
}

//! UDP flows end when the port that they came by leads elsewhere.

use std::collections::BTreeSet;

use crate::api::{HostPort, Protocol, PublishedPort, Target};
use crate::conntrack::Retargeting;
use crate::link::survey::local_addresses;
use crate::network::Network;
use crate::state::AttachmentRecord;

impl Network {
    /// Ends UDP flows to a container that is going; its address will be another's.
    pub(crate) fn end_flows_to(&mut self, record: &AttachmentRecord) {
        let addresses: Vec<_> = record
            .interfaces
            .iter()
            .flat_map(|one| &one.addresses)
            .map(|one| one.address())
            .collect();
        let leads_there = |port: &&PublishedPort| {
            port.targets
                .iter()
                .any(|target| addresses.contains(&target.address))
        };
        let before: Vec<PublishedPort> = self
            .state
            .owners
            .values()
            .flat_map(|owner| &owner.ports)
            .filter(leads_there)
            .cloned()
            .collect();
        let mut after = before.clone();
        for port in &mut after {
            port.targets
                .retain(|target| !addresses.contains(&target.address));
        }
        self.end_flows(&before, &after);
    }

    /// UDP flows that go on to former targets end. Best effort: without it they end by themselves, only later.
    pub(crate) fn end_flows(&mut self, before: &[PublishedPort], after: &[PublishedPort]) {
        let is_udp = |port: &&PublishedPort| port.port.protocol == Protocol::Udp;
        let ports: BTreeSet<HostPort> = before
            .iter()
            .chain(after)
            .filter(is_udp)
            .map(|port| port.port)
            .collect();
        let mut local = None;
        for port in ports {
            let (before, after) = (targets_of(before, port), targets_of(after, port));
            if before == after {
                continue;
            }
            let local =
                local.get_or_insert_with(|| local_addresses(&mut self.links).unwrap_or_default());
            let change = Retargeting {
                port: port.host_port,
                host_address: port
                    .host_address
                    .filter(|address| !address.is_unspecified()),
                before: &before,
                after: &after,
                local,
            };
            let _ = self.conntrack.end_stale_flows(change);
        }
    }
}

fn targets_of(ports: &[PublishedPort], port: HostPort) -> BTreeSet<Target> {
    let same = ports.iter().filter(|published| published.port == port);
    same.flat_map(|published| published.targets.iter().copied())
        .collect()
}

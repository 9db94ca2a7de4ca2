//! `net.switch` and `net.checkPorts`.

use std::collections::BTreeSet;

use tsorch_dns::control::{Command, OwnedName, PortKey};

use crate::api::{
    CheckPortsParams, CheckPortsResult, HostPort, NetworkEvent, PortConflict, Protocol,
    PublishedPort, SwitchParams, Target,
};
use crate::conntrack::Retargeting;
use crate::error::NetworkError;
use crate::host_ports::{WantedSocket, describe_owner, wanted_sockets};
use crate::link::survey::local_addresses;
use crate::names::Owner;
use crate::network::Network;
use crate::nft::elements::of_ports;
use crate::nft::filter::Source;
use crate::port_map::PortMap;
use crate::state::{AttachmentRecord, OwnerRecord, Record};

/// The balancing of a port is one rule whatever the number, but a longer list is a mistake.
const MAX_TARGETS: usize = 1024;
const MAX_PORTS: usize = 4096;

impl Network {
    /// `net.switch`
    ///
    /// Order: sockets (they can be refused), journal, packet filter (one transaction), worker, sockets that are not
    /// wanted any more, UDP flows.
    ///
    /// # Errors
    /// `network.port-in-use`, `network.no-host-address`; nothing has changed then.
    pub fn switch(&mut self, params: SwitchParams) -> Result<(), NetworkError> {
        check_request(&params)?;
        self.claim_ports(&params)?;
        let wanted = wanted_sockets(&params.ports)?;
        let before = self.state.owners.get(&params.owner).cloned();
        self.open_sockets(&params.owner, &wanted, before.as_ref())?;
        if let Err(error) = self.put_in_force(&params, before.as_ref()) {
            self.reopen_former(&params.owner, before.as_ref())?;
            return Err(error);
        }
        self.lost_ports.remove(&params.owner);
        self.lead_sockets(&params.owner, &wanted);
        self.tell_owner(&params.owner)?;
        self.keep_sockets(&params.owner, &wanted)?;
        self.ports.refuse_without_targets(&params.owner);
        let before = before.map(|record| record.ports).unwrap_or_default();
        self.end_flows(&before, &params.ports);
        Ok(())
    }

    /// `net.checkPorts`
    ///
    /// # Errors
    /// Only when the kernel refuses a socket.
    pub fn check_ports(
        &mut self,
        params: CheckPortsParams,
    ) -> Result<CheckPortsResult, NetworkError> {
        let mut conflicts = Vec::new();
        for port in params.ports {
            if let Some(holder) = self.ports.holder(&params.owner, &port)? {
                conflicts.push(PortConflict { port, holder });
            }
        }
        Ok(CheckPortsResult { conflicts })
    }

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

    /// Notes where the sockets of `owner` lead. One that cannot listen is told as lost.
    pub(crate) fn lead_sockets(&mut self, owner: &Owner, wanted: &PortMap<WantedSocket>) {
        for (key, socket) in wanted.iter() {
            if self.ports.lead_to(key, &socket.targets).is_err() {
                self.note_lost(owner, socket.port);
            }
        }
    }

    /// The daemon hears of it, and finds that the owner is not what it was switched to.
    pub(crate) fn note_lost(&mut self, owner: &Owner, port: HostPort) {
        self.lost_ports.insert(owner.clone());
        let event = NetworkEvent::PortLost {
            owner: owner.clone(),
            port: port.to_string(),
        };
        // Two sockets of one port, one piece of news.
        if !self.events.contains(&event) {
            self.events.push(event);
        }
    }

    /// Tells the worker an owner's names, and where its ports lead if that is news.
    fn tell_owner(&mut self, owner: &Owner) -> Result<(), NetworkError> {
        let untold = self.ports.take_untold(owner);
        let told = self.send_names(owner).and_then(|()| {
            for port in untold {
                self.names
                    .worker()
                    .send(&Command::RetargetPort(port), &[])?;
            }
            self.names.worker().sync()
        });
        self.after_telling(told)
    }

    fn send_names(&self, owner: &Owner) -> Result<(), rustix::io::Errno> {
        let names = self
            .state
            .owners
            .get(owner)
            .map(owned_names)
            .unwrap_or_default();
        self.names.worker().set_names(owner.as_str(), &names)
    }

    /// No port may be another owner's.
    fn claim_ports(&self, params: &SwitchParams) -> Result<(), NetworkError> {
        for PublishedPort { port, .. } in &params.ports {
            if let Some(other) = self.ports.other_owner(&params.owner, port) {
                let holder = describe_owner(other);
                return Err(NetworkError::PortInUse {
                    port: *port,
                    holder,
                });
            }
        }
        Ok(())
    }

    /// Binds what is wanted and not bound yet. Own sockets that stand in the way (a port moves from one address to all)
    /// are let go first; after an error everything is as it was.
    fn open_sockets(
        &mut self,
        owner: &Owner,
        wanted: &PortMap<WantedSocket>,
        before: Option<&OwnerRecord>,
    ) -> Result<(), NetworkError> {
        let is_in_the_way =
            |key: &PortKey| wanted.get(key).is_none() && wanted.overlapping(key).next().is_some();
        let in_the_way = self
            .ports
            .keys(owner)
            .into_iter()
            .filter(is_in_the_way)
            .collect();
        self.close_ports(in_the_way)?;
        let opened = wanted
            .iter()
            .try_for_each(|(_, socket)| self.open_port(owner, socket));
        if opened.is_err() {
            self.reopen_former(owner, before)?;
        }
        opened
    }

    /// The sockets that `before` had and no others. What was let go is bound again: nobody else can have taken it but in
    /// the same instant.
    fn reopen_former(
        &mut self,
        owner: &Owner,
        before: Option<&OwnerRecord>,
    ) -> Result<(), NetworkError> {
        let ports = before
            .map(|record| record.ports.as_slice())
            .unwrap_or_default();
        let former = wanted_sockets(ports)?;
        self.keep_sockets(owner, &former)?;
        for (_, socket) in former.iter() {
            if self.open_port(owner, socket).is_err() {
                self.note_lost(owner, socket.port);
            }
        }
        self.lead_sockets(owner, &former);
        self.tell_owner(owner)
    }

    /// A new port goes to the worker without targets; they come when all is done.
    pub(crate) fn open_port(
        &mut self,
        owner: &Owner,
        socket: &WantedSocket,
    ) -> Result<(), NetworkError> {
        if self.ports.for_proxy(&socket.key).is_some() {
            return Ok(());
        }
        self.ports.open(owner, socket)?;
        let told = match self.ports.for_proxy(&socket.key) {
            Some((port, fd)) => self.names.worker().send(&Command::OpenPort(port), &[fd]),
            None => Ok(()),
        };
        self.after_telling(told)
    }

    /// Lets go of the sockets of `owner` that are not wanted.
    fn keep_sockets(
        &mut self,
        owner: &Owner,
        wanted: &PortMap<WantedSocket>,
    ) -> Result<(), NetworkError> {
        let is_unwanted = |key: &PortKey| wanted.get(key).is_none();
        let unwanted = self
            .ports
            .keys(owner)
            .into_iter()
            .filter(is_unwanted)
            .collect();
        self.close_ports(unwanted)
    }

    /// Closes our sockets and waits until the worker has closed its copies: the ports are free then.
    fn close_ports(&mut self, keys: Vec<PortKey>) -> Result<(), NetworkError> {
        if keys.is_empty() {
            return Ok(());
        }
        keys.iter().for_each(|key| self.ports.close(key));
        let worker = self.names.worker();
        let told = keys
            .iter()
            .try_for_each(|key| worker.send(&Command::ClosePort(*key), &[]))
            .and_then(|()| worker.sync());
        self.after_telling(told)
    }

    /// Journal, then packet filter; the journal is set back when the filter refuses.
    fn put_in_force(
        &mut self,
        params: &SwitchParams,
        before: Option<&OwnerRecord>,
    ) -> Result<(), NetworkError> {
        let owner = &params.owner;
        self.record(vec![record_of(params)])?;
        let elements = of_ports(&params.ports, owner.as_str());
        let written = self.filter.set(Source::Ports(owner.clone()), elements);
        written.map_err(|refusal| {
            let back = before
                .cloned()
                .map_or(Record::OwnerRemoved(owner.clone()), Record::Owner);
            let _ = self.record(vec![back]);
            NetworkError::filter(self.filter.table(), refusal)
        })
    }

    /// UDP flows that go on to former targets end. Best effort: without it they end by themselves, only later.
    fn end_flows(&mut self, before: &[PublishedPort], after: &[PublishedPort]) {
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

/// Names as the worker wants them.
pub(crate) fn owned_names(record: &OwnerRecord) -> Vec<OwnedName> {
    let owned = |name: &crate::api::ServiceName| OwnedName {
        network: name.network.to_string(),
        name: name.name.to_string(),
        addresses: name.addresses.clone(),
    };
    record.names.iter().map(owned).collect()
}

fn record_of(params: &SwitchParams) -> Record {
    if params.names.is_empty() && params.ports.is_empty() && params.ready.is_empty() {
        return Record::OwnerRemoved(params.owner.clone());
    }
    Record::Owner(OwnerRecord {
        owner: params.owner.clone(),
        digest: params.digest.clone(),
        ready: params.ready.clone(),
        names: params.names.clone(),
        ports: params.ports.clone(),
    })
}

fn targets_of(ports: &[PublishedPort], port: HostPort) -> BTreeSet<Target> {
    let same = ports.iter().filter(|published| published.port == port);
    same.flat_map(|published| published.targets.iter().copied())
        .collect()
}

fn check_request(params: &SwitchParams) -> Result<(), NetworkError> {
    let refuse = |text: String| Err(NetworkError::BadRequest(text));
    if params.ports.len() > MAX_PORTS {
        return refuse(format!("more than {MAX_PORTS} ports"));
    }
    for PublishedPort { port, targets } in &params.ports {
        if port.host_port == 0 || targets.iter().any(|target| target.port == 0) {
            return refuse(format!("port 0 in {port}"));
        }
        let unique: BTreeSet<&Target> = targets.iter().collect();
        if targets.len() > MAX_TARGETS || unique.len() != targets.len() {
            return refuse(format!(
                "{port} has more than {MAX_TARGETS} targets, or one twice"
            ));
        }
    }
    Ok(())
}

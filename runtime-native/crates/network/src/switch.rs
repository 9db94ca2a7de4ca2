//! `net.switch` and `net.checkPorts`.

use std::collections::BTreeSet;

use tsorch_dns::control::{Command, OwnedName};

use crate::api::{
    CheckPortsParams, CheckPortsResult, PortConflict, PublishedPort, SwitchParams, Target,
};
use crate::error::NetworkError;
use crate::host_ports::{describe_owner, wanted_sockets};
use crate::names::Owner;
use crate::network::Network;
use crate::nft::elements::of_ports;
use crate::nft::filter::Source;
use crate::state::{OwnerRecord, Record};

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

    /// Tells the worker an owner's names, and where its ports lead if that is news.
    pub(crate) fn tell_owner(&mut self, owner: &Owner) -> Result<(), NetworkError> {
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

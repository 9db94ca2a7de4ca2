//! `net.dump`: what is there.

use crate::api::{DumpResult, DumpedAttachment, DumpedNetwork, DumpedOwner};
use crate::error::NetworkError;
use crate::network::Network;
use crate::state::{AttachmentRecord, NetworkRecord, OwnerRecord, Phase};

impl Network {
    /// `net.dump`
    ///
    /// # Errors
    /// When the host's routes cannot be read.
    pub fn dump(&mut self) -> Result<DumpResult, NetworkError> {
        let is_done = |record: &&AttachmentRecord| record.phase == Phase::Done;
        Ok(DumpResult {
            host_subnets: self.host_subnets()?,
            networks: self
                .state
                .networks
                .values()
                .map(|one| self.dumped_network(one))
                .collect(),
            attachments: self
                .state
                .attachments
                .values()
                .filter(is_done)
                .map(|record| DumpedAttachment {
                    id: record.id.clone(),
                    interfaces: record.interfaces.clone(),
                })
                .collect(),
            owners: self
                .state
                .owners
                .values()
                .map(|one| self.dumped_owner(one))
                .collect(),
        })
    }

    fn dumped_network(&self, record: &NetworkRecord) -> DumpedNetwork {
        DumpedNetwork {
            name: record.name.clone(),
            stack: record.stack.clone(),
            bridge: record.bridge.clone(),
            subnet: record.subnet,
            gateway: record.gateway.into(),
            internal: record.internal,
            attachments: self.state.attachments_of(&record.name),
        }
    }

    /// An owner that lost a port has no digest that anybody could want: the next round switches it again, and is told
    /// who has the port.
    fn dumped_owner(&self, record: &OwnerRecord) -> DumpedOwner {
        let is_whole = !self.lost_ports.contains(&record.owner);
        DumpedOwner {
            owner: record.owner.clone(),
            digest: if is_whole {
                record.digest.clone()
            } else {
                String::new()
            },
            ready: record.ready.clone(),
        }
    }
}

//! What containers sent and received.

use serde::{Deserialize, Serialize};

use crate::error::NetworkError;
use crate::link::counters::counters_of;
use crate::names::{ContainerId, InterfaceName, NetworkName};
use crate::network::Network;

/// Counters of one interface since it was made, as the container sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InterfaceCounters {
    /// Network it belongs to.
    pub network: NetworkName,
    /// `eth0`
    pub interface: InterfaceName,
    /// Received.
    pub received: Traffic,
    /// Sent.
    pub sent: Traffic,
}

/// One direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Traffic {
    /// Bytes, with link-layer headers.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
    /// Damaged ones.
    pub errors: u64,
    /// Ones that were dropped.
    pub dropped: u64,
}

impl Network {
    /// Counters of a container's interfaces; empty for one that has none of ours.
    ///
    /// Read at the host's ends, without entering the container's namespace: what one end sends the other receives. What a
    /// container does to its own end cannot change them.
    ///
    /// # Errors
    /// What the kernel says; that an interface is gone is none.
    pub fn counters(&mut self, id: &ContainerId) -> Result<Vec<InterfaceCounters>, NetworkError> {
        let Some(record) = self.state.attachments.get(id) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::with_capacity(record.interfaces.len());
        for one in &record.interfaces {
            let name = self.node.veth(id, &one.interface);
            let counters = counters_of(&mut self.links, &name)
                .map_err(|refusal| NetworkError::kernel("look at", name, refusal))?;
            found.extend(counters.map(|end| InterfaceCounters {
                network: one.network.clone(),
                interface: one.interface.clone(),
                received: end.sent,
                sent: end.received,
            }));
        }
        Ok(found)
    }
}

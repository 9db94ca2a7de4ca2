//! The start: what the journal tells is compared with what is there, and put right both ways.
//!
//! | found | done |
//! |---|---|
//! | attachment with intent only | removed; the daemon repeats `net.attach` |
//! | namespace and interfaces of a finished attachment | kept; what is missing is made |
//! | finished attachment without namespace and interfaces | forgotten, its addresses rest |
//! | networks | bridge and elements made or brought in line |
//! | ports | bound again; one that somebody took meanwhile is told, its filter elements stay |
//! | things that the journal does not know | left to `node.sweep`: only the daemon knows what is wanted |

use crate::api::NetworkEvent;
use crate::ensure::network_elements;
use crate::host_ports::wanted_sockets;
use crate::name_service::DnsSockets;
use crate::network::Network;
use crate::nft::elements::of_ports;
use crate::nft::filter::Source;
use crate::state::{AttachmentRecord, OwnerRecord, Phase};
use crate::switch::owned_names;
use rustix::io::Errno;
use std::os::fd::AsFd;
use tsorch_dns::control::Command;

impl Network {
    /// Brings everything in line with the journal. What cannot be is told as an event or found by `net.dump`; containers
    /// that run must never be hurt by a start that failed half-way.
    pub(crate) fn adopt(&mut self) {
        let networks: Vec<_> = self.state.networks.values().cloned().collect();
        for network in &networks {
            let _ = self.build_bridge(network);
            self.filter.keep(
                &Source::Network(network.name.clone()),
                network_elements(network),
            );
        }
        let owners: Vec<_> = self.state.owners.values().cloned().collect();
        for owner in &owners {
            let elements = of_ports(&owner.ports, owner.owner.as_str());
            self.filter
                .keep(&Source::Ports(owner.owner.clone()), elements);
        }
        if networks.is_empty() && owners.is_empty() {
            // A table of a node that lost its journal.
            let _ = self.filter.remove();
        } else {
            // Somebody may still hold the table: the predecessor that is just dying.
            self.build_filter();
        }
        let attachments: Vec<_> = self.state.attachments.values().cloned().collect();
        for attachment in &attachments {
            self.adopt_attachment(attachment);
        }
        for owner in &owners {
            self.adopt_ports(owner);
        }
        let told = self.tell_everything();
        let _ = self.after_telling(told);
    }

    /// Everything that a new worker has to know.
    pub(crate) fn tell_everything(&self) -> Result<(), Errno> {
        let worker = self.names.worker();
        for owner in self.state.owners.values() {
            worker.set_names(owner.owner.as_str(), &owned_names(owner))?;
        }
        for key in self.ports.all_keys() {
            if let Some((port, fd)) = self.ports.for_proxy(key) {
                worker.send(&Command::OpenPort(port), &[fd])?;
            }
        }
        for record in self.state.attachments.values() {
            if let Some(sockets) = self.dns_sockets.get(&record.id) {
                worker.send(&Command::Listen(self.listener(record)), &sockets.fds())?;
            }
        }
        worker.sync()
    }

    fn adopt_attachment(&mut self, record: &AttachmentRecord) {
        if record.phase == Phase::Intent {
            let _ = self.undo(&record.id);
            return;
        }
        let namespace = self.host.find(record.id.as_str());
        match namespace {
            Ok(Some(namespace)) => {
                if !record.interfaces.is_empty() {
                    let sockets = self.host.inside(namespace.as_fd(), DnsSockets::open);
                    match sockets {
                        Ok(sockets) => drop(self.dns_sockets.insert(record.id.clone(), sockets)),
                        // Its own server took the port while we were away.
                        Err(_) => {
                            let what = format!("container {} goes without our DNS", record.id);
                            self.events.push(NetworkEvent::Repaired { what });
                        }
                    }
                }
                if self.is_cut_off(record) {
                    let _ = self.build_attachment(record);
                }
            }
            // Neither mount nor interface: the container is gone. With an interface its processes still run; their
            // address stays taken until the daemon detaches them.
            Ok(None) if !self.has_interfaces(record) => {
                let _ = self.undo(&record.id);
            }
            Ok(None) | Err(_) => {}
        }
    }

    fn adopt_ports(&mut self, record: &OwnerRecord) {
        // Checked when it was switched.
        let Ok(wanted) = wanted_sockets(&record.ports) else {
            return;
        };
        for (_, socket) in wanted.iter() {
            if self.ports.open(&record.owner, socket).is_err() {
                self.note_lost(&record.owner, socket.port);
            }
        }
        self.lead_sockets(&record.owner, &wanted);
    }
}

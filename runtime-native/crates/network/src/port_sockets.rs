//! The sockets of an owner's ports: bound before anything else of a switch, handed to the worker, let go at its end.

use tsorch_dns::control::{Command, PortKey};

use crate::api::{HostPort, NetworkEvent};
use crate::error::NetworkError;
use crate::host_ports::{WantedSocket, wanted_sockets};
use crate::names::Owner;
use crate::network::Network;
use crate::port_map::PortMap;
use crate::state::OwnerRecord;

impl Network {
    /// Binds what is wanted and not bound yet. Own sockets that stand in the way (a port moves from one address to all)
    /// are let go first; after an error everything is as it was.
    pub(crate) fn open_sockets(
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
    pub(crate) fn reopen_former(
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

    /// Lets go of the sockets of `owner` that are not wanted.
    pub(crate) fn keep_sockets(
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
}

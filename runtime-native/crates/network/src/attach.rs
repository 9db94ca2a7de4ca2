//! `net.attach` and `net.detach`.

use std::collections::BTreeSet;
use std::net::IpAddr;

use tsorch_dns::control::Command;

use crate::api::{AttachParams, AttachResult, DetachParams};
use crate::error::NetworkError;
use crate::names::ContainerId;
use crate::network::Network;
use crate::state::{AttachmentRecord, Phase, Record};

impl Network {
    /// `net.attach`
    ///
    /// # Errors
    /// `network.not-found`, `network.no-address`, `network.address-in-use`; nothing is left behind then.
    pub fn attach(&mut self, params: AttachParams) -> Result<AttachResult, NetworkError> {
        check_request(&params)?;
        if let Some(known) = self.state.attachments.get(&params.id).cloned() {
            match known.phase {
                Phase::Done if is_same(&known, &params) => {
                    if !self.is_attached(&known)? {
                        self.build_attachment(&known)?;
                    }
                    return Ok(self.attach_result(&known));
                }
                Phase::Done => return Err(NetworkError::AttachedOtherwise(params.id)),
                Phase::Intent => self.undo(&params.id)?,
            }
        }
        if !self.state.attachments.contains_key(&params.id) {
            // A namespace that no journal knows any more: what is in it is not what was asked for.
            self.undo(&params.id)?;
        }
        let mut record = self.plan(params)?;
        self.record(vec![Record::Attachment(record.clone())])?;
        let built = self.build_attachment(&record).and_then(|()| {
            record.phase = Phase::Done;
            self.record(vec![Record::Attachment(record.clone())])
        });
        if let Err(error) = built {
            let _ = self.undo(&record.id);
            return Err(error);
        }
        Ok(self.attach_result(&record))
    }

    /// `net.detach`
    ///
    /// # Errors
    /// The first of them; all that could be removed is.
    pub fn detach(&mut self, params: DetachParams) -> Result<(), NetworkError> {
        self.undo(&params.id)
    }

    /// Removes everything of a container, whatever there is; goes on after an error and tells the first.
    pub(crate) fn undo(&mut self, id: &ContainerId) -> Result<(), NetworkError> {
        // Sockets keep the namespace alive, ours and the worker's.
        let mut outcome = match self.dns_sockets.remove(id) {
            None => Ok(()),
            Some(_) => {
                let worker = self.names.worker();
                let told = worker.send(&Command::Unlisten(id.to_string()), &[]);
                let told = told.and_then(|()| worker.sync());
                self.after_telling(told)
            }
        };
        let removed = self.host.remove(id.as_str()).map(|_| ());
        outcome =
            outcome.and(removed.map_err(|errno| {
                NetworkError::kernel("remove the namespace of", id.as_str(), errno)
            }));
        if let Some(record) = self.state.attachments.get(id).cloned() {
            self.end_flows_to(&record);
            let mut records = self.resting_of(&record);
            records.push(Record::Detached(id.clone()));
            outcome = outcome.and(self.record(records));
        }
        outcome
    }

    fn attach_result(&self, record: &AttachmentRecord) -> AttachResult {
        AttachResult {
            netns: self.host.path(record.id.as_str()).display().to_string(),
            interfaces: record.interfaces.clone(),
        }
    }
}

fn check_request(params: &AttachParams) -> Result<(), NetworkError> {
    let mut interfaces = BTreeSet::new();
    let mut networks = BTreeSet::new();
    for wanted in &params.attachments {
        if !interfaces.insert(&wanted.interface) || !networks.insert(&wanted.network) {
            let text = format!("{} or {} stands twice", wanted.interface, wanted.network);
            return Err(NetworkError::BadRequest(text));
        }
    }
    Ok(())
}

/// Whether a repeated request asks for what is there; an address that was not chosen may be any.
fn is_same(known: &AttachmentRecord, params: &AttachParams) -> bool {
    known.interfaces.len() == params.attachments.len()
        && known
            .interfaces
            .iter()
            .zip(&params.attachments)
            .all(|(have, want)| {
                have.network == want.network
                    && have.interface == want.interface
                    && want
                        .address
                        .is_none_or(|address| have.ipv4().map(IpAddr::V4) == Some(address))
            })
}

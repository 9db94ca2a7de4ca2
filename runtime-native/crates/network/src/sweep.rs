//! `node.sweep` and `node.shutdown`: what belongs to nobody goes.

use std::collections::BTreeSet;

use crate::api::{SweepParams, SwitchParams};
use crate::error::NetworkError;
use crate::host_ports::describe_owner;
use crate::link::requests::{Link, links};
use crate::names::{ContainerId, NetworkName, Owner};
use crate::network::Network;
use crate::state::OwnerRecord;

impl Network {
    /// The network's part of `node.sweep`; says what was removed.
    ///
    /// # Errors
    /// The first of them; all that could be removed is.
    pub fn sweep(&mut self, params: SweepParams) -> Result<Vec<String>, NetworkError> {
        let containers: BTreeSet<ContainerId> = params.containers.into_iter().collect();
        let networks: BTreeSet<NetworkName> = params.networks.into_iter().collect();
        // Before anything is removed: the interfaces of a removed container vanish by themselves.
        let stray = self.stray_links()?;
        let mut removed = Vec::new();
        let mut outcome = Ok(());
        for id in self.unwanted_containers(&containers)? {
            outcome = outcome.and(self.undo(&id));
            removed.push(format!("network namespace of container {id}"));
        }
        for owner in self.unwanted_owners(&containers) {
            removed.push(format!("names and ports of {}", describe_owner(&owner)));
            outcome = outcome.and(self.switch(nothing_for(owner)));
        }
        let unwanted: Vec<NetworkName> = self
            .state
            .networks
            .keys()
            .filter(|name| !networks.contains(*name))
            .cloned()
            .collect();
        for name in unwanted {
            outcome = outcome.and(self.remove(crate::api::RemoveParams { name: name.clone() }));
            removed.push(format!("network {name}"));
        }
        removed.extend(stray.iter().map(|link| format!("link {link}")));
        outcome.and(self.delete_links(stray)).map(|()| removed)
    }

    /// The network's part of `node.shutdown`: removes everything of this node, ends the worker.
    ///
    /// # Errors
    /// The first of them; all that could be removed is.
    pub fn shutdown(mut self) -> Result<(), NetworkError> {
        let nobody = SweepParams {
            containers: Vec::new(),
            networks: Vec::new(),
        };
        let swept = self.sweep(nobody).map(|_| ());
        // Also the interfaces of namespaces that somebody keeps alive.
        let rest = self
            .our_links()
            .map(|links| links.into_iter().map(|link| link.name).collect());
        let begun = rest.and_then(|links| self.delete_links(links));
        let deleted = self
            .reaper
            .wait_for_all()
            .map_err(|errno| NetworkError::kernel("wait for the end of", "links", errno));
        let table = self.filter.table().to_owned();
        let filter = self.filter.remove().or_else(|refusal| match refusal.errno {
            // There is no packet filter at all.
            rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::PROTONOSUPPORT => Ok(()),
            _ => Err(NetworkError::kernel(
                "remove the packet filter's table",
                table,
                refusal,
            )),
        });
        let run_dir = self.run_dir.clone();
        // Ends the worker and with it every socket.
        drop(self);
        for name in ["journal", "journal.new", "worker.lock"] {
            let _ = std::fs::remove_file(run_dir.join("net").join(name));
        }
        for directory in ["net", "netns"] {
            let _ = std::fs::remove_dir(run_dir.join(directory));
        }
        swept.and(begun).and(deleted).and(filter)
    }

    /// Containers of the journal and mounts in the directory that nobody wants.
    fn unwanted_containers(
        &self,
        wanted: &BTreeSet<ContainerId>,
    ) -> Result<BTreeSet<ContainerId>, NetworkError> {
        let mounted = self
            .host
            .list()
            .map_err(|errno| NetworkError::kernel("list", "the network namespaces", errno))?;
        let mounted = mounted
            .into_iter()
            .filter_map(|name| ContainerId::parse(name).ok());
        let known = self.state.attachments.keys().cloned();
        Ok(known
            .chain(mounted)
            .filter(|id| !wanted.contains(id))
            .collect())
    }

    /// Owners that stand for no container any more. One that is still wanted is switched again by the daemon's next round.
    fn unwanted_owners(&self, wanted: &BTreeSet<ContainerId>) -> Vec<Owner> {
        let is_unwanted =
            |record: &&OwnerRecord| !record.ready.iter().any(|id| wanted.contains(id));
        let owners = self.state.owners.values().filter(is_unwanted);
        owners.map(|record| record.owner.clone()).collect()
    }

    /// Links of our group that no record accounts for, and whose end is not near.
    fn stray_links(&mut self) -> Result<Vec<String>, NetworkError> {
        let mut known: BTreeSet<String> = self
            .state
            .networks
            .values()
            .map(|network| network.bridge.clone())
            .collect();
        for record in self.state.attachments.values() {
            let veth =
                |one: &crate::api::AttachedInterface| self.node.veth(&record.id, &one.interface);
            known.extend(record.interfaces.iter().map(veth));
        }
        known.extend(
            self.state
                .resting
                .iter()
                .map(|resting| resting.veth.clone()),
        );
        let ours = self.our_links()?.into_iter().map(|link| link.name);
        let is_stray = |name: &String| !known.contains(name) && !self.reaper.is_deleting(name);
        Ok(ours.filter(is_stray).collect())
    }

    /// Links of our group.
    fn our_links(&mut self) -> Result<Vec<Link>, NetworkError> {
        let group = self.node.link_group();
        let mut all = links(&mut self.links)
            .map_err(|refusal| NetworkError::kernel("list", "the host's links", refusal))?;
        all.retain(|link| link.group == group);
        Ok(all)
    }
}

fn nothing_for(owner: Owner) -> SwitchParams {
    SwitchParams {
        owner,
        digest: String::new(),
        ready: Vec::new(),
        names: Vec::new(),
        ports: Vec::new(),
    }
}

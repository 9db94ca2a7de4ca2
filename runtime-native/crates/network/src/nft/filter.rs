//! The table in the kernel and what we know to be in it.
//!
//! Every change is one transaction: deletions and additions of the elements that differ. When the kernel disagrees with
//! what we know (somebody flushed or changed the table), the whole table is written again, in one transaction as well:
//! packets meet the old table or the new one, never a part.

use std::collections::{BTreeMap, BTreeSet};
use std::os::fd::{AsFd, BorrowedFd};

use rustix::io::Errno;
use rustix::net::netlink;

use crate::names::{NetworkName, Owner};
use crate::netlink::reply::Reply;
use crate::netlink::{Message, Refusal, Socket};
use crate::nft::element_messages::{add_messages, delete_messages};
use crate::nft::elements::{Elements, Key, Value};
use crate::nft::message::{
    HEADER_BYTES, OWNED_AND_PERSISTENT, Verb, batch, delete_table, inet, is_nftables, kind_of,
    new_table,
};
use crate::nft::ruleset::{self, Balancer};

/// `NFNLGRP_NFTABLES`
const EVENT_GROUP: u32 = 7;

/// Who put elements into the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Network(NetworkName),
    Ports(Owner),
}

/// Whether others can change our table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableMode {
    /// Kernel 6.9 and later: flags `owner` and `persist`.
    Owned,
    /// Anybody can; we watch and rebuild.
    Watched,
}

/// The table of this node.
#[derive(Debug)]
pub(crate) struct Filter {
    table: String,
    mode: TableMode,
    requests: Socket,
    events: Socket,
    /// Whether the table was written by us since we started.
    is_built: bool,
    /// Whether nobody touched it since.
    is_whole: bool,
    sources: BTreeMap<Source, Elements>,
    balancers: BTreeSet<Balancer>,
}

impl Filter {
    /// Opens the sockets; nothing is written before the first [`Filter::set`] or [`Filter::rebuild`].
    pub(crate) fn open(node_key: &str, mode: TableMode) -> Result<Self, Errno> {
        let protocol = Some(netlink::NETFILTER);
        Ok(Self {
            table: table_name(node_key),
            mode,
            requests: Socket::open(protocol)?,
            events: Socket::with_groups(protocol, 1 << (EVENT_GROUP - 1))?,
            is_built: false,
            is_whole: true,
            sources: BTreeMap::new(),
            balancers: BTreeSet::new(),
        })
    }

    /// Readable when somebody changed tables.
    pub(crate) fn event_fd(&self) -> BorrowedFd<'_> {
        self.events.as_fd()
    }

    /// `tsorch`, `tsorch-3fa9c1`
    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    /// Replaces the elements of `source` in one transaction; nothing has changed after an error.
    pub(crate) fn set(&mut self, source: Source, wanted: Elements) -> Result<(), Refusal> {
        let known = self.sources.get(&source);
        if self.is_built && known.map_or(wanted.is_empty(), |known| *known == wanted) {
            return Ok(());
        }
        let before = self.sources.remove(&source).unwrap_or_default();
        let written = if self.is_built {
            self.write_difference(&before, &wanted)
        } else {
            Err(Errno::NOENT.into())
        };
        self.keep(&source, wanted);
        match written {
            Ok(()) => Ok(()),
            // The kernel's table is not what we think: write all of it.
            Err(_) => self.rebuild().inspect_err(|_| self.keep(&source, before)),
        }
    }

    /// Takes elements for granted without writing them, before [`Filter::rebuild`].
    pub(crate) fn keep(&mut self, source: &Source, elements: Elements) {
        if elements.is_empty() {
            self.sources.remove(source);
        } else {
            self.sources.insert(source.clone(), elements);
        }
    }

    /// Writes the whole table in one transaction.
    pub(crate) fn rebuild(&mut self) -> Result<(), Refusal> {
        let written = match self.write_table(self.mode) {
            // An older kernel knows no such flags: EINVAL or EOPNOTSUPP.
            Err(Refusal {
                errno: Errno::INVAL | Errno::OPNOTSUPP,
                ..
            }) if self.mode == TableMode::Owned => {
                self.mode = TableMode::Watched;
                self.write_table(self.mode)
            }
            other => other,
        };
        self.is_built = written.is_ok();
        self.is_whole = self.is_built;
        written
    }

    /// Removes the table. It is no error when there is none.
    pub(crate) fn remove(&mut self) -> Result<(), Refusal> {
        self.is_built = false;
        self.is_whole = true;
        self.balancers.clear();
        let messages = vec![new_table(&self.table, None), delete_table(&self.table)];
        self.requests.batch(batch(messages))
    }

    /// Takes the events that wait and notes in [`Filter::is_whole`] whether somebody else touched our table.
    pub(crate) fn note_events(&mut self) {
        let was_touched = match self.events.events() {
            Ok(events) => self.is_about_us(&events),
            // Some were lost: who knows what they told.
            Err(_) => self.mode == TableMode::Watched || !self.exists(),
        };
        self.is_whole &= !(self.is_built && was_touched);
    }

    /// Whether everything in the table is ours: nobody touched it since the last write.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// How the table is protected; known after the first write.
    pub(crate) fn mode(&self) -> TableMode {
        self.mode
    }

    fn is_about_us(&self, events: &[Reply]) -> bool {
        let own_port = self.requests.port().ok();
        let is_ours = |table: Option<&str>| table == Some(self.table.as_str());
        // The table's name is attribute 1 of every kind of object; NFT_MSG_NEWGEN has a number there.
        events.iter().any(|event| {
            is_nftables(event.kind)
                && Some(event.port) != own_port
                && is_ours(event.attributes(HEADER_BYTES).text(1))
        })
    }

    fn exists(&mut self) -> bool {
        let mut message = inet(Verb::GetTable, 0);
        message.text(1, &self.table);
        self.requests
            .get(message)
            .is_ok_and(|reply| reply.kind == kind_of(Verb::NewTable))
    }

    fn write_table(&mut self, mode: TableMode) -> Result<(), Refusal> {
        let flags = match mode {
            TableMode::Owned => OWNED_AND_PERSISTENT,
            TableMode::Watched => 0,
        };
        let table = &self.table;
        let mut messages = vec![new_table(table, None), delete_table(table)];
        messages.push(new_table(table, Some(flags)));
        messages.extend(ruleset::messages(table));
        let elements = || self.sources.values().flatten();
        let balancers: BTreeSet<Balancer> = elements()
            .filter_map(|(_, value)| value.balancer())
            .collect();
        messages.extend(
            balancers
                .iter()
                .flat_map(|balancer| balancer.messages(table)),
        );
        messages.extend(add_messages(table, elements()));
        self.requests.batch(batch(messages))?;
        self.balancers = balancers;
        Ok(())
    }

    fn write_difference(&mut self, before: &Elements, wanted: &Elements) -> Result<(), Refusal> {
        let gone = before
            .iter()
            .filter(|(key, value)| wanted.get(key) != Some(value));
        let added: Vec<(&Key, &Value)> = wanted
            .iter()
            .filter(|(key, value)| before.get(key) != Some(value))
            .collect();
        let new_balancers: BTreeSet<Balancer> = added
            .iter()
            .filter_map(|(_, value)| value.balancer())
            .filter(|balancer| !self.balancers.contains(balancer))
            .collect();
        let mut messages: Vec<Message> = new_balancers
            .iter()
            .flat_map(|balancer| balancer.messages(&self.table))
            .collect();
        messages.extend(delete_messages(&self.table, gone.map(|(key, _)| key)));
        messages.extend(add_messages(&self.table, added.into_iter()));
        if messages.is_empty() {
            return Ok(());
        }
        self.requests.batch(batch(messages))?;
        self.balancers.extend(new_balancers);
        Ok(())
    }
}

/// `tsorch`, and with the node's key where several nodes stand side by side.
pub(crate) fn table_name(node_key: &str) -> String {
    if node_key.is_empty() {
        "tsorch".to_owned()
    } else {
        format!("tsorch-{node_key}")
    }
}

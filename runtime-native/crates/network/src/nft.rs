//! The packet filter: one table of our own, written over nfnetlink, one transaction per change.
//!
//! The rules are constant ([`ruleset`]); whatever grows is an element of a set or map ([`elements`]); [`filter`] owns
//! the sockets and knows what is in force. include/uapi/linux/netfilter/nf_tables.h.

pub(crate) mod element_messages;
pub(crate) mod elements;
pub(crate) mod expressions;
pub(crate) mod filter;
pub(crate) mod message;
pub(crate) mod ruleset;
pub(crate) mod sets;

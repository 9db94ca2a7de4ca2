//! Netlink messages and sockets, for rtnetlink, nf_tables and conntrack alike. netlink(7), include/uapi/linux/netlink.h.

pub(crate) mod attributes;
pub(crate) mod message;
pub(crate) mod reply;
pub(crate) mod socket;

pub(crate) use attributes::Attributes;
pub(crate) use message::Message;
pub use reply::Refusal;
pub(crate) use socket::Socket;

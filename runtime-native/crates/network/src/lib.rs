//! Bridges, addresses, published ports and the packet filter, over raw netlink.
//!
//! [`Network`] is all that hostd sees: one method per `net.*` call, and one descriptor for its event loop.
#![forbid(unsafe_code)]

mod address_pool;
mod adopt;
mod allocation;
pub mod api;
mod attach;
mod attachment;
mod conntrack;
pub mod counters;
mod dump;
mod ensure;
pub mod error;
mod flows;
mod host_ports;
mod journal;
mod kernel_names;
mod link;
mod link_reaper;
mod name_service;
pub mod names;
mod namespace;
mod netlink;
pub mod network;
mod nft;
mod pause;
mod port_holder;
mod port_map;
mod port_sockets;
pub mod prefix;
mod rate_limit;
mod spare;
mod state;
mod sweep;
mod switch;
mod sysctl;
mod watch;

pub use error::NetworkError;
pub use netlink::Refusal;
pub use network::{Network, NetworkOptions};
pub use nft::filter::TableMode;

//! Bridges, addresses, published ports and the packet filter, over raw netlink.
//!
//! [`Network`] is all that hostd sees: one method per `net.*` call, and one descriptor for its event loop.
#![forbid(unsafe_code)]
#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason
)] // WIP

mod address_pool;
pub mod api;
pub mod error;
mod journal;
mod kernel_names;
mod link;
pub mod names;
mod namespace;
mod netlink;
pub mod network;
mod nft;
pub mod prefix;
mod state;
mod sysctl;

pub use error::NetworkError;
pub use netlink::Refusal;
pub use network::{Network, NetworkOptions};
pub use nft::filter::TableMode;

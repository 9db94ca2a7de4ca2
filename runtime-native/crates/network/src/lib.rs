//! Bridges, addresses, published ports and the packet filter, over raw netlink.
//!
//! [`Network`] is all that hostd sees: one method per `net.*` call, and one descriptor for its event loop.
#![forbid(unsafe_code)]

pub mod api;
pub mod error;
pub mod names;
pub mod network;
pub mod prefix;

pub use error::NetworkError;
pub use network::{Network, NetworkOptions};

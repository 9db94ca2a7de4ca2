//! The resident process that acts on the host: forks shims and workers, owns the network.
//!
//! One thread, one epoll loop. Whatever may block is a forked worker. State lives in files and in the kernel, so that
//! hostd may be killed at any moment: its successor looks and goes on.
//!
//! Order of a start: lock the run directory, become resident ([`resident`]), fork the template ([`template`]) before
//! there is any state, open the network, adopt or settle what the predecessor left ([`adopt`]), listen.
#![forbid(unsafe_code)]

mod adopt;
mod adoption;
mod client;
mod dirs;
mod dispatch;
mod error;
mod groups;
mod hostd;
mod idle;
mod keeper;
mod layer;
mod locks;
mod log;
mod mountpoints;
mod network_calls;
mod record;
mod removal;
mod reopen;
mod resident;
mod settlement;
mod shim_call;
mod shims;
mod shutdown;
mod spawn;
mod startup;
mod stats;
mod sweep;
mod template;
mod tree;
mod watchdog;
mod worker;

pub use error::HostdError;
pub use startup::{Options, run};
pub use template::ShimMain;

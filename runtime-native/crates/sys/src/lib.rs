//! System calls that rustix does not offer, as safe functions. The only crate with `unsafe`.
#![deny(unsafe_code)]

pub mod bpf;
pub mod child;
mod errno;
pub mod fd_passing;
pub mod fork;
pub mod namespace;
pub mod netlink;
pub mod peer;
pub mod poller;
pub mod signal;
pub mod signal_name;

//! System calls that rustix does not offer, as safe functions. The only crate with `unsafe`.
#![deny(unsafe_code)]

pub mod bpf;
pub mod child;
pub mod clone;
pub mod command;
pub mod descriptor_limit;
mod errno;
pub mod execute;
pub mod fd_passing;
pub mod fork;
pub mod heap;
pub mod inherited_fd;
pub mod interface_address;
pub mod isolate;
pub mod loopback;
pub mod memory_policy;
pub mod mount_attributes;
pub mod namespace;
pub mod netlink;
pub mod network_filter;
pub mod packet_info;
pub mod peer;
pub mod personality;
pub mod poller;
pub mod proc;
pub mod process_end;
pub mod root;
pub mod scheduling;
pub mod seccomp;
pub mod signal;
pub mod signal_name;
pub mod syscall_filter;

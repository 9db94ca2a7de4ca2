//! Creates, starts, enters and deletes containers from an OCI configuration.
//!
//! Order of events (the caller is a shim or `tsorch-runtime`, always single-threaded):
//!
//! ```text
//!   create()   plan -> cgroup -> clone3 ----------------> init: mounts, devices, pivot, masks
//!              limits, warnings  <------------ ready ---- init: blocks on its start gate
//!   Created
//!   start()    ----------------- start -----------------> init: drops, seccomp, execve
//!              end of file = executed, a message = the error
//!   Running
//! ```
#![forbid(unsafe_code)]

mod attributes;
mod become_program;
mod create;
mod created;
mod entry;
mod error;
mod exec;
mod exec_clone;
pub mod features;
mod first_process;
// In tests too, so that a change which breaks it does not wait for the fuzzer to be found.
#[cfg(any(feature = "fuzz", test))]
pub mod fuzz;
mod hooks;
mod host;
pub mod identity;
mod init;
mod join;
mod labels;
mod late_network;
mod limits;
mod mappings;
mod messenger;
mod net_devices;
mod own_groups;
mod plan;
mod resctrl;
mod rootless;
pub mod seccomp;
mod slot;
mod spec;
mod step;
pub mod store;
mod streams;
mod sync;
mod target;
mod trees;
pub mod users;
mod waiter;

pub use create::{DEFAULT_CGROUP_PARENT, create, create_meanwhile};
pub use created::{Created, Running, Waiting, start_by};
pub use error::{CreateError, ExecError, Failure, StartError};
pub use exec::{ExecProcess, ExecSpec, Target, exec};
pub use hooks::{hook_outcome, need_maker, run_hooks, start_hook};
pub use mappings::carrier as idmap_carrier;
pub use resctrl::{remove_class, update_class};
pub use spec::{
    CgroupManager, Io, Keyring, Leniency, RootChange, Spec, StartGate, Stdio, Warning, WarningKind,
};
pub use waiter::Waiter;

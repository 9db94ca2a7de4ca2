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

mod created;
mod error;
mod exec;
mod spec;

pub use created::{Created, Running, create};
pub use error::{CreateError, ExecError, Failure, StartError};
pub use exec::{ExecProcess, ExecSpec, Target, exec};
pub use spec::{Io, Leniency, Spec, StartGate, Stdio, Warning, WarningKind};

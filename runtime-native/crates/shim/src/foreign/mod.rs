//! Another OCI runtime (runc, crun, ...) in the place of our own container code, driven through its command line.
//!
//! Its container process becomes our child, since we are a child subreaper; stdio, log, exit record and probes are ours as
//! always. Each call is a child of ours with a time limit, and the event loop goes on meanwhile.

pub(crate) mod bundle;
pub(crate) mod command;
pub(crate) mod exec;
pub(crate) mod runtime;
pub(crate) mod task;

//! The shim: watches one container. It creates it, holds its stdio or terminal, writes its log, runs execs and probes,
//! sees its end, and writes the exit record. It outlives the daemon and hostd, and decides nothing.
//!
//! ```text
//!   hostd's template --fork--> run(): process, directory, mounts, socket --"ready"--> hostd
//!                                |
//!   clients <--frames, streams--> event loop <--pidfds, stdio, memory events, deadlines
//!                                |
//!                              release
//! ```
//!
//! Contract: schemas/protocol/{shim,bundle}.md.
#![forbid(unsafe_code)]

mod adoption;
mod base64;
mod chunk;
mod clock;
mod event_log;
mod exec;
mod exec_io;
mod exec_request;
mod exec_start;
mod exec_sync;
mod exec_tree;
mod failure;
mod foreign;
// In tests too, so that a change which breaks it does not wait for the fuzzer to be found.
#[cfg(any(feature = "fuzz", test))]
pub mod fuzz;
mod health;
mod keeper;
mod launch;
mod log;
mod meanwhile;
mod method_params;
mod methods;
mod mount_namespace;
mod native_runtime;
mod output;
mod paths;
mod peers;
mod probe;
mod proc_stat;
mod process_setup;
mod program_io;
mod records;
mod replay;
mod reply;
mod root_ids;
mod rootfs;
#[cfg(test)]
mod scratch_dir;
mod shim;
mod shim_config;
mod shim_dir;
mod stream_peer;
mod streams;
mod task;
mod task_control;
mod task_end;
mod task_hooks;
mod task_output;
mod task_start;
mod timers;
mod token;

pub use launch::run;

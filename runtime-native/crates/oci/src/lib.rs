//! The parts of the OCI runtime specification's config.json and state.json that tsorch uses.
//!
//! Plain data: what the documents say, checked for type and range by serde, unknown fields ignored. What the
//! values *mean* for a host is decided by the crates `container` and `cgroups`.
//!
//! Source: opencontainers/runtime-spec 1.2 (`config.md`, `config-linux.md`, `runtime.md`).
#![forbid(unsafe_code)]

pub mod config;
pub mod id;
pub mod linux;
pub mod process;
pub mod resources;
pub mod scheduling;
pub mod seccomp;
pub mod state;
mod without_nulls;

pub use config::{Config, ConfigError, Hook, Hooks, IdMapping, Mount, Root};
pub use id::{BadContainerId, ContainerId};
pub use linux::{
    Device, DeviceKind, IntelRdt, Linux, Namespace, NamespaceKind, NetDevice, TimeOffset,
};
pub use process::{Capabilities, ConsoleSize, Process, Rlimit, User};
pub use resources::{Cpu, DeviceRule, Memory, Pids, Resources};
pub use scheduling::{CpuAffinity, IoPriority, MemoryPolicy, Personality, Scheduler};
pub use seccomp::Seccomp;
pub use state::{State, Status};

/// The version of the runtime specification that the documents written here follow.
pub const SPEC_VERSION: &str = "1.3.0";

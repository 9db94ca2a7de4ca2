//! Control groups: which controller lives in which hierarchy, limits, freeze, kill, out-of-memory events.
//!
//! There is no "mode": [`Hierarchies::of_host`] looks once where each controller lives (v2, v1, or some here and some
//! there) and everything else asks that map. The v2 node of a hybrid host carries no controllers but still tracks,
//! freezes and kills processes.
//!
//! Source: the kernel's `admin-guide/cgroup-v2.rst` and `admin-guide/cgroup-v1/`.
#![forbid(unsafe_code)]

mod cgroup;
mod device_program;
mod devices;
mod error;
mod file;
mod freeze;
mod hierarchies;
mod leaf;
mod limits;
mod node;
mod oom;
mod ownership;
mod path;
mod processes;
mod remove;
mod scope;
pub mod stats;
mod undo;
mod update;
mod v1;
mod v2;

pub use cgroup::{Cgroup, OnMissing, Skipped};
pub use device_program::device_program;
pub use devices::{Access, DeviceNumber, Rule, RuleKind, device_rules};
pub use error::CgroupError;
pub use hierarchies::{Hierarchies, Hierarchy, MOUNT_ROOT, Version};
pub use leaf::Leaf;
pub use limits::{Plan, Write, plan};
pub use oom::OomEvents;
pub use path::{BadCgroupPath, CgroupPath};
pub use scope::{Scope, ScopeError, ScopeName, stop_scope};

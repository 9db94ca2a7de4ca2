//! Control groups: which controller lives in which hierarchy, limits, freeze, kill, statistics.
//!
//! There is no "mode": [`Hierarchies::of_host`] looks once where each controller lives (v2, v1, or some here and some
//! there) and everything else asks that map. The v2 node of a hybrid host carries no controllers but still tracks,
//! freezes and kills processes.
//!
//! Source: the kernel's `admin-guide/cgroup-v2.rst` and `admin-guide/cgroup-v1/`.
#![forbid(unsafe_code)]

mod cgroup;
mod error;
mod path;

pub use cgroup::Cgroup;
pub use error::CgroupError;
pub use path::{BadCgroupPath, CgroupPath};

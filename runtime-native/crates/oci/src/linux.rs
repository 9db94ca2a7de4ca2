//! `linux`: namespaces, devices, paths and the other parts that only Linux has.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::config::IdMapping;
use crate::resources::Resources;
use crate::scheduling::{MemoryPolicy, Personality};
use crate::seccomp::Seccomp;

/// The `linux` object of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Linux {
    /// Namespaces to create, or to join by path. A kind that is not listed is shared with the runtime.
    pub namespaces: Vec<Namespace>,
    /// User id mappings of a new user namespace.
    pub uid_mappings: Vec<IdMapping>,
    /// Group id mappings of a new user namespace.
    pub gid_mappings: Vec<IdMapping>,
    /// Devices beside the default ones.
    pub devices: Vec<Device>,
    /// Path of the control group, absolute = from the root of each hierarchy.
    pub cgroups_path: Option<PathBuf>,
    /// Control group limits.
    pub resources: Option<Resources>,
    /// System call filter.
    pub seccomp: Option<Seccomp>,
    /// Kernel parameters, `net.core.somaxconn` style.
    pub sysctl: BTreeMap<String, String>,
    /// Propagation of the root mount: `shared`, `slave`, `private`, `unbindable` or their `r` forms.
    pub rootfs_propagation: Option<String>,
    /// Paths that must not be readable inside.
    pub masked_paths: Vec<PathBuf>,
    /// Paths that must not be writable inside.
    pub readonly_paths: Vec<PathBuf>,
    /// SELinux label of mounts.
    pub mount_label: Option<String>,
    /// Execution domain.
    pub personality: Option<Personality>,
    /// Offsets of the clocks of a new time namespace, by name: `monotonic`, `boottime`.
    pub time_offsets: BTreeMap<String, TimeOffset>,
    /// Network devices to move into the container, by their name outside.
    pub net_devices: BTreeMap<String, NetDevice>,
    /// Placement of memory.
    pub memory_policy: Option<MemoryPolicy>,
    /// Cache and memory bandwidth.
    pub intel_rdt: Option<IntelRdt>,
}

/// `linux.intelRdt`: a class of service of the kernel's resctrl filesystem.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct IntelRdt {
    /// Name of the class; absent = the container's id, `/` = the default class.
    #[serde(rename = "closID")]
    pub clos_id: Option<String>,
    /// Cache, lines of `schemata`.
    pub l3_cache_schema: Option<String>,
    /// Memory bandwidth, a line of `schemata`.
    pub mem_bw_schema: Option<String>,
    /// More lines of `schemata`.
    pub schemata: Vec<String>,
    /// Count the container's use apart from others in its class.
    pub enable_monitoring: bool,
}

/// One entry of `linux.netDevices`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct NetDevice {
    /// Name inside; absent = the same. With `%d` in it the kernel finds a number.
    pub name: Option<String>,
}

/// One entry of `linux.namespaces`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Namespace {
    /// Which kind.
    #[serde(rename = "type")]
    pub kind: NamespaceKind,
    /// Join this one instead of making a new one.
    pub path: Option<PathBuf>,
}

/// One entry of `linux.timeOffsets`: what a clock shows more than the host's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct TimeOffset {
    /// Seconds.
    pub secs: i64,
    /// Nanoseconds, less than a second.
    pub nanosecs: u32,
}

/// The kinds of namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamespaceKind {
    /// Process ids.
    Pid,
    /// Network stack.
    Network,
    /// Mount table.
    Mount,
    /// System V IPC and POSIX message queues.
    Ipc,
    /// Host and domain name.
    Uts,
    /// User and group ids.
    User,
    /// Root of the control group tree.
    Cgroup,
    /// Boot and monotonic clocks.
    Time,
}

/// One entry of `linux.devices`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// What sort of node.
    #[serde(rename = "type")]
    pub kind: DeviceKind,
    /// Path inside.
    pub path: PathBuf,
    /// Major number.
    #[serde(default)]
    pub major: u32,
    /// Minor number.
    #[serde(default)]
    pub minor: u32,
    /// Permission bits; absent = 0666.
    pub file_mode: Option<u32>,
    /// Owner inside.
    pub uid: Option<u32>,
    /// Group inside.
    pub gid: Option<u32>,
}

/// The sorts of device nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum DeviceKind {
    /// Character device.
    #[serde(rename = "c", alias = "u")]
    Char,
    /// Block device.
    #[serde(rename = "b")]
    Block,
    /// Named pipe.
    #[serde(rename = "p")]
    Fifo,
}

impl Linux {
    /// The entry for a kind of namespace, if the configuration lists it.
    #[must_use]
    pub fn namespace(&self, kind: NamespaceKind) -> Option<&Namespace> {
        self.namespaces
            .iter()
            .find(|namespace| namespace.kind == kind)
    }
}

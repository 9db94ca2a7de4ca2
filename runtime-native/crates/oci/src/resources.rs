//! `linux.resources`: control group limits as the specification words them (v1 terms; `cgroups` converts).

use std::collections::BTreeMap;

use serde::Deserialize;

/// Limits of a control group. An absent field means "leave as it is".
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resources {
    /// Access to devices, in this order, the last match decides.
    pub devices: Vec<DeviceRule>,
    /// Memory.
    pub memory: Option<Memory>,
    /// Processor time and placement.
    pub cpu: Option<Cpu>,
    /// Number of tasks.
    pub pids: Option<Pids>,
    /// Block device bandwidth.
    #[serde(rename = "blockIO")]
    pub block_io: Option<BlockIo>,
    /// Huge pages, by page size.
    pub hugepage_limits: Vec<HugepageLimit>,
    /// v2 files and what to write to them, verbatim.
    pub unified: BTreeMap<String, String>,
    /// Network classes and priorities, v1 only.
    pub network: Option<Network>,
    /// Remote direct memory access, by device.
    pub rdma: BTreeMap<String, Rdma>,
}

/// `resources.memory`; sizes are bytes, -1 = no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Memory {
    /// Hard limit.
    pub limit: Option<i64>,
    /// Soft limit.
    pub reservation: Option<i64>,
    /// Memory and swap together.
    pub swap: Option<i64>,
    /// Buffers of TCP, v1 only; v2 counts them as memory.
    #[serde(rename = "kernelTCP")]
    pub kernel_tcp: Option<i64>,
    /// 0..=100, v1 only.
    pub swappiness: Option<u64>,
    /// Do not kill on out of memory, v1 only.
    #[serde(rename = "disableOOMKiller")]
    pub disable_oom_killer: Option<bool>,
    /// Refuse a limit below the present use.
    pub check_before_update: Option<bool>,
}

/// `resources.cpu`; times are microseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cpu {
    /// Relative weight, 2..=262144, default 1024.
    pub shares: Option<u64>,
    /// Time per period; -1 or less = no limit.
    pub quota: Option<i64>,
    /// Accumulated time that may be used beyond the quota.
    pub burst: Option<u64>,
    /// Length of a period.
    pub period: Option<u64>,
    /// Realtime time per period, v1 only.
    pub realtime_runtime: Option<i64>,
    /// Realtime period, v1 only.
    pub realtime_period: Option<u64>,
    /// Processors, a list like `0-3,5`.
    pub cpus: Option<String>,
    /// Memory nodes, a list like `0-1`.
    pub mems: Option<String>,
    /// 1 = only idle time.
    pub idle: Option<i64>,
}

/// `resources.pids`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Pids {
    /// Most tasks; -1 = no limit, 0 = none beside the first. In a configuration of a version before 1.3 0 is read as -1.
    pub limit: Option<i64>,
}

/// One entry of `resources.devices`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeviceRule {
    /// Allow or deny.
    pub allow: bool,
    /// `a`, `c` or `b`; absent = `a`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Major number; absent or -1 = all.
    pub major: Option<i64>,
    /// Minor number; absent or -1 = all.
    pub minor: Option<i64>,
    /// Letters of `rwm`; absent = all three.
    pub access: Option<String>,
}

/// `resources.blockIO`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BlockIo {
    /// Relative weight, 10..=1000.
    pub weight: Option<u16>,
    /// The same against child groups; gone from the kernel with its scheduler (5.0).
    pub leaf_weight: Option<u16>,
    /// Weights of single devices.
    pub weight_device: Vec<WeightDevice>,
    /// Read limits, bytes per second.
    pub throttle_read_bps_device: Vec<ThrottleDevice>,
    /// Write limits, bytes per second.
    pub throttle_write_bps_device: Vec<ThrottleDevice>,
    /// Read limits, operations per second.
    #[serde(rename = "throttleReadIOPSDevice")]
    pub throttle_read_iops_device: Vec<ThrottleDevice>,
    /// Write limits, operations per second.
    #[serde(rename = "throttleWriteIOPSDevice")]
    pub throttle_write_iops_device: Vec<ThrottleDevice>,
}

/// A weight of one block device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WeightDevice {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// Relative weight, 10..=1000.
    pub weight: Option<u16>,
    /// As in [`BlockIo::leaf_weight`].
    pub leaf_weight: Option<u16>,
}

/// `resources.network`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Network {
    /// Class that the group's packets are marked with.
    #[serde(rename = "classID")]
    pub class_id: Option<u32>,
    /// Priorities of the group's packets, by interface.
    pub priorities: Vec<InterfacePriority>,
}

/// One entry of `resources.network.priorities`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct InterfacePriority {
    /// Interface of the runtime's network namespace.
    pub name: String,
    /// Its priority.
    pub priority: u32,
}

/// One entry of `resources.rdma`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Rdma {
    /// Most handles.
    pub hca_handles: Option<u32>,
    /// Most objects.
    pub hca_objects: Option<u32>,
}

/// A rate limit of one block device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct ThrottleDevice {
    /// Major number.
    pub major: u32,
    /// Minor number.
    pub minor: u32,
    /// Bytes or operations per second.
    pub rate: u64,
}

/// One entry of `resources.hugepageLimits`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HugepageLimit {
    /// Page size like `2MB`.
    pub page_size: String,
    /// Bytes.
    pub limit: u64,
}

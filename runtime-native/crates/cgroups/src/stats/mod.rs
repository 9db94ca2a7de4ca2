//! What a group uses: CPU, memory, block input and output, processes, pressure.
//!
//! Each figure is read where its controller lives, so it has the same name and unit on every kind of host. What a host
//! does not count is absent, never zero. Source: `admin-guide/cgroup-v2.rst`, `admin-guide/cgroup-v1/`,
//! `accounting/psi.rst`.

mod cpu;
mod details;
mod io;
mod memory;
mod pids;
mod pressure;
mod reader;

pub use cpu::{CpuStats, Throttling};
pub use details::HugePageStats;
pub use io::{DeviceIo, IoStats};
pub use memory::{MemoryEvents, MemoryStats};
pub use pids::PidsStats;
pub use pressure::{Pressure, PressureLine};

use serde::{Deserialize, Serialize};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::stats::reader::Reader;

/// What a group and the groups below it use. Serialises as the protocol has it (`stats` in schemas/protocol/hostd.md).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// Processor time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<CpuStats>,
    /// Memory and swap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<MemoryStats>,
    /// Block devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub io: Option<IoStats>,
    /// Processes and threads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pids: Option<PidsStats>,
}

/// Reads the use of many groups, one after the other: keeps its buffer.
#[derive(Debug, Default)]
pub struct StatsReader {
    reader: Reader,
}

impl StatsReader {
    /// What `group` uses now.
    ///
    /// # Errors
    /// What the kernel says: ENODEV when the group was removed meanwhile. What the host does not count is no error.
    pub fn read(&mut self, group: &Cgroup) -> Result<Stats, CgroupError> {
        let reader = &mut self.reader;
        Ok(Stats {
            cpu: cpu::read(reader, group)?,
            memory: memory::read(reader, group)?,
            io: io::read(reader, group)?,
            pids: pids::read(reader, group)?,
        })
    }
}

impl Cgroup {
    /// What the group uses now.
    ///
    /// # Errors
    /// As [`StatsReader::read`].
    pub fn stats(&self) -> Result<Stats, CgroupError> {
        StatsReader::default().read(self)
    }
}

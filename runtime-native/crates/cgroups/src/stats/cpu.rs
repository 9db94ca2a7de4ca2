//! Processor time, and how often a quota was used up.

use serde::{Deserialize, Serialize};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::hierarchies::Version;
use crate::node::Node;
use crate::stats::pressure::{self, Pressure};
use crate::stats::reader::{Reader, each_number};

/// Processor time, in microseconds since the group was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CpuStats {
    /// Altogether.
    pub usage_us: u64,
    /// In programs.
    pub user_us: u64,
    /// In the kernel.
    pub system_us: u64,
    /// The quota, while there is one.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub throttling: Option<Throttling>,
    /// How long processes waited for a processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressure: Option<Pressure>,
}

/// What the quota did, since the group was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Throttling {
    /// Periods in which there was something to run.
    pub periods: u64,
    /// Periods in which the quota was used up.
    pub throttled_periods: u64,
    /// How long the group was not allowed to run, microseconds, summed over processors.
    pub throttled_us: u64,
}

/// `None` when nothing counts the group's time.
pub(crate) fn read(reader: &mut Reader, group: &Cgroup) -> Result<Option<CpuStats>, CgroupError> {
    let read = match group.node("cpuacct") {
        Some(node) => read_v1(reader, group, node)?,
        // The v2 tree counts with and without its controllers.
        None => match group.v2() {
            Some(node) => reader.text(node, "cpu.stat")?.map(parse_v2),
            None => None,
        },
    };
    let Some(mut stats) = read else {
        return Ok(None);
    };
    stats.pressure = pressure::read(reader, group, "cpu.pressure")?;
    Ok(Some(stats))
}

fn parse_v2(text: &str) -> CpuStats {
    let mut stats = CpuStats::default();
    each_number(text, |key, number| match key {
        "usage_usec" => stats.usage_us = number,
        "user_usec" => stats.user_us = number,
        "system_usec" => stats.system_us = number,
        _ => {}
    });
    stats.throttling = parse_throttling(text);
    stats
}

fn read_v1(
    reader: &mut Reader,
    group: &Cgroup,
    node: &Node,
) -> Result<Option<CpuStats>, CgroupError> {
    let Some(usage_ns) = reader.number(node, "cpuacct.usage")? else {
        return Ok(None);
    };
    let mut stats = CpuStats {
        usage_us: usage_ns / 1_000,
        user_us: reader.number(node, "cpuacct.usage_user")?.unwrap_or(0) / 1_000,
        system_us: reader.number(node, "cpuacct.usage_sys")?.unwrap_or(0) / 1_000,
        ..CpuStats::default()
    };
    let quota = group.node("cpu").filter(|one| one.version == Version::V1);
    if let Some(node) = quota {
        stats.throttling = reader.text(node, "cpu.stat")?.and_then(parse_throttling);
    }
    Ok(Some(stats))
}

/// The same file in both versions, but for the unit of the time.
fn parse_throttling(text: &str) -> Option<Throttling> {
    let mut found = None;
    let mut throttling = Throttling::default();
    each_number(text, |key, number| match key {
        "nr_periods" => {
            throttling.periods = number;
            found = Some(());
        }
        "nr_throttled" => throttling.throttled_periods = number,
        "throttled_usec" => throttling.throttled_us = number,
        "throttled_time" => throttling.throttled_us = number / 1_000,
        _ => {}
    });
    found.map(|()| throttling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_file_of_v2_with_and_without_a_quota() {
        let bare = parse_v2("usage_usec 30\nuser_usec 20\nsystem_usec 10\nnice_usec 0\n");
        assert_eq!((bare.usage_us, bare.user_us, bare.system_us), (30, 20, 10));
        assert_eq!(bare.throttling, None);
        let text = "usage_usec 1\nnr_periods 9\nnr_throttled 4\nthrottled_usec 77\nnr_bursts 0\n";
        let throttling = Throttling {
            periods: 9,
            throttled_periods: 4,
            throttled_us: 77,
        };
        assert_eq!(parse_v2(text).throttling, Some(throttling));
    }

    #[test]
    fn v1_counts_throttled_time_in_nanoseconds() {
        let text = "nr_periods 9\nnr_throttled 4\nthrottled_time 77123\n";
        assert_eq!(parse_throttling(text).map(|one| one.throttled_us), Some(77));
    }
}

//! Memory and swap.

use serde::{Deserialize, Serialize};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;
use crate::hierarchies::Version;
use crate::node::Node;
use crate::stats::pressure::{self, Pressure};
use crate::stats::reader::{Reader, each_number};

/// v1 says "no limit" with the largest multiple of the page size.
const V1_UNLIMITED: u64 = 1 << 62;

/// Memory, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryStats {
    /// All that is charged, with the page cache.
    pub usage: u64,
    /// What cannot be taken away without cost: `usage` without file pages that were not used lately. This is what
    /// comes near the limit before the kernel kills.
    pub working_set: u64,
    /// `None` = no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// The highest `usage` so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak: Option<u64>,
    /// Memory of programs: heaps, stacks.
    pub anonymous: u64,
    /// Page cache, with tmpfs and shared memory.
    pub file: u64,
    /// Of `file`, what was not used lately.
    pub inactive_file: u64,
    /// Of the kernel for the group: page tables, stacks, dentries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<u64>,
    /// Swapped out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap: Option<u64>,
    /// Of swap alone; `None` = no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swap_limit: Option<u64>,
    /// Page faults.
    pub page_faults: u64,
    /// Page faults that had to read.
    pub major_page_faults: u64,
    /// How often a limit was felt.
    pub events: MemoryEvents,
    /// How long processes waited for memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pressure: Option<Pressure>,
}

/// How often something happened, since the group was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryEvents {
    /// `memory.high` slowed the group down; v2 alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<u64>,
    /// The limit was about to be exceeded.
    pub max: u64,
    /// Nothing could be freed: an allocation failed or a process had to go; v2 alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oom: Option<u64>,
    /// Processes killed for lack of memory.
    pub oom_kill: u64,
}

/// `None` without the controller.
pub(crate) fn read(
    reader: &mut Reader,
    group: &Cgroup,
) -> Result<Option<MemoryStats>, CgroupError> {
    let read = match group.node("memory") {
        None => None,
        Some(node) if node.version == Version::V2 => read_v2(reader, node)?,
        Some(node) => read_v1(reader, node)?,
    };
    let Some(mut stats) = read else {
        return Ok(None);
    };
    stats.working_set = stats.usage.saturating_sub(stats.inactive_file);
    stats.pressure = pressure::read(reader, group, "memory.pressure")?;
    Ok(Some(stats))
}

fn read_v2(reader: &mut Reader, node: &Node) -> Result<Option<MemoryStats>, CgroupError> {
    let Some(usage) = reader.number(node, "memory.current")? else {
        return Ok(None);
    };
    let stat = reader.text(node, "memory.stat")?.map(parse_stat_v2);
    let events = reader.text(node, "memory.events")?.map(parse_events);
    Ok(Some(MemoryStats {
        usage,
        limit: reader.number(node, "memory.max")?,
        peak: reader.number(node, "memory.peak")?,
        swap: reader.number(node, "memory.swap.current")?,
        swap_limit: reader.number(node, "memory.swap.max")?,
        events: events.unwrap_or_default(),
        ..stat.unwrap_or_default()
    }))
}

fn read_v1(reader: &mut Reader, node: &Node) -> Result<Option<MemoryStats>, CgroupError> {
    let Some(usage) = reader.number(node, "memory.usage_in_bytes")? else {
        return Ok(None);
    };
    let stat = reader.text(node, "memory.stat")?.map(parse_stat_v1);
    let limited = |number: Option<u64>| number.filter(|one| *one < V1_UNLIMITED);
    let limit = limited(reader.number(node, "memory.limit_in_bytes")?);
    // Memory and swap together.
    let both = limited(reader.number(node, "memory.memsw.limit_in_bytes")?);
    let events = MemoryEvents {
        max: reader.number(node, "memory.failcnt")?.unwrap_or(0),
        oom_kill: reader
            .text(node, "memory.oom_control")?
            .and_then(|text| file::keyed(text, "oom_kill"))
            .unwrap_or(0),
        ..MemoryEvents::default()
    };
    Ok(Some(MemoryStats {
        usage,
        limit,
        peak: reader.number(node, "memory.max_usage_in_bytes")?,
        kernel: reader.number(node, "memory.kmem.usage_in_bytes")?,
        swap_limit: both
            .zip(limit)
            .map(|(both, limit)| both.saturating_sub(limit)),
        events,
        ..stat.unwrap_or_default()
    }))
}

fn parse_stat_v2(text: &str) -> MemoryStats {
    let mut stats = MemoryStats::default();
    each_number(text, |key, number| match key {
        "anon" => stats.anonymous = number,
        "file" => stats.file = number,
        "kernel" => stats.kernel = Some(number),
        "inactive_file" => stats.inactive_file = number,
        "pgfault" => stats.page_faults = number,
        "pgmajfault" => stats.major_page_faults = number,
        _ => {}
    });
    stats
}

/// Those with `total_` have the groups below in them.
fn parse_stat_v1(text: &str) -> MemoryStats {
    let mut stats = MemoryStats::default();
    each_number(text, |key, number| match key {
        "total_rss" => stats.anonymous = number,
        "total_cache" => stats.file = number,
        "total_swap" => stats.swap = Some(number),
        "total_inactive_file" => stats.inactive_file = number,
        "total_pgfault" => stats.page_faults = number,
        "total_pgmajfault" => stats.major_page_faults = number,
        _ => {}
    });
    stats
}

fn parse_events(text: &str) -> MemoryEvents {
    let mut events = MemoryEvents::default();
    each_number(text, |key, number| match key {
        "high" => events.high = Some(number),
        "max" => events.max = number,
        "oom" => events.oom = Some(number),
        "oom_kill" => events.oom_kill = number,
        _ => {}
    });
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_versions_name_the_same_figures_differently() {
        let unified =
            parse_stat_v2("anon 10\nfile 20\nkernel 3\ninactive_file 5\npgfault 7\npgmajfault 1\n");
        let legacy = parse_stat_v1(
            "rss 1\ntotal_rss 10\ntotal_cache 20\ntotal_inactive_file 5\ntotal_pgfault 7\ntotal_pgmajfault 1\n",
        );
        assert_eq!(
            MemoryStats {
                kernel: None,
                ..unified
            },
            legacy
        );
    }

    #[test]
    fn counts_events_by_their_whole_name() {
        let events = parse_events("low 0\nhigh 1\nmax 2\noom 3\noom_kill 4\noom_group_kill 5\n");
        let expected = MemoryEvents {
            high: Some(1),
            max: 2,
            oom: Some(3),
            oom_kill: 4,
        };
        assert_eq!(events, expected);
    }
}

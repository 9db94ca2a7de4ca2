//! What is told on request only (`tsorch-runtime events`): it costs more and changes less.

use std::collections::BTreeMap;

use rustix::fs::{Mode, OFlags};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;
use crate::hierarchies::Version;
use crate::node::{Node, group_error};
use crate::stats::reader::{Reader, each_number};

/// Huge pages of one size, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HugePageStats {
    /// Now.
    pub usage: u64,
    /// The highest `usage` so far; v1 alone.
    pub peak: Option<u64>,
    /// How often the limit refused one.
    pub refused: u64,
}

impl Cgroup {
    /// Every line of `memory.stat`; empty without the controller.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn memory_details(&self) -> Result<BTreeMap<String, u64>, CgroupError> {
        let mut details = BTreeMap::new();
        if let Some(node) = self.node("memory") {
            let mut reader = Reader::default();
            let text = reader.text(node, "memory.stat")?.unwrap_or_default();
            each_number(text, |key, number| {
                details.insert(key.to_owned(), number);
            });
        }
        Ok(details)
    }

    /// Processor time by processor, in nanoseconds; empty where v1's `cpuacct` does not count.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn per_cpu_ns(&self) -> Result<Vec<u64>, CgroupError> {
        let Some(node) = self.node("cpuacct") else {
            return Ok(Vec::new());
        };
        let mut reader = Reader::default();
        let text = reader
            .text(node, "cpuacct.usage_percpu")?
            .unwrap_or_default();
        Ok(text
            .split_whitespace()
            .map_while(|one| one.parse().ok())
            .collect())
    }

    /// Huge pages by page size as the kernel names it, like `2MB`; empty without the controller.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn huge_pages(&self) -> Result<BTreeMap<String, HugePageStats>, CgroupError> {
        let mut found = BTreeMap::new();
        if let Some(node) = self.node("hugetlb") {
            let mut reader = Reader::default();
            for size in page_sizes(node)? {
                let stats = huge_pages_of(&mut reader, node, &size)?;
                found.insert(size, stats);
            }
        }
        Ok(found)
    }
}

fn huge_pages_of(
    reader: &mut Reader,
    node: &Node,
    size: &str,
) -> Result<HugePageStats, CgroupError> {
    let file = |name: &str| format!("hugetlb.{size}.{name}");
    if node.version == Version::V1 {
        return Ok(HugePageStats {
            usage: reader.number(node, &file("usage_in_bytes"))?.unwrap_or(0),
            peak: reader.number(node, &file("max_usage_in_bytes"))?,
            refused: reader.number(node, &file("failcnt"))?.unwrap_or(0),
        });
    }
    let events = reader.text(node, &file("events"))?;
    Ok(HugePageStats {
        refused: events
            .and_then(|text| file::keyed(text, "max"))
            .unwrap_or(0),
        usage: reader.number(node, &file("current"))?.unwrap_or(0),
        peak: None,
    })
}

/// The group's own files tell: `hugetlb.2MB.current`, `hugetlb.2MB.rsvd.current`, ...
fn page_sizes(node: &Node) -> Result<Vec<String>, CgroupError> {
    let failed = |errno| group_error("look into", &node.place, errno);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let listing = rustix::fs::openat(&node.dir, ".", flags, Mode::empty()).map_err(failed)?;
    let mut sizes = Vec::new();
    for entry in rustix::fs::Dir::read_from(&listing).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        sizes.extend(
            entry
                .file_name()
                .to_str()
                .ok()
                .and_then(page_size)
                .map(str::to_owned),
        );
    }
    Ok(sizes)
}

fn page_size(file: &str) -> Option<&str> {
    let (size, name) = file.strip_prefix("hugetlb.")?.split_once('.')?;
    matches!(name, "current" | "usage_in_bytes").then_some(size)
}

#[cfg(test)]
mod tests {
    use super::page_size;

    #[test]
    fn one_file_of_each_page_size_names_it() {
        assert_eq!(page_size("hugetlb.2MB.current"), Some("2MB"));
        assert_eq!(page_size("hugetlb.1GB.usage_in_bytes"), Some("1GB"));
        assert_eq!(page_size("hugetlb.2MB.rsvd.current"), None);
        assert_eq!(page_size("memory.current"), None);
    }
}

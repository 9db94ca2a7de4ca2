//! Attributes that only a process itself can set: its execution domain and the source of its memory.

use tsorch_oci::{Linux, MemoryPolicy, Personality};
use tsorch_sys::memory_policy::MOST_NODES;

use super::{PlanError, number_list};

/// Domains of personality(2).
const DOMAINS: [(&str, u32); 2] = [("LINUX", 0), ("LINUX32", 8)];
/// Flags of personality(2), `include/uapi/linux/personality.h`.
const PERSONALITY_FLAGS: [(&str, u32); 11] = [
    ("UNAME26", 0x002_0000),
    ("ADDR_NO_RANDOMIZE", 0x004_0000),
    ("FDPIC_FUNCPTRS", 0x008_0000),
    ("MMAP_PAGE_ZERO", 0x010_0000),
    ("ADDR_COMPAT_LAYOUT", 0x020_0000),
    ("READ_IMPLIES_EXEC", 0x040_0000),
    ("ADDR_LIMIT_32BIT", 0x080_0000),
    ("SHORT_INODE", 0x100_0000),
    ("WHOLE_SECONDS", 0x200_0000),
    ("STICKY_TIMEOUTS", 0x400_0000),
    ("ADDR_LIMIT_3GB", 0x800_0000),
];

/// Modes of set_mempolicy(2), `include/uapi/linux/mempolicy.h`.
pub(crate) const MEMORY_MODES: [(&str, u32); 7] = [
    ("MPOL_DEFAULT", 0),
    ("MPOL_PREFERRED", 1),
    ("MPOL_BIND", 2),
    ("MPOL_INTERLEAVE", 3),
    ("MPOL_LOCAL", 4),
    ("MPOL_PREFERRED_MANY", 5),
    ("MPOL_WEIGHTED_INTERLEAVE", 6),
];
/// Flags of set_mempolicy(2).
pub(crate) const MEMORY_FLAGS: [(&str, u32); 3] = [
    ("MPOL_F_NUMA_BALANCING", 1 << 13),
    ("MPOL_F_RELATIVE_NODES", 1 << 14),
    ("MPOL_F_STATIC_NODES", 1 << 15),
];

/// What a process sets for itself before its program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attributes {
    pub(crate) personality: Option<u32>,
    /// Mode with its flags, and nodes.
    pub(crate) memory: Option<(u32, Vec<u32>)>,
}

impl Attributes {
    /// Reads `linux.personality` and `linux.memoryPolicy`.
    pub(crate) fn new(linux: &Linux) -> Result<Self, PlanError> {
        Ok(Self {
            personality: linux.personality.as_ref().map(personality).transpose()?,
            memory: linux.memory_policy.as_ref().map(memory).transpose()?,
        })
    }
}

fn look_up(table: &[(&str, u32)], word: &str, field: &str) -> Result<u32, PlanError> {
    let found = table.iter().find(|(name, _)| *name == word);
    found
        .map(|(_, number)| *number)
        .ok_or_else(|| PlanError::new(format!("{field}: {word:?} is unknown")))
}

fn personality(wanted: &Personality) -> Result<u32, PlanError> {
    let domain = look_up(&DOMAINS, &wanted.domain, "linux.personality.domain")?;
    wanted.flags.iter().try_fold(domain, |all, flag| {
        Ok(all | look_up(&PERSONALITY_FLAGS, flag, "linux.personality.flags")?)
    })
}

/// Which nodes a mode needs or forbids is the kernel's to say.
fn memory(wanted: &MemoryPolicy) -> Result<(u32, Vec<u32>), PlanError> {
    let mode = look_up(&MEMORY_MODES, &wanted.mode, "linux.memoryPolicy.mode")?;
    let mode = wanted.flags.iter().try_fold(mode, |all, flag| {
        let bit = look_up(&MEMORY_FLAGS, flag, "linux.memoryPolicy.flags")?;
        Ok(all | bit)
    })?;
    if wanted.nodes.trim().is_empty() {
        return Ok((mode, Vec::new()));
    }
    let nodes = number_list::parse(&wanted.nodes, MOST_NODES).ok_or_else(|| {
        PlanError::new(format!(
            "linux.memoryPolicy.nodes: {:?} is no list of nodes",
            wanted.nodes
        ))
    })?;
    Ok((mode, nodes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(text: &str) -> Result<Attributes, PlanError> {
        let linux: Linux =
            serde_json::from_str(text).map_err(|error| PlanError::new(error.to_string()))?;
        Attributes::new(&linux)
    }

    #[test]
    fn words_become_the_numbers_of_the_kernel() {
        let planned = attributes(
            r#"{"personality": {"domain": "LINUX32", "flags": ["ADDR_NO_RANDOMIZE"]},
                "memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0-1", "flags": ["MPOL_F_STATIC_NODES"]}}"#,
        )
        .expect("good");
        assert_eq!(planned.personality, Some(0x4_0008));
        assert_eq!(planned.memory, Some((0x8002, vec![0, 1])));
    }

    #[test]
    fn no_nodes_are_no_error_and_unknown_words_are() {
        let empty = r#"{"memoryPolicy": {"mode": "MPOL_DEFAULT", "nodes": ""}}"#;
        assert_eq!(attributes(empty).expect("good").memory, Some((0, vec![])));
        for bad in [
            r#"{"memoryPolicy": {"mode": "MPOL_NOTHING"}}"#,
            r#"{"memoryPolicy": {"mode": "MPOL_BIND", "nodes": "x"}}"#,
            r#"{"memoryPolicy": {"mode": "MPOL_BIND", "flags": ["X"]}}"#,
            r#"{"personality": {"domain": "linux"}}"#,
            r#"{"personality": {"domain": "LINUX", "flags": ["X"]}}"#,
        ] {
            assert!(attributes(bad).is_err(), "{bad}");
        }
    }
}

//! From the specification's resources to control files: which value goes into which file of which controller.
//!
//! Pure: [`plan`] is told where each controller lives and answers with the writes; nothing is touched here.

use tsorch_oci::Resources;

use crate::error::CgroupError;
use crate::hierarchies::Version;
use crate::{v1, v2};

/// One value for one control file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The controller whose file it is.
    pub controller: &'static str,
    /// The limit, as the configuration names it.
    pub limit: String,
    /// The file.
    pub file: String,
    /// What to write.
    pub value: String,
    /// File and value for kernels that lack `file`.
    pub otherwise: Option<(String, String)>,
}

/// What a set of resources means on this host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Writes, in order.
    pub writes: Vec<Write>,
    /// Limits whose controller is not there: (controller, limit).
    pub missing: Vec<(&'static str, String)>,
    /// Limits that v2 does not have, where their controller is v2's. runc and crun pass over them, too.
    pub without_effect: Vec<&'static str>,
}

/// Plans the writes for `resources`; `home` tells where a controller lives.
///
/// # Errors
/// [`CgroupError::BadLimit`] for values that contradict each other.
pub fn plan(
    resources: &Resources,
    home: impl Fn(&str) -> Option<Version>,
) -> Result<Plan, CgroupError> {
    let mut plan = Plan::default();
    let mut add =
        |controller: &'static str, first: Vec<Write>, second: Vec<Write>| match home(controller) {
            Some(Version::V1) => plan.writes.extend(first),
            Some(Version::V2) => plan.writes.extend(second),
            None => plan
                .missing
                .extend(second.into_iter().map(|write| (controller, write.limit))),
        };
    let mut without_effect = Vec::new();
    if let Some(cpu) = &resources.cpu {
        if home("cpu") == Some(Version::V2) {
            without_effect.extend(v2::cpu_without_effect(cpu));
        }
        add("cpu", v1::cpu(cpu), v2::cpu(cpu));
        add("cpuset", v1::cpuset(cpu), v1::cpuset(cpu));
    }
    if let Some(memory) = &resources.memory {
        if home("memory") == Some(Version::V2) {
            without_effect.extend(v2::memory_without_effect(memory));
        }
        // v1 takes the sum of memory and swap as it is; only v2 needs both to tell the difference.
        let unified = match home("memory") {
            Some(Version::V1) => Vec::new(),
            _ => v2::memory(memory)?,
        };
        add("memory", v1::memory(memory), unified);
    }
    if let Some(pids) = &resources.pids {
        add("pids", v1::pids(*pids), v1::pids(*pids));
    }
    if let Some(io) = &resources.block_io {
        let controller = if home("blkio").is_some() {
            "blkio"
        } else {
            "io"
        };
        add(controller, v1::block_io(io), v2::block_io(io));
    }
    add(
        "hugetlb",
        v1::hugepages(&resources.hugepage_limits),
        v2::hugepages(&resources.hugepage_limits),
    );
    if let Some(network) = &resources.network {
        let (class, priorities) = (v1::network_class(network), v1::network_priorities(network)?);
        // v2 has neither file: there the controllers are missing, not elsewhere.
        add("net_cls", class.clone(), class);
        add("net_prio", priorities.clone(), priorities);
    }
    let rdma = v1::rdma(&resources.rdma)?;
    add("rdma", rdma.clone(), rdma);
    plan.without_effect = without_effect;
    for write in v2::unified(&resources.unified)? {
        match home(write.controller) {
            Some(Version::V2) => plan.writes.push(write),
            _ => plan.missing.push((write.controller, write.limit)),
        }
    }
    Ok(plan)
}

/// Builds one write.
pub(crate) fn write(
    (controller, limit): (&'static str, &str),
    file: impl Into<String>,
    value: impl ToString,
) -> Write {
    Write {
        controller,
        limit: limit.to_owned(),
        file: file.into(),
        value: value.to_string(),
        otherwise: None,
    }
}

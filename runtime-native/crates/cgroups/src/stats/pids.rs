//! Processes and threads.

use serde::{Deserialize, Serialize};

use crate::cgroup::Cgroup;
use crate::error::CgroupError;
use crate::file;
use crate::stats::reader::Reader;

/// How many processes and threads there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PidsStats {
    /// Now.
    pub current: u64,
    /// At most; `None` = no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
    /// How often the limit refused one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<u64>,
}

/// `None` without the controller. Its files are the same in both versions.
pub(crate) fn read(reader: &mut Reader, group: &Cgroup) -> Result<Option<PidsStats>, CgroupError> {
    let Some(node) = group.node("pids") else {
        return Ok(None);
    };
    let Some(current) = reader.number(node, "pids.current")? else {
        return Ok(None);
    };
    Ok(Some(PidsStats {
        current,
        limit: reader.number(node, "pids.max")?,
        refused: reader
            .text(node, "pids.events")?
            .and_then(|text| file::keyed(text, "max")),
    }))
}

//! `container.stats`: what all containers use.

use std::ops::Bound;

use rustix::io::Errno;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tsorch_cgroups::stats::{Stats, StatsReader};
use tsorch_cgroups::{CgroupError, CgroupPath};
use tsorch_network::counters::InterfaceCounters;
use tsorch_network::names::ContainerId;
use tsorch_protocol::{ErrorBody, code};

use crate::groups::error_body;
use crate::hostd::Hostd;
use crate::log::now_ms;

/// How many containers one answer tells of: reading them must not hold up a start, and the answer must fit into a frame.
const PAGE: usize = 64;

/// Params of `container.stats`.
#[derive(Debug, Deserialize)]
pub(crate) struct StatsParams {
    /// Only containers behind this one in the order of ids.
    #[serde(default)]
    after: Option<ContainerId>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContainerStats {
    id: ContainerId,
    at: u64,
    #[serde(flatten)]
    usage: Stats,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    network: Vec<InterfaceCounters>,
}

#[derive(Debug, Serialize, Deserialize)]
struct StatsResult {
    containers: Vec<ContainerStats>,
    /// The last id of a page that is not the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<ContainerId>,
}

impl Hostd {
    /// `container.stats`: every container that has a control group, a page at a time.
    pub(crate) fn container_stats(&mut self, params: StatsParams) -> Result<Value, ErrorBody> {
        let groups = self.groups.of_all();
        let begin = params.after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = groups.range((begin, Bound::Unbounded));
        let mut reader = StatsReader::default();
        let mut result = StatsResult {
            containers: Vec::with_capacity(PAGE.min(groups.len())),
            next: None,
        };
        for (id, path) in rest.by_ref().take(PAGE) {
            let stats = self.stats_of(&mut reader, id, path)?;
            result.containers.extend(stats);
            result.next = Some(id.clone());
        }
        if rest.next().is_none() {
            result.next = None;
        }
        serde_json::to_value(result)
            .map_err(|error| ErrorBody::new(code!("internal.bug"), error.to_string()))
    }

    /// `None` for a container that has ended since the look.
    fn stats_of(
        &mut self,
        reader: &mut StatsReader,
        id: &ContainerId,
        path: &CgroupPath,
    ) -> Result<Option<ContainerStats>, ErrorBody> {
        let group = self.groups.open_group(path.clone());
        let usage = match group.and_then(|group| reader.read(&group)) {
            Ok(usage) => usage,
            Err(error) if is_gone(&error) => return Ok(None),
            Err(error) => return Err(error_body(&error)),
        };
        if usage == Stats::default() {
            return Ok(None);
        }
        let network = match self.network.as_mut() {
            Some(network) => network.0.counters(id)?,
            None => Vec::new(),
        };
        Ok(Some(ContainerStats {
            id: id.clone(),
            at: now_ms(),
            usage,
            network,
        }))
    }
}

fn is_gone(error: &CgroupError) -> bool {
    matches!(error.errno(), Some(Errno::NODEV | Errno::NOENT))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The daemon's tests read it, too.
    const VECTORS: &str = include_str!("../../../../test/fixtures/protocol/hostd.json");

    #[test]
    fn params_and_result_are_those_of_the_contract() {
        let vectors: Value = serde_json::from_str(VECTORS).unwrap();
        let methods = vectors["methods"].as_array().unwrap();
        let is_ours = |one: &&Value| one["method"] == "container.stats";
        let vector = methods.iter().find(is_ours).unwrap();
        let params: StatsParams = serde_json::from_value(vector["params"].clone()).unwrap();
        assert!(params.after.is_some());
        let result: StatsResult = serde_json::from_value(vector["result"].clone()).unwrap();
        assert_eq!(serde_json::to_value(result).unwrap(), vector["result"]);
    }
}

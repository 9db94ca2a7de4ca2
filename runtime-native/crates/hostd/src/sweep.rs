//! `node.sweep`: everything with a name of ours that belongs to nobody.

use std::collections::BTreeSet;

use serde_json::json;
use tsorch_network::api::SweepParams;
use tsorch_network::names::ContainerId;
use tsorch_protocol::ErrorBody;

use crate::client::Waiter;
use crate::dirs::ids_in;
use crate::dispatch::Answer;
use crate::hostd::Hostd;
use crate::removal::{Extent, Removal, Then, not_begun};

impl Hostd {
    /// `node.sweep`
    pub(crate) fn node_sweep(
        &mut self,
        waiter: Waiter,
        params: SweepParams,
    ) -> Result<Answer, ErrorBody> {
        let wanted: BTreeSet<ContainerId> = params.containers.iter().cloned().collect();
        let leftovers: Vec<ContainerId> = self
            .all_ids()
            .into_iter()
            .filter(|id| !wanted.contains(id) && !self.is_busy(id))
            .collect();
        let mut removed: Vec<String> = leftovers
            .iter()
            .map(|id| format!("container {id}"))
            .collect();
        let network = self.network.as_mut().map(|network| network.0.sweep(params));
        // Its error is told when the containers are gone: teardown goes on.
        let swept = network.transpose().map_err(ErrorBody::from).map(|swept| {
            removed.extend(swept.unwrap_or_default());
            json!({ "removed": removed })
        });
        if leftovers.is_empty() {
            return swept.map(Answer::Now);
        }
        let then = Then::AnswerSwept(waiter, swept);
        let removal = Removal {
            ids: leftovers,
            extent: Extent::Everything,
            then,
        };
        self.begin_removal(removal).map_err(not_begun)?;
        Ok(Answer::Later)
    }

    /// Every container of which there is anything.
    pub(crate) fn all_ids(&self) -> BTreeSet<ContainerId> {
        let mut ids = self.groups.ids();
        for dir in [
            self.dirs.shims(),
            self.dirs.bundles(),
            self.dirs.containers(),
        ] {
            ids.extend(ids_in(&dir));
        }
        ids
    }
}

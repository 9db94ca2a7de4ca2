//! `node.shutdown`: nothing of the node is left on the host but its root directory.

use std::path::Path;

use rustix::io::Errno;
use serde::Deserialize;
use serde_json::{Value, json};
use tsorch_protocol::{ErrorBody, code};

use crate::client::Waiter;
use crate::dirs::{Trash, ids_in};
use crate::dispatch::{Answer, nothing};
use crate::groups;
use crate::hostd::Hostd;
use crate::log::{Level, log};
use crate::removal::{Extent, Removal, Then, not_begun};
use crate::tree;

/// Params of `node.shutdown`.
#[derive(Debug, Deserialize)]
pub(crate) struct ShutdownParams {
    /// End containers too.
    #[serde(default)]
    force: bool,
}

/// A shutdown that has begun; nothing else is done any more.
#[derive(Debug)]
pub(crate) struct Shutdown {
    waiter: Waiter,
    /// How the removal of the containers went, once it is over.
    removed: Option<Result<Value, ErrorBody>>,
}

impl Hostd {
    /// `node.shutdown`
    pub(crate) fn node_shutdown(
        &mut self,
        waiter: Waiter,
        params: ShutdownParams,
    ) -> Result<Answer, ErrorBody> {
        let lives = self.shims.len() + self.unready.len() + self.spawns.len();
        if lives > 0 && !params.force {
            let message = format!("{lives} containers have a living shim");
            return Err(ErrorBody::new(code!("node.busy"), message));
        }
        let spawning: Vec<_> = self.spawns.keys().cloned().collect();
        for id in &spawning {
            self.cancel_spawn(id);
        }
        let mut ids = self.groups.ids();
        ids.extend(ids_in(&self.dirs.shims()));
        ids.extend(ids_in(&self.dirs.bundles()));
        let ids = ids.into_iter().collect();
        let removal = Removal {
            ids,
            extent: Extent::RunDir,
            then: Then::Shutdown,
        };
        self.begin_removal(removal).map_err(not_begun)?;
        self.shutdown = Some(Shutdown {
            waiter,
            removed: None,
        });
        Ok(Answer::Later)
    }

    /// The containers are gone, or not all.
    pub(crate) fn containers_removed(&mut self, outcome: Result<Value, ErrorBody>) {
        if let Some(shutdown) = self.shutdown.as_mut() {
            shutdown.removed = Some(outcome);
        }
    }

    /// Ends hostd when nothing is going on any more.
    pub(crate) fn finish_shutdown(&mut self) {
        let is_quiet = self.spawns.is_empty() && self.settlements.is_empty();
        let is_removed = self
            .shutdown
            .as_ref()
            .is_some_and(|shutdown| shutdown.removed.is_some());
        let Some(shutdown) = (is_quiet && is_removed)
            .then(|| self.shutdown.take())
            .flatten()
        else {
            return;
        };
        let containers = shutdown.removed.unwrap_or_else(|| Ok(nothing()));
        let outcomes = [
            containers.map(drop),
            self.remove_network(),
            self.remove_groups(),
            self.remove_files(),
        ];
        let failed = outcomes.into_iter().find_map(Result::err);
        log(
            Level::Info,
            "shut down",
            json!({ "problem": failed.as_ref().map(|error| &error.message) }),
        );
        self.answer(shutdown.waiter, failed.map_or_else(|| Ok(nothing()), Err));
        self.ends = true;
    }

    fn remove_network(&mut self) -> Result<(), ErrorBody> {
        let Some(network) = self.network.take() else {
            return Ok(());
        };
        Ok(network.into_source().0.shutdown()?)
    }

    fn remove_groups(&mut self) -> Result<(), ErrorBody> {
        self.template.kill();
        self.kill_unpacks();
        self.groups
            .remove_all()
            .map_err(|error| groups::error_body(&error))
    }

    fn remove_files(&self) -> Result<(), ErrorBody> {
        let trash = self.dirs.trash(Trash::RunDir);
        let _ = tree::empty(&trash);
        let directories = [self.dirs.shims(), self.dirs.bundles(), trash];
        let directories = directories
            .iter()
            .map(|path| gone(rustix::fs::rmdir(path), path));
        let files = [self.dirs.socket(), self.dirs.lock()];
        let files = files
            .iter()
            .map(|path| gone(rustix::fs::unlink(path), path));
        let outcome = directories.chain(files).fold(Ok(()), Result::and);
        // Others may have files there.
        let _ = rustix::fs::rmdir(self.dirs.run_dir());
        outcome
    }
}

fn gone(outcome: Result<(), Errno>, path: &Path) -> Result<(), ErrorBody> {
    match outcome {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(errno) => Err(ErrorBody::new(code!("host.failed"), "cannot remove")
            .about(path.display().to_string())
            .errno(errno)),
    }
}

//! Hooks of config.json that follow the start and the end of a task; those before belong to its making. A foreign runtime
//! runs its own.

use tsorch_container::{Warning, WarningKind, run_hooks};
use tsorch_oci::{Config, Hook, SPEC_VERSION, State, Status};

use crate::shim::Shim;

/// Nothing is read and nobody answered while a hook runs, so one without a timeout gets this one; seconds.
const LONGEST: u64 = 10;

impl Shim {
    /// After the start: a hook that fails ends the task, as the specification has it. What to tell of that.
    pub(crate) fn run_poststart_hooks(&mut self) -> Option<Warning> {
        let run = self.task.living().filter(|run| run.foreign.is_none())?;
        let hooks = bounded(&run.config.hooks.poststart);
        let state = State {
            pid: Some(run.pid.as_raw_pid()),
            ..self.state_for_hooks(&run.config, Status::Running)
        };
        let failure = run_hooks(&hooks, &state).err()?;
        let _ = run.cgroup.kill();
        Some(Warning {
            kind: WarningKind::Hook,
            message: failure.to_string(),
        })
    }

    /// After the end: all of them, whichever fail.
    pub(crate) fn run_poststop_hooks(&self, config: &Config) {
        let state = self.state_for_hooks(config, Status::Stopped);
        for hook in bounded(&config.hooks.poststop).chunks(1) {
            let _ = run_hooks(hook, &state);
        }
    }

    fn state_for_hooks(&self, config: &Config, status: Status) -> State {
        State {
            oci_version: SPEC_VERSION.to_owned(),
            id: self.id.to_string(),
            status,
            pid: None,
            bundle: self.paths.bundle.clone(),
            annotations: config.annotations.clone(),
        }
    }
}

fn bounded(hooks: &[Hook]) -> Vec<Hook> {
    let mut hooks = hooks.to_vec();
    for hook in &mut hooks {
        hook.timeout = Some(hook.timeout.map_or(LONGEST, |timeout| timeout.min(LONGEST)));
    }
    hooks
}

//! What the shim writes for hostd and the daemon: `state.json` and `exit.json`.

use rustix::io::Errno;
use rustix::process::{Pid, getpid};
use serde::Serialize;
use tsorch_oci::{Config, SPEC_VERSION, State, Status};
use tsorch_protocol::ErrorBody;
use tsorch_protocol::shim_files::{
    ExitReason, ExitRecord, ExitUsage, HealthState, PipeState, ShimState, StopState,
};
use tsorch_sys::child::{Ending, Usage};

use crate::shim_dir::{EXIT_RECORD, STATE, ShimDir};
use crate::task::Ended;

const STATE_VERSION: u32 = 1;

/// Status for a start that failed, as shells have it: 127 not found, 126 not executable, 125 something else.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;
const NOT_STARTED: u8 = 125;

#[derive(Serialize)]
struct StateFile<'a> {
    #[serde(flatten)]
    oci: State,
    tsorch: &'a ShimState,
}

/// What `state.json` tells beyond ids.
#[derive(Debug)]
pub(crate) struct StateFacts<'a> {
    pub(crate) status: Status,
    pub(crate) task: u64,
    pub(crate) pid: Option<Pid>,
    /// Epoch milliseconds.
    pub(crate) started_at: Option<u64>,
    pub(crate) config: Option<&'a Config>,
    pub(crate) run: RunFacts,
}

/// What a shim needs that has to go on with a running task.
#[derive(Debug, Default)]
pub(crate) struct RunFacts {
    pub(crate) adopted_at: Option<u64>,
    pub(crate) stop: Option<StopState>,
    pub(crate) health: Option<HealthState>,
    pub(crate) pipes: Vec<PipeState>,
}

/// Writes both files of one container.
#[derive(Debug)]
pub(crate) struct Records {
    id: String,
    bundle: std::path::PathBuf,
    boot_id: String,
}

impl Records {
    pub(crate) fn new(id: &str, bundle: &std::path::Path) -> Self {
        let boot_id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        Self {
            id: id.to_owned(),
            bundle: bundle.to_path_buf(),
            boot_id: boot_id.unwrap_or_default().trim().to_owned(),
        }
    }

    pub(crate) fn write_state(&self, dir: &ShimDir, facts: StateFacts<'_>) -> Result<(), Errno> {
        let cgroups_path = facts
            .config
            .and_then(|config| config.linux.cgroups_path.as_ref());
        let tsorch = ShimState {
            version: STATE_VERSION,
            task: facts.task,
            pid_start: facts.pid.and_then(start_time),
            boot_id: self.boot_id.clone(),
            shim_pid: getpid().as_raw_pid(),
            started_at: facts.started_at,
            cgroup: cgroups_path
                .map(|path| path.display().to_string())
                .unwrap_or_default(),
            adopted_at: facts.run.adopted_at,
            stop: facts.run.stop,
            health: facts.run.health,
            pipes: facts.run.pipes,
        };
        let oci = State {
            oci_version: SPEC_VERSION.to_owned(),
            id: self.id.clone(),
            status: facts.status,
            pid: facts.pid.map(Pid::as_raw_pid),
            bundle: self.bundle.clone(),
            annotations: facts
                .config
                .map(|config| config.annotations.clone())
                .unwrap_or_default(),
        };
        write_json(
            dir,
            STATE,
            &StateFile {
                oci,
                tsorch: &tsorch,
            },
        )
    }

    pub(crate) fn write_exit(&self, dir: &ShimDir, record: &ExitRecord) -> Result<(), Errno> {
        write_json(dir, EXIT_RECORD, record)
    }

    /// Of a task whose first process has ended; what is not known here is filled in by the caller.
    pub(crate) fn exited(&self, task: u64, ended: &Ended) -> ExitRecord {
        let reaped = &ended.reaped;
        let core_dumped = matches!(
            reaped.ending,
            Ending::Signaled {
                core_dumped: true,
                ..
            }
        );
        ExitRecord {
            id: self.id.clone(),
            task,
            pid: reaped.pid.as_raw_pid(),
            started_at: 0,
            exited_at: ended.at,
            code: reaped.ending.code(),
            signal: reaped.ending.signal(),
            oom_killed: false,
            oom_kills: 0,
            core_dumped,
            reason: match ended.is_known {
                true => ExitReason::Exited,
                false => ExitReason::MonitorLost,
            },
            error: None,
            rusage: usage_of(&reaped.usage),
            drained: true,
        }
    }

    /// Of a task that could not be started.
    pub(crate) fn start_error(&self, task: u64, error: ErrorBody, now: u64) -> ExitRecord {
        let code = match error.errno.as_deref() {
            Some("ENOENT") => NOT_FOUND,
            Some("EACCES" | "ENOEXEC" | "EISDIR") => NOT_EXECUTABLE,
            _ => NOT_STARTED,
        };
        ExitRecord {
            id: self.id.clone(),
            task,
            pid: 0,
            started_at: 0,
            exited_at: now,
            code,
            signal: None,
            oom_killed: false,
            oom_kills: 0,
            core_dumped: false,
            reason: ExitReason::StartError,
            error: Some(error),
            rusage: ExitUsage::default(),
            drained: true,
        }
    }
}

fn write_json(dir: &ShimDir, name: &str, content: &impl Serialize) -> Result<(), Errno> {
    let text = serde_json::to_vec(content).map_err(|_| Errno::INVAL)?;
    dir.write(name, &text)
}

fn usage_of(usage: &Usage) -> ExitUsage {
    let micros = |time: std::time::Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    ExitUsage {
        user_us: micros(usage.user),
        sys_us: micros(usage.system),
        max_rss_kb: usage.max_rss_kb,
    }
}

/// Field 22 of /proc/PID/stat: with pid and boot id it names a process for ever.
fn start_time(pid: Pid) -> Option<u64> {
    crate::proc_stat::ProcStat::of(pid).map(|stat| stat.start_time)
}

#[cfg(test)]
mod tests {
    use super::Records;
    use crate::scratch_dir::ScratchDir;
    use crate::shim_dir::{EXIT_RECORD, ShimDir};
    use crate::task::Ended;
    use rustix::io::Errno;
    use rustix::process::getpid;
    use std::path::Path;
    use tsorch_protocol::shim_files::{ExitReason, ExitRecord};
    use tsorch_protocol::{ErrorBody, code};
    use tsorch_sys::child::{Ending, Reaped, Usage};

    fn records() -> Records {
        Records::new("0f3c", Path::new("/run/tsorch/bundles/0f3c"))
    }

    #[test]
    fn a_signal_is_told_as_such_and_as_128_plus_its_number() {
        let ending = Ending::Signaled {
            signal: 9,
            core_dumped: false,
        };
        let reaped = Reaped {
            pid: getpid(),
            ending,
            usage: Usage::default(),
        };
        let record = records().exited(
            3,
            &Ended {
                reaped,
                at: 17,
                is_known: true,
            },
        );
        assert_eq!((record.task, record.code, record.signal), (3, 137, Some(9)));
        assert_eq!((record.exited_at, record.reason), (17, ExitReason::Exited));
    }

    #[test]
    fn a_missing_program_is_127_and_one_that_cannot_be_executed_126() {
        for (errno, code) in [
            (Errno::NOENT, 127),
            (Errno::ACCESS, 126),
            (Errno::NOMEM, 125),
        ] {
            let error = ErrorBody::new(code!("container.start-failed"), "no").errno(errno);
            assert_eq!(records().start_error(1, error, 0).code, code);
        }
    }

    #[test]
    fn the_record_reads_back_as_it_was_written() {
        let scratch = ScratchDir::new();
        let dir = ShimDir::acquire(&scratch.path().join("shim")).unwrap();
        let error = ErrorBody::new(code!("container.bad-user"), "no such user");
        let record = records().start_error(2, error, 5);
        records().write_exit(&dir, &record).unwrap();
        assert_eq!(dir.read::<ExitRecord>(EXIT_RECORD), Some(record));
    }
}

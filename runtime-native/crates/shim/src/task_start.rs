//! `start`: the next task, in the order record, container, state, answer.
//!
//! state.json names the task before anything is made, so that hostd knows what was lost when this shim is killed.

use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::process::Pid;
use serde_json::json;
use tsorch_cgroups::{Cgroup, CgroupPath};
use tsorch_container::seccomp::default_profile;
use tsorch_container::{Warning, users};
use tsorch_oci::{Config, Status};
use tsorch_protocol::shim_files::{ExitReason, ExitRecord};
use tsorch_protocol::{ErrorBody, code};
use tsorch_sys::root::Root;

use crate::clock::now_ms;
use crate::exec_request::apply_user;
use crate::failure::{
    bad_request, bad_shim_config, bad_user, busy, host_failed, rootfs_failed, with_causes,
};
use crate::foreign::runtime::ForeignRuntime;
use crate::program_io::ProgramIo;
use crate::records::{RunFacts, StateFacts};
use crate::reply::{Outcome, ReplyTo};
use crate::rootfs::mount_root;
use crate::shim::Shim;
use crate::shim_config::{SeccompChoice, ShimConfig};
use crate::shim_dir::{EXIT_RECORD, read_bounded};
use crate::task::{OomWatch, Phase, Run};

/// A container whose program was executed.
#[derive(Debug)]
pub(crate) struct Launched {
    pub(crate) pid: Pid,
    pub(crate) pidfd: std::os::fd::OwnedFd,
    pub(crate) cgroup: Cgroup,
    pub(crate) config: Config,
    pub(crate) io: ProgramIo,
    pub(crate) oom: OomWatch,
    pub(crate) foreign: Option<ForeignRuntime>,
    pub(crate) warnings: Vec<Warning>,
}

impl Shim {
    /// Starts task `number`, or says again what came of it.
    pub(crate) fn start_task(&mut self, number: u64, to: ReplyTo) {
        let task = &mut self.task;
        let is_same = number == task.number && number > 0;
        let outcome = match (task.phase, is_same) {
            (Phase::Starting, true) => {
                task.starters.push(to);
                return;
            }
            (Phase::Exited, true) => task.record.as_ref().map_or_else(lost_record, outcome_of),
            (Phase::Created, true) => lost_record(),
            (_, true) => self.started_answer(),
            _ if number <= task.number => Err(bad_request(format!(
                "task {number} is over: task {} was the last one",
                task.number
            ))),
            (Phase::Created | Phase::Exited, false) => {
                task.starters.push(to);
                self.begin_task(number);
                return;
            }
            (_, false) => Err(busy(format!("task {} is running", task.number))),
        };
        self.reply(to, outcome);
    }

    fn begin_task(&mut self, number: u64) {
        self.task.number = number;
        self.task.phase = Phase::Starting;
        self.task.record = None;
        self.task.stop_after_start = None;
        match self.prepare_task() {
            Ok(config) => self.launch(config),
            Err(error) => self.fail_start(error),
        }
    }

    /// Says on disk that the task begins, and reads what it shall be.
    fn prepare_task(&mut self) -> Result<Config, ErrorBody> {
        let config = self.read_configs();
        let facts = StateFacts {
            status: Status::Creating,
            task: self.task.number,
            pid: None,
            started_at: None,
            config: config.as_ref().ok(),
            run: RunFacts::default(),
        };
        let written = self.records.write_state(&self.dir, facts);
        written.map_err(|errno| host_failed("write state.json", errno))?;
        let removed = self.dir.remove(EXIT_RECORD);
        removed.map_err(|errno| host_failed("remove exit.json", errno))?;
        config
    }

    /// The daemon may have changed both files since the last task.
    fn read_configs(&mut self) -> Result<Config, ErrorBody> {
        self.config = read_shim_config(&self.paths.shim_config())?;
        self.log.set(self.config.log_settings());
        self.settle_log();
        let mut config = self.read_oci_config()?;
        self.mount_missing_root()?;
        self.fill_in(&mut config, Self::root_of_stopped)?;
        Ok(config)
    }

    /// config.json as it stands in the bundle.
    pub(crate) fn read_oci_config(&self) -> Result<Config, ErrorBody> {
        let text = read_file(&self.paths.oci_config())?;
        Config::parse(&text).map_err(|error| bad_request(with_causes(&error)))
    }

    /// After the end of an adopted task, whose root went with it.
    fn mount_missing_root(&mut self) -> Result<(), ErrorBody> {
        if !self.is_root_mounted {
            mount_root(&self.paths, &self.config).map_err(|error| rootfs_failed(&error))?;
            self.is_root_mounted = true;
        }
        Ok(())
    }

    /// What the daemon leaves to the shim: the user's numbers, defaults that depend on this process.
    pub(crate) fn fill_in(
        &self,
        config: &mut Config,
        root: impl FnOnce(&Self) -> Result<Root, ErrorBody>,
    ) -> Result<(), ErrorBody> {
        if let Some(process) = &mut config.process {
            process.terminal = self.config.tty;
            let score = process.oom_score_adj;
            process.oom_score_adj = Some(score.unwrap_or(self.process.container_oom_score));
            if let Some(text) = &self.config.user {
                let found = users::resolve(&root(self)?, text);
                apply_user(process, &found.map_err(|error| bad_user(&error))?.user);
            }
        }
        Ok(())
    }

    /// `config` with the default filter, where config.json has none and shim.json wants it. Made for each call: the
    /// profile is some hundred names, which a shim that sleeps need not hold.
    pub(crate) fn with_filter(&self, config: &Config) -> Config {
        let mut config = config.clone();
        if config.linux.seccomp.is_none() && self.config.seccomp == SeccompChoice::Default {
            let process = config.process.as_ref();
            let capabilities = process.and_then(|process| process.capabilities.as_ref());
            config.linux.seccomp = Some(default_profile(capabilities));
        }
        config
    }

    /// The root as the image and the container's earlier tasks have left it.
    fn root_of_stopped(&self) -> Result<Root, ErrorBody> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        rustix::fs::open(&self.paths.rootfs, flags, Mode::empty())
            .map(Root::new)
            .map_err(|errno| host_failed("open the container's root", errno))
    }

    fn launch(&mut self, config: Config) {
        match self.config.runtime.clone() {
            Some(runtime) => self.launch_foreign(&runtime, config),
            None => {
                let launched = self.launch_natively(config);
                self.finish_start(launched);
            }
        }
    }

    /// The launch has ended, well or not.
    pub(crate) fn finish_start(&mut self, launched: Result<Launched, ErrorBody>) {
        match launched {
            Ok(launched) => self.begin_run(launched),
            Err(error) => self.fail_start(error),
        }
    }

    fn begin_run(&mut self, mut launched: Launched) {
        let warnings = std::mem::take(&mut launched.warnings);
        let run = Run::new(launched, now_ms());
        // Before state.json says that it runs: then it survives us.
        self.keep_run(&run);
        if let Err(errno) = self.write_run_state(&run) {
            // hostd could not find it after our death: rather no container than one that nobody can end.
            self.give_up_run(run);
            self.fail_start(host_failed("write state.json", errno));
            return;
        }
        self.task.run = Some(run);
        self.task.phase = Phase::Running;
        self.begin_poststart_hooks(warnings);
        if let Some(order) = self.task.stop_after_start.take() {
            self.stop_task(order);
        }
    }

    /// The hooks that follow the start have run.
    pub(crate) fn tell_begun(&mut self, warnings: &[Warning]) {
        self.tell_start(warnings);
        if self.task.living().is_some() && self.task.phase != Phase::Stopping {
            self.begin_probing(self.config.probe.clone());
        }
        tsorch_sys::heap::give_back();
    }

    fn tell_start(&mut self, warnings: &[Warning]) {
        let outcome = self.started_answer();
        if let Ok(answer) = &outcome {
            let mut data = answer.clone();
            data["task"] = json!(self.task.number);
            if !warnings.is_empty() {
                let told = warnings
                    .iter()
                    .map(|warning| json!({ "kind": warning.kind, "message": warning.message }));
                data["warnings"] = told.collect();
            }
            self.emit("started", data);
        }
        for to in std::mem::take(&mut self.task.starters) {
            self.reply(to, outcome.clone());
        }
    }

    fn started_answer(&self) -> Outcome {
        let run = self
            .task
            .run
            .as_ref()
            .ok_or_else(crate::failure::not_running)?;
        Ok(json!({ "pid": run.pid.as_raw_pid(), "startedAt": run.started_at }))
    }

    fn give_up_run(&mut self, run: Run) {
        let _ = run.cgroup.kill();
        let _ = tsorch_sys::child::reap_waiting(run.pid);
        self.keeper.let_go(self.task.number);
        let _ = run.cgroup.remove();
    }

    /// The task could not be started: that is how it ended.
    pub(crate) fn fail_start(&mut self, error: ErrorBody) {
        let record = self
            .records
            .start_error(self.task.number, error.clone(), now_ms());
        self.task.stop_after_start = None;
        // On a full run directory the record lives in our memory alone.
        let _ = self.records.write_exit(&self.dir, &record);
        self.publish_end(record);
        for to in std::mem::take(&mut self.task.starters) {
            self.reply(to, Err(error.clone()));
        }
    }
}

/// What `start` says about a task that is over.
fn outcome_of(record: &ExitRecord) -> Outcome {
    match (&record.error, record.reason) {
        (Some(error), ExitReason::StartError) => Err(error.clone()),
        _ => Ok(json!({ "pid": record.pid, "startedAt": record.started_at })),
    }
}

fn lost_record() -> Outcome {
    Err(ErrorBody::new(
        code!("host.failed"),
        "the task's record is lost",
    ))
}

/// The container's cgroup, when its configuration names one.
pub(crate) fn cgroup_path(config: &Config) -> Option<CgroupPath> {
    CgroupPath::parse(config.linux.cgroups_path.as_deref()?).ok()
}

/// Reads shim.json.
pub(crate) fn read_shim_config(path: &Path) -> Result<ShimConfig, ErrorBody> {
    ShimConfig::parse(&read_file(path)?).map_err(|error| bad_shim_config(&error))
}

fn read_file(path: &Path) -> Result<Vec<u8>, ErrorBody> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty())
        .and_then(|file| read_bounded(&file))
        .map_err(|errno| host_failed(&format!("read {}", path.display()), errno))
}

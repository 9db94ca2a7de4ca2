//! Tasks and execs by our own container code, in this process.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::Pid;
use tsorch_cgroups::Leaf;
use tsorch_container::{
    CgroupManager, ExecSpec, Io, Keyring, Leniency, RootChange, Spec, StartGate, Target, create,
    create_meanwhile, need_maker,
};
use tsorch_oci::{Config, Process};
use tsorch_protocol::ErrorBody;

use crate::failure::{create_failed, exec_failed, host_failed, start_failed};
use crate::program_io::ProgramIo;
use crate::shim::Shim;
use crate::task::Run;
use crate::task_hooks::bound_creation_hooks;
use crate::task_start::Launched;
use crate::timers::ExecId;
use crate::token::Owner;

/// Groups of execs begin with this, the number of the exec follows.
pub(crate) const EXEC_LEAF: &str = "tsorch-exec-";

/// A program executed beside the task.
#[derive(Debug)]
pub(crate) struct LaunchedExec {
    pub(crate) pid: Pid,
    pub(crate) io: ProgramIo,
    pub(crate) leaf: Option<Leaf>,
}

/// What is executed by [`Shim::exec_natively`].
#[derive(Debug)]
pub(crate) struct ExecWish<'a> {
    pub(crate) process: &'a Process,
    pub(crate) keep_stdin: bool,
    /// All that it starts may have to be killed.
    pub(crate) is_limited: bool,
    /// The longest time to its execution.
    pub(crate) start_within: Duration,
}

impl Shim {
    /// Makes the container and executes its program. After an error nothing is left.
    pub(crate) fn launch_natively(&mut self, config: Config) -> Result<Launched, ErrorBody> {
        let process = config.process.clone().unwrap_or_default();
        let (mut pipes, io) = self.stdio_of(Owner::Task, &process, self.config.stdin)?;
        let mut filtered = self.with_filter(&config);
        bound_creation_hooks(&mut filtered.hooks);
        let runs_hooks = need_maker(&filtered);
        if let Some(pipes) = pipes.as_mut().filter(|_| runs_hooks) {
            // Before there is a task to which it belongs nobody could take what comes.
            pipes.set_reading(false);
        }
        let (id, paths) = (self.id.clone(), self.paths.clone());
        let hierarchies = self.hierarchies.clone();
        let spec = Spec {
            id: &id,
            config: &filtered,
            bundle: &paths.bundle,
            rootfs: &paths.rootfs,
            io,
            leniency: Leniency::Lenient,
            cgroup_manager: CgroupManager::Cgroupfs,
            hierarchies: Some(&hierarchies),
            init_program: self.init_program()?,
            seccomp_cache: Some(&paths.seccomp_cache),
            preserve_fds: 0,
            gate: StartGate::Caller,
            root_change: RootChange::Pivot,
            keyring: Keyring::Own,
        };
        // Without hooks a start takes some milliseconds, and nothing is worth being done meanwhile.
        let created = match runs_hooks {
            true => create_meanwhile(spec, self),
            false => create(spec),
        };
        let mut created = created.map_err(|error| create_failed(&error))?;
        let warnings = created.warnings().to_vec();
        let console = created.console();
        let prepared = self
            .program_io(Owner::Task, pipes, console)
            .and_then(|io| Ok((io, self.watch_oom(created.cgroup())?)));
        let (mut io, oom) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                created.abort();
                return Err(error);
            }
        };
        let running = match runs_hooks {
            true => created.start_meanwhile(self),
            false => created.start(),
        };
        let running = running.map_err(|error| start_failed(&error))?;
        if runs_hooks {
            io.set_reading(true);
        }
        Ok(Launched {
            pid: running.pid,
            pidfd: running.pidfd,
            cgroup: running.cgroup,
            config,
            io,
            oom,
            foreign: None,
            warnings,
        })
    }

    /// Executes `process` beside the task.
    pub(crate) fn exec_natively(
        &self,
        run: &Run,
        id: ExecId,
        wish: ExecWish<'_>,
    ) -> Result<LaunchedExec, ErrorBody> {
        let leaf = wish.is_limited.then(|| leaf_for(run, id)).flatten();
        match self.exec_in(run, id, (&wish, leaf.as_ref())) {
            Ok((pid, io)) => Ok(LaunchedExec { pid, io, leaf }),
            Err(error) => {
                // One that cannot go yet goes with the container's.
                let _ = leaf.map(Leaf::dissolve);
                Err(error)
            }
        }
    }

    fn exec_in(
        &self,
        run: &Run,
        id: ExecId,
        (wish, leaf): (&ExecWish<'_>, Option<&Leaf>),
    ) -> Result<(Pid, ProgramIo), ErrorBody> {
        let process = wish.process;
        let (pipes, io) = self.stdio_of(Owner::Exec(id), process, wish.keep_stdin)?;
        let filtered = self.with_filter(&run.config);
        let target = Target {
            keyring: Keyring::Own,
            pid: run.pid,
            pidfd: run.pidfd.as_fd(),
            id: &self.id,
            bundle: &self.paths.bundle,
            cgroup: &run.cgroup,
            config: &filtered,
        };
        let spec = ExecSpec {
            process,
            io,
            leniency: Leniency::Lenient,
            seccomp_cache: Some(&self.paths.seccomp_cache),
            preserve_fds: 0,
            group: leaf.map(Leaf::unified),
            ignore_paused: false,
            start_within: Some(wish.start_within),
        };
        let executed =
            tsorch_container::exec(&target, spec).map_err(|error| exec_failed(&error))?;
        match self.program_io(Owner::Exec(id), pipes, executed.console) {
            Ok(io) => Ok((executed.pid, io)),
            Err(error) => {
                let kill = rustix::process::Signal::KILL;
                let _ = rustix::process::pidfd_send_signal(&executed.pidfd, kill);
                Err(error)
            }
        }
    }

    /// Our ends, when they are pipes, and the program's.
    fn stdio_of(
        &self,
        owner: Owner,
        process: &Process,
        keep_stdin: bool,
    ) -> Result<(Option<ProgramIo>, Io), ErrorBody> {
        if process.terminal {
            let io = Io::Terminal {
                size: process.console_size,
            };
            return Ok((None, io));
        }
        let (ours, theirs) = ProgramIo::with_pipes(&self.poller, owner, keep_stdin)
            .map_err(|errno| host_failed("make pipes", errno))?;
        Ok((Some(ours), Io::Pipes(theirs)))
    }

    /// The program's stdio, once it is known whether it has a terminal.
    pub(crate) fn program_io(
        &self,
        owner: Owner,
        pipes: Option<ProgramIo>,
        console: Option<OwnedFd>,
    ) -> Result<ProgramIo, ErrorBody> {
        match (pipes, console) {
            (Some(pipes), _) => Ok(pipes),
            (None, Some(master)) => ProgramIo::with_console(&self.poller, owner, master)
                .map_err(|errno| host_failed("set up the terminal", errno)),
            (None, None) => Err(host_failed("set up the terminal", Errno::NOTTY)),
        }
    }

    /// Our own program, which is `tsorch-init` when it is called so.
    fn init_program(&self) -> Result<Option<OwnedFd>, ErrorBody> {
        if !self.config.init {
            return Ok(None);
        }
        let flags = OFlags::PATH | OFlags::CLOEXEC;
        rustix::fs::open("/proc/self/exe", flags, Mode::empty())
            .map(Some)
            .map_err(|errno| host_failed("open the init program", errno))
    }
}

/// Without one, all that an exec has started is looked for when it must be killed.
fn leaf_for(run: &Run, id: ExecId) -> Option<Leaf> {
    let made = run.cgroup.make_leaf(&format!("{EXEC_LEAF}{id}"));
    made.ok().flatten()
}

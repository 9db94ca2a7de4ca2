//! Executing another process in a running container: the same code and the same order of drops as its first process,
//! with `setns` in place of creation.
//!
//! The new process is a direct child of the caller: only the pid namespace must be entered around the clone, all others
//! are entered by the child itself, in one call that checks each against its present rights.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, pidfd_send_signal};
use rustix::thread::sched_setaffinity;
use tsorch_cgroups::Cgroup;
use tsorch_oci::{Config, ContainerId, Process, SPEC_VERSION, State, Status};
use tsorch_sys::clone::Namespaces;
use tsorch_sys::fork::{Child, Forked};

use crate::become_program::Becoming;
use crate::created::{Starting, wait_for_program};
use crate::entry::{self, Entry};
use crate::error::{ExecError, StartError};
use crate::exec_clone::{born_on, clone_beside, is_sent};
use crate::first_process::end_child;
use crate::plan::PlanError;
use crate::plan::attributes::Attributes;
use crate::plan::capabilities::CapabilitySet;
use crate::plan::limits::Limits;
use crate::plan::process::ProcessPlan;
use crate::plan::scheduling::Affinity;
use crate::resctrl::Class;
use crate::seccomp::Listener;
use crate::spec::{Io, Keyring, Leniency, Warning};
use crate::step::Step;
use crate::streams::Streams;
use crate::sync::{self, FromInit, MakerEnd, ToInit};
use crate::target::{entered, open_root};
use crate::waiter::{Blocking, Until, Waiter};
use crate::{host, labels, limits, seccomp};

/// The container to enter.
#[derive(Debug)]
pub struct Target<'a> {
    /// Whose keyring its processes have.
    pub keyring: Keyring,
    /// Process id of its first process.
    pub pid: Pid,
    /// The same, safe against reuse.
    pub pidfd: BorrowedFd<'a>,
    /// Its id.
    pub id: &'a ContainerId,
    /// Absolute path of its bundle.
    pub bundle: &'a Path,
    /// Its control group.
    pub cgroup: &'a Cgroup,
    /// Its configuration: capabilities, filter, labels and `no_new_privs` come from here where `process` is silent.
    pub config: &'a Config,
}

/// What to execute.
#[derive(Debug)]
pub struct ExecSpec<'a> {
    /// The process. An empty `env` or `cwd`, absent capabilities, limits and labels are the container's own;
    /// `noNewPrivileges` holds when either says so.
    pub process: &'a Process,
    /// Standard streams.
    pub io: Io,
    /// What to do about what the host cannot give.
    pub leniency: Leniency,
    /// Directory of compiled system call filters; `None` = compile each time.
    pub seccomp_cache: Option<&'a Path>,
    /// How many descriptors from 3 on the program inherits.
    pub preserve_fds: u32,
    /// The v2 group that it is born in; `None` = the container's own.
    pub group: Option<BorrowedFd<'a>>,
    /// Enter a paused container; the process is frozen at once.
    pub ignore_paused: bool,
    /// The longest time to the program's execution; `None` = as long as it takes. A process that is too late is killed,
    /// and the caller reaps it: one that is frozen does not end now.
    pub start_within: Option<Duration>,
}

/// A process executed in a container; a child of the caller, who reaps it.
#[derive(Debug)]
pub struct ExecProcess {
    /// Its process id, as the caller sees it.
    pub pid: Pid,
    /// The same, safe against reuse.
    pub pidfd: OwnedFd,
    /// Master of its pseudoterminal.
    pub console: Option<OwnedFd>,
    /// What is not as the process document says.
    pub warnings: Vec<Warning>,
}

/// Executes a process in a running container; returns when `execve` has succeeded.
///
/// # Errors
/// [`ExecError`]; nothing is left then.
pub fn exec(target: &Target<'_>, spec: ExecSpec<'_>) -> Result<ExecProcess, ExecError> {
    if !spec.ignore_paused && target.cgroup.is_frozen().map_err(ExecError::Cgroup)? {
        return Err(ExecError::Paused);
    }
    let process = inherit(spec.process, target.config);
    process
        .check()
        .map_err(|error| ExecError::Config(error.to_string()))?;
    let refused = |error: PlanError| ExecError::Config(error.0);
    let limits = Limits::new(&process).map_err(refused)?;
    let affinity = Affinity::new(process.exec_cpu_affinity.as_ref()).map_err(refused)?;
    let namespaces = entered(target).map_err(refused)?;
    let mut warnings = Vec::new();
    let plan = plan_process(&process, (namespaces, spec.leniency), &mut warnings)?;
    let leniency = spec.leniency;
    let (maker, child_end) = sync::pair()
        .step(|| "make a socket pair")
        .map_err(ExecError::Host)?;
    let filter = seccomp::prepare(target.config.linux.seccomp.as_ref(), spec.seccomp_cache);
    let entry = Entry {
        target: target.pidfd,
        root: open_root(target)?,
        keyring: target.keyring,
        mappings: (
            &target.config.linux.uid_mappings,
            &target.config.linux.gid_mappings,
        ),
        namespaces,
        is_sent: is_sent(namespaces),
        sync: child_end,
        streams: Streams::new(spec.io, plan.console_size)
            .step(|| "take the standard streams")
            .map_err(ExecError::Host)?,
        v1_tasks: target.cgroup.v1_tasks().map_err(ExecError::Cgroup)?,
        ignored: host::signals_ignored_here(),
        becoming: Becoming {
            process: plan,
            attributes: Attributes::new(&target.config.linux).map_err(refused)?,
            filter: filter.map_err(ExecError::Host)?,
            init_program: None,
            preserve_fds: spec.preserve_fds,
        },
    };
    let child = match born_on(affinity.initial.as_ref(), || {
        clone_beside(target, namespaces, spec.group)
    })? {
        Forked::Child => entry::run(&entry),
        Forked::Parent(child) => child,
    };
    drop(entry);
    let wishes = Wishes {
        limits: &limits,
        affinity: &affinity,
        listener: listener(target),
        class: class(target, leniency)?,
        leniency,
    };
    let mut until = spec.start_within.map(Until::after);
    let mut blocking = Blocking;
    let waiter: &mut dyn Waiter = match &mut until {
        Some(until) => until,
        None => &mut blocking,
    };
    match accompany(&child, (&maker, waiter), &wishes) {
        Ok((console, more)) => {
            warnings.extend(more);
            Ok(ExecProcess {
                pid: child.pid,
                pidfd: child.pidfd,
                console,
                warnings,
            })
        }
        Err(error) => match spec.start_within {
            Some(limit) if until.is_some_and(|until| until.has_passed) => {
                let _ = pidfd_send_signal(&child.pidfd, Signal::KILL);
                Err(ExecError::Late(limit))
            }
            _ => {
                end_child(&child);
                Err(error)
            }
        },
    }
}

fn plan_process(
    process: &Process,
    (namespaces, leniency): (Namespaces, Leniency),
    warnings: &mut Vec<Warning>,
) -> Result<ProcessPlan, ExecError> {
    let own = host::available_capabilities()
        .step(|| "read the own capabilities")
        .map_err(ExecError::Host)?;
    let available = if namespaces.has(Namespaces::USER) {
        CapabilitySet::ALL
    } else {
        own
    };
    let mut plan = ProcessPlan::new(process, available, warnings)
        .map_err(|error| ExecError::Config(error.0))?;
    labels::check(&mut plan, leniency, warnings).map_err(|error| ExecError::Config(error.0))?;
    Ok(plan)
}

/// What a process document leaves out is the container's.
fn inherit(process: &Process, config: &Config) -> Process {
    let mut process = process.clone();
    let Some(own) = &config.process else {
        return process;
    };
    if process.env.is_empty() {
        process.env.clone_from(&own.env);
    }
    if process.cwd.as_os_str().is_empty() {
        process.cwd.clone_from(&own.cwd);
    }
    if process.rlimits.is_empty() {
        process.rlimits.clone_from(&own.rlimits);
    }
    process.capabilities = process.capabilities.or_else(|| own.capabilities.clone());
    let given = |label: Option<String>| label.filter(|label| !label.is_empty());
    process.apparmor_profile =
        given(process.apparmor_profile).or_else(|| own.apparmor_profile.clone());
    process.selinux_label = given(process.selinux_label).or_else(|| own.selinux_label.clone());
    process.oom_score_adj = process.oom_score_adj.or(own.oom_score_adj);
    process.no_new_privileges |= own.no_new_privileges;
    process.exec_cpu_affinity = process
        .exec_cpu_affinity
        .or_else(|| own.exec_cpu_affinity.clone());
    process
}

/// Who answers the calls that the container's filter holds up.
fn listener(target: &Target<'_>) -> Option<Listener> {
    let state = State {
        oci_version: SPEC_VERSION.to_owned(),
        id: target.id.to_string(),
        status: Status::Running,
        pid: Some(target.pid.as_raw_nonzero().get()),
        bundle: target.bundle.to_path_buf(),
        annotations: target.config.annotations.clone(),
    };
    Listener::of(target.config.linux.seccomp.as_ref(), &state)
}

fn class(target: &Target<'_>, leniency: Leniency) -> Result<Option<Class>, ExecError> {
    match Class::of(target.config, target.id) {
        // The container does without as well.
        Err(_) if leniency == Leniency::Lenient => Ok(None),
        class => class.map_err(ExecError::Host),
    }
}

/// What the maker does for the process.
struct Wishes<'a> {
    limits: &'a Limits,
    affinity: &'a Affinity,
    listener: Option<Listener>,
    class: Option<Class>,
    leniency: Leniency,
}

/// From the clone to the program.
fn accompany(
    child: &Child,
    (maker, waiter): (&MakerEnd, &mut dyn Waiter),
    wishes: &Wishes<'_>,
) -> Result<(Option<OwnedFd>, Vec<Warning>), ExecError> {
    let mut warnings = Vec::new();
    let mut console = None;
    loop {
        match maker
            .receive_by(waiter)
            .step(|| "hear from the process")
            .map_err(ExecError::Host)?
        {
            Some(FromInit::Ready) => break,
            Some(FromInit::Failed(failure)) => return Err(ExecError::Program(failure)),
            Some(FromInit::Console(master)) => console = Some(master),
            None | Some(FromInit::Listener(_)) => return Err(ExecError::NotRunning),
        }
    }
    if let Some(class) = &wishes.class {
        class.attach(child.pid).map_err(ExecError::Host)?;
    }
    if wishes.affinity.initial.is_none() && wishes.affinity.finally.is_none() {
        limits::forget_processors(Some(child.pid));
    }
    if let Some(processors) = &wishes.affinity.finally {
        sched_setaffinity(Some(child.pid), processors)
            .step(|| "set the final processors")
            .map_err(ExecError::Host)?;
    }
    let applied = limits::apply(wishes.limits, child.pid, wishes.leniency);
    warnings.extend(applied.map_err(ExecError::Host)?);
    maker
        .send(ToInit::Start)
        .map_err(|_| ExecError::NotRunning)?;
    let starting = Starting {
        pid: child.pid,
        pidfd: child.pidfd.as_fd(),
        listener: wishes.listener.as_ref(),
    };
    match wait_for_program(maker, starting, waiter) {
        Ok(()) => Ok((console, warnings)),
        Err(StartError::Program(failure)) => Err(ExecError::Program(failure)),
        Err(StartError::Died) => Err(ExecError::NotRunning),
    }
}

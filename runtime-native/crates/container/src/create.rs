//! Making a container: from the configuration to a first process that waits at its start gate.

use std::os::fd::AsFd;

use rustix::process::{Pid, Signal, pidfd_send_signal};
use tsorch_cgroups::{Cgroup, CgroupError, CgroupPath, Hierarchies, OnMissing};
use tsorch_oci::{IdMapping, Resources};
use tsorch_sys::clone::{Namespaces, clone_into};
use tsorch_sys::fork::{Child, Forked};

use crate::become_program::Becoming;
use crate::created::Created;
use crate::error::{CreateError, Failure};
use crate::init::{self, Gate, Init};
use crate::join::Detour;
use crate::plan::{Plan, PlanContext};
use crate::spec::{Leniency, Spec, StartGate, Warning, WarningKind};
use crate::step::Step;
use crate::streams::Streams;
use crate::sync::{self, FromInit, MakerEnd, ToInit};
use crate::{host, labels, limits, seccomp, trees};

/// Makes the control group and the first process of a container, up to the start gate. Takes some milliseconds.
///
/// # Errors
/// [`CreateError`]; nothing is left then.
pub fn create(spec: Spec<'_>) -> Result<Created, CreateError> {
    let available = host::available_capabilities()
        .step(|| "read the own capabilities")
        .map_err(CreateError::Host)?;
    let context = PlanContext {
        bundle: spec.bundle,
        available,
    };
    let refused = |error: crate::plan::PlanError| CreateError::Config(error.0);
    let (mut plan, mut warnings) = Plan::new(spec.config, context).map_err(refused)?;
    labels::check(&mut plan.process, spec.leniency, &mut warnings).map_err(refused)?;
    let hierarchies = Hierarchies::of_host().map_err(CreateError::Cgroup)?;
    let cgroup = make_cgroup(&spec, &hierarchies, &mut warnings)?;
    match make_first_process(spec, (&plan, &hierarchies, &cgroup)) {
        Ok(mut created) => {
            created.warnings.splice(0..0, warnings);
            Ok(created.in_cgroup(cgroup))
        }
        Err(error) => {
            remove_cgroup(cgroup);
            Err(error)
        }
    }
}

/// A container that is complete but for its control group, which the caller of the caller owns until all went well.
pub(crate) struct Unhoused {
    pub(crate) child: Child,
    pub(crate) maker: MakerEnd,
    pub(crate) console: Option<std::os::fd::OwnedFd>,
    pub(crate) warnings: Vec<Warning>,
}

fn make_cgroup(
    spec: &Spec<'_>,
    hierarchies: &Hierarchies,
    warnings: &mut Vec<Warning>,
) -> Result<Cgroup, CreateError> {
    let linux = &spec.config.linux;
    let default = || std::path::Path::new("tsorch-runtime").join(spec.id.as_str());
    let path = linux
        .cgroups_path
        .clone()
        .filter(|path| !path.as_os_str().is_empty())
        .unwrap_or_else(default);
    let path = CgroupPath::parse(&path).map_err(|error| CreateError::Cgroup(error.into()))?;
    let cgroup = Cgroup::create(hierarchies, path).map_err(CreateError::Cgroup)?;
    let none = Resources::default();
    let on_missing = match spec.leniency {
        Leniency::Strict => OnMissing::Fail,
        Leniency::Lenient => OnMissing::Skip,
    };
    match cgroup.apply(linux.resources.as_ref().unwrap_or(&none), on_missing) {
        Ok(skipped) => {
            warnings.extend(skipped.into_iter().map(|skipped| Warning {
                kind: WarningKind::Cgroup,
                message: format!("{} was left out: {}", skipped.limit, skipped.reason),
            }));
            Ok(cgroup)
        }
        Err(error) => {
            remove_cgroup(cgroup);
            Err(CreateError::Cgroup(error))
        }
    }
}

/// After a failure: that one is told, not what happens here.
fn remove_cgroup(cgroup: Cgroup) {
    let _: Result<(), CgroupError> = cgroup.kill().and_then(|()| cgroup.remove());
}

fn make_first_process(
    spec: Spec<'_>,
    (plan, hierarchies, cgroup): (&Plan, &Hierarchies, &Cgroup),
) -> Result<Unhoused, CreateError> {
    let filter = seccomp::prepare(spec.config.linux.seccomp.as_ref(), spec.seccomp_cache)
        .map_err(CreateError::Host)?;
    let console_size = plan.process.console_size;
    let streams = Streams::new(spec.io, console_size)
        .step(|| "take the standard streams")
        .map_err(CreateError::Host)?;
    let (maker, child_end) = sync::pair()
        .step(|| "make a socket pair")
        .map_err(CreateError::Host)?;
    let creates_user = plan.namespaces.creates_user();
    let init = Init {
        plan,
        rootfs: spec.rootfs,
        hierarchies,
        sync: child_end,
        gate: match spec.gate {
            StartGate::Caller => Gate::Maker,
            StartGate::Listener(listener) => Gate::Listener(listener),
        },
        streams,
        trees: trees::open_sources(plan).map_err(CreateError::Host)?,
        v1_procs: cgroup.v1_procs().map_err(CreateError::Cgroup)?,
        nodes: if creates_user {
            trees::open_nodes(plan).map_err(CreateError::Host)?
        } else {
            Vec::new()
        },
        waits: creates_user,
        ignored: host::signals_ignored_here(),
        becoming: Becoming {
            process: plan.process.clone(),
            filter,
            init_program: spec.init_program,
            preserve_fds: spec.preserve_fds,
        },
    };
    let detour = Detour::open(&plan.namespaces).map_err(CreateError::Host)?;
    // The control group namespace must be born inside the group, not at the maker.
    let namespaces = plan.namespaces.create.without(Namespaces::CGROUP);
    let forked = detour
        .around(|| clone_into(namespaces, cgroup.unified()))
        .map_err(CreateError::Host)?;
    let child = match forked {
        Forked::Child => init::run(&init),
        Forked::Parent(child) => child,
    };
    drop(init);
    let mut unhoused = Unhoused {
        child,
        maker,
        console: None,
        warnings: Vec::new(),
    };
    match accompany(&mut unhoused, plan, (spec.leniency, cgroup)) {
        Ok(()) => Ok(unhoused),
        Err(error) => {
            end_child(&unhoused.child);
            Err(error)
        }
    }
}

/// From the clone to "ready": mappings, messages, limits.
fn accompany(
    unhoused: &mut Unhoused,
    plan: &Plan,
    (leniency, cgroup): (Leniency, &Cgroup),
) -> Result<(), CreateError> {
    let pid = unhoused.child.pid;
    if plan.namespaces.creates_user() {
        write_mappings(pid, plan).map_err(CreateError::Host)?;
        unhoused
            .maker
            .send(ToInit::Proceed)
            .step(|| "let the first process go on")
            .map_err(CreateError::Host)?;
    }
    loop {
        let message = unhoused
            .maker
            .receive()
            .step(|| "hear from the first process")
            .map_err(CreateError::Host)?;
        match message {
            Some(FromInit::Ready) => break,
            Some(FromInit::Failed(failure)) => return Err(CreateError::Init(failure)),
            Some(FromInit::Console(master)) => unhoused.console = Some(master),
            None => {
                return Err(CreateError::Died {
                    oom: cgroup.oom_kills().is_ok_and(|kills| kills > 0),
                });
            }
        }
    }
    let warnings = limits::apply(&plan.limits, pid, leniency).map_err(CreateError::Host)?;
    unhoused.warnings.extend(warnings);
    Ok(())
}

fn write_mappings(pid: Pid, plan: &Plan) -> Result<(), Failure> {
    let write = |file: &str, mappings: &[IdMapping]| {
        let line = |mapping: &IdMapping| {
            format!(
                "{} {} {}\n",
                mapping.container_id, mapping.host_id, mapping.size
            )
        };
        let text: String = mappings.iter().map(line).collect();
        let path = format!("/proc/{}/{file}", pid.as_raw_nonzero());
        let flags = rustix::fs::OFlags::WRONLY | rustix::fs::OFlags::CLOEXEC;
        rustix::fs::open(&path, flags, rustix::fs::Mode::empty())
            .and_then(|opened| rustix::io::write(&opened, text.as_bytes()))
            .step(|| format!("write the mapping {file}"))
    };
    write("gid_map", &plan.gid_mappings)?;
    write("uid_map", &plan.uid_mappings)?;
    Ok(())
}

/// Ends a child of ours and takes it off the process table.
pub(crate) fn end_child(child: &Child) {
    let _ = pidfd_send_signal(child.pidfd.as_fd(), Signal::KILL);
    let _ = tsorch_sys::child::reap_waiting(child.pid);
}

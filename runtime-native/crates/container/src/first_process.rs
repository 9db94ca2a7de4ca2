//! The first process of a container, seen from its maker: everything it needs is opened, then it is cloned and
//! accompanied until it is ready.

use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;
use rustix::process::{Pid, Signal, pidfd_send_signal};
use tsorch_cgroups::{Cgroup, Hierarchies};
use tsorch_oci::{Hooks, State, Status};
use tsorch_sys::clone::{Namespaces, clone_as};
use tsorch_sys::fork::{Child, Forked};

use crate::become_program::Becoming;
use crate::error::{CreateError, Failure};
use crate::hooks::run_hooks_meanwhile;
use crate::init::{self, Gate, Init};
use crate::join::{self, Detour};
use crate::late_network::{self, LateNetwork};
use crate::own_groups::open_groups;
use crate::plan::Plan;
use crate::resctrl::Class;
use crate::seccomp::Listener;
use crate::spec::{Leniency, Spec, StartGate, Warning};
use crate::step::Step;
use crate::streams::Streams;
use crate::sync::{self, ChildEnd, FromInit, MakerEnd, ToInit};
use crate::waiter::Waiter;
use crate::{hooks, host, limits, mappings, net_devices, rootless, seccomp, trees};

/// What there is before the first process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) hierarchies: &'a Hierarchies,
    pub(crate) cgroup: &'a Cgroup,
    pub(crate) class: Option<&'a Class>,
}

/// A process that waits at its start gate.
#[derive(Debug)]
pub(crate) struct FirstProcess {
    pub(crate) child: Child,
    pub(crate) maker: MakerEnd,
    pub(crate) console: Option<OwnedFd>,
    /// Who answers the calls that its filter holds up.
    pub(crate) listener: Option<Listener>,
    pub(crate) warnings: Vec<Warning>,
}

/// What the maker does while the child waits.
struct Meanwhile<'a> {
    waits: bool,
    /// The network namespace is made after the clone.
    makes_network: bool,
    hooks: &'a Hooks,
    state: State,
    leniency: Leniency,
}

impl FirstProcess {
    /// Clones it and brings it to its gate. After an error it is gone; its control group is the caller's.
    pub(crate) fn make(
        spec: Spec<'_>,
        around: Surroundings<'_>,
        waiter: &mut dyn Waiter,
    ) -> Result<Self, CreateError> {
        let plan = around.plan;
        let (maker, child_end) = sync::pair()
            .step(|| "make a socket pair")
            .map_err(CreateError::Host)?;
        let waits = plan.namespaces.creates_user()
            || !plan.net_devices.is_empty()
            || hooks::need_maker(spec.config);
        let meanwhile = Meanwhile {
            waits,
            makes_network: late_network::is_late(plan, waits),
            hooks: &spec.config.hooks,
            state: hooks::state_of(&spec),
            leniency: spec.leniency,
        };
        let config = spec.config;
        let detour = Detour::open(plan).map_err(CreateError::Host)?;
        let init = gather(spec, around, (child_end, &meanwhile))?;
        // The control group namespace must be born inside the group, not at the maker.
        let namespaces = plan.namespaces.create.without(Namespaces::CGROUP);
        // A root is built in a mount table of its own, even if another one is the container's.
        let namespaces = match meanwhile.makes_network {
            true => namespaces.without(Namespaces::NET),
            false => namespaces,
        };
        let namespaces = detour.left_to_make(namespaces).with(Namespaces::MOUNT);
        let forked =
            detour.around(|parentage| clone_as(parentage, namespaces, around.cgroup.unified()));
        let child = match forked.map_err(CreateError::Host)? {
            Forked::Child => init::run(&init),
            Forked::Parent(child) => child,
        };
        drop(init);
        let state = State {
            status: Status::Created,
            pid: Some(child.pid.as_raw_nonzero().get()),
            ..meanwhile.state.clone()
        };
        let mut process = Self {
            child,
            maker,
            console: None,
            listener: Listener::of(config.linux.seccomp.as_ref(), &state),
            warnings: Vec::new(),
        };
        match process.accompany(around, &meanwhile, waiter) {
            Ok(()) => Ok(process),
            Err(error) => {
                end_child(&process.child);
                Err(error)
            }
        }
    }

    /// From the clone to "ready": mappings, hooks, messages, limits.
    fn accompany(
        &mut self,
        around: Surroundings<'_>,
        meanwhile: &Meanwhile<'_>,
        waiter: &mut dyn Waiter,
    ) -> Result<(), CreateError> {
        let pid = self.child.pid;
        if let Some(class) = around.class {
            class.attach(pid).map_err(CreateError::Host)?;
        }
        if meanwhile.waits {
            prepare(pid, around.plan, (meanwhile, waiter)).map_err(CreateError::Host)?;
            let go_on = ToInit::Proceed(pid.as_raw_nonzero().get());
            self.maker
                .send(go_on)
                .step(|| "let the first process go on")
                .map_err(CreateError::Host)?;
        }
        if meanwhile.makes_network {
            let network = late_network::make().map_err(CreateError::Host)?;
            // Who does not take it has failed, and tells why below.
            let _: Result<(), Errno> = self.maker.network(&network);
        }
        loop {
            let message = self
                .maker
                .receive_by(waiter)
                .step(|| "hear from the first process");
            match message.map_err(CreateError::Host)? {
                Some(FromInit::Ready) => break,
                Some(FromInit::Failed(failure)) => return Err(CreateError::Init(failure)),
                Some(FromInit::Console(master)) => self.console = Some(master),
                Some(FromInit::Listener(_)) => {
                    return Err(CreateError::Host(Failure::new(
                        "make the first process",
                        Errno::PROTO,
                    )));
                }
                None => {
                    let oom = around.cgroup.oom_kills().is_ok_and(|kills| kills > 0);
                    return Err(CreateError::Died { oom });
                }
            }
        }
        let warnings = limits::apply(&around.plan.limits, pid, meanwhile.leniency);
        self.warnings.extend(warnings.map_err(CreateError::Host)?);
        Ok(())
    }
}

/// Opens and lays out what the child will need.
fn gather<'a>(
    spec: Spec<'a>,
    around: Surroundings<'a>,
    (sync, meanwhile): (ChildEnd, &Meanwhile<'_>),
) -> Result<Init<'a>, CreateError> {
    let plan = around.plan;
    let streams =
        Streams::new(spec.io, plan.process.console_size).step(|| "take the standard streams");
    let nodes = if plan.namespaces.has_user() && !plan.is_rootless {
        trees::open_nodes(plan)
    } else {
        Ok(Vec::new())
    };
    Ok(Init {
        plan,
        rootfs: spec.rootfs,
        hierarchies: around.hierarchies,
        sync,
        gate: match spec.gate {
            StartGate::Caller => Gate::Maker,
            StartGate::Listener(listener) => Gate::Listener(listener),
        },
        streams: streams.map_err(CreateError::Host)?,
        trees: trees::open_early(plan).map_err(CreateError::Host)?,
        v1_tasks: around.cgroup.v1_tasks().map_err(CreateError::Cgroup)?,
        groups: open_groups(plan, around.hierarchies, around.cgroup).map_err(CreateError::Host)?,
        nodes: nodes.map_err(CreateError::Host)?,
        root_change: spec.root_change,
        keyring: spec.keyring,
        mount_table: join::open_mount_table(plan).map_err(CreateError::Host)?,
        waits: meanwhile.waits,
        network: LateNetwork::new(meanwhile.makes_network),
        ignored: host::signals_ignored_here(),
        becoming: Becoming {
            process: plan.process.clone(),
            attributes: plan.attributes.clone(),
            filter: seccomp::prepare(spec.config.linux.seccomp.as_ref(), spec.seccomp_cache)
                .map_err(CreateError::Host)?,
            init_program: spec.init_program,
            preserve_fds: spec.preserve_fds,
        },
        hooks: &spec.config.hooks,
        state: meanwhile.state.clone(),
    })
}

/// What must have happened before the child may go on.
fn prepare(
    pid: Pid,
    plan: &Plan,
    (meanwhile, waiter): (&Meanwhile<'_>, &mut dyn Waiter),
) -> Result<(), Failure> {
    if plan.namespaces.creates_user() {
        let (uids, gids) = (&plan.uid_mappings, &plan.gid_mappings);
        match plan.is_rootless {
            true => rootless::write_mappings(pid, uids, gids)?,
            false => mappings::write(pid, uids, gids)?,
        }
    }
    net_devices::move_into(pid, &plan.net_devices)?;
    let state = State {
        pid: Some(pid.as_raw_nonzero().get()),
        ..meanwhile.state.clone()
    };
    run_hooks_meanwhile(&meanwhile.hooks.prestart, &state, waiter)?;
    run_hooks_meanwhile(&meanwhile.hooks.create_runtime, &state, waiter)
}

/// Ends a child of ours and takes it off the process table.
pub(crate) fn end_child(child: &Child) {
    let _ = pidfd_send_signal(child.pidfd.as_fd(), Signal::KILL);
    let _ = tsorch_sys::child::reap_waiting(child.pid);
}

//! What happens inside a new container, from the clone to its program.
//!
//! The process is a clone of its maker: single-threaded, with the maker's memory and (for a moment) its descriptors. It
//! may allocate until the filter is loaded, never returns to the maker's code, never prints; a failure goes to the
//! maker as a message, then it ends.

mod cgroup_mount;
mod console;
mod copy_up;
mod devices;
mod filesystem;
mod masks;
mod mounts;

pub(crate) use console::{Console, inside, open as open_console};
pub(crate) use mounts::open_filesystem;

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};
use tsorch_cgroups::Hierarchies;
use tsorch_oci::{Hooks, IdMapping, State, Status};
use tsorch_sys::clone::{Namespaces, unshare_cgroup};
use tsorch_sys::proc::Proc;
use tsorch_sys::{execute, fork, signal};

use crate::attributes;
use crate::become_program::{Becoming, become_program, require_program};
use crate::error::Failure;
use crate::hooks::run_hooks;
use crate::late_network::LateNetwork;
use crate::limits;
use crate::mappings;
use crate::plan::Plan;
use crate::spec::{Keyring, RootChange};
use crate::step::Step;
use crate::streams::Streams;
use crate::sync::ChildEnd;

/// Everything the child needs; made by the maker before the clone.
#[derive(Debug)]
pub(crate) struct Init<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) rootfs: &'a Path,
    pub(crate) hierarchies: &'a Hierarchies,
    pub(crate) sync: ChildEnd,
    pub(crate) gate: Gate,
    pub(crate) streams: Streams,
    /// One per mount of the plan; `None` where this process opens it.
    pub(crate) trees: Vec<Option<OwnedFd>>,
    /// `tasks` of the v1 hierarchies.
    pub(crate) v1_tasks: Vec<OwnedFd>,
    /// The container's own control group, one per hierarchy, to be shown in place of a mount of them; or none at all.
    pub(crate) groups: Vec<Option<OwnedFd>>,
    /// Host nodes for containers that may not make nodes: one per device of the plan, or none at all.
    pub(crate) nodes: Vec<Option<OwnedFd>>,
    /// The mount table to be a member of, if it is not a new one.
    pub(crate) mount_table: Option<OwnedFd>,
    pub(crate) root_change: RootChange,
    pub(crate) keyring: Keyring,
    /// The maker does something before the child may go on.
    pub(crate) waits: bool,
    /// The network namespace, while it is still to be entered.
    pub(crate) network: LateNetwork,
    /// Signals that the maker ignores.
    pub(crate) ignored: u64,
    pub(crate) becoming: Becoming,
    pub(crate) hooks: &'a Hooks,
    /// For the hooks; the pid is told when the child may go on.
    pub(crate) state: State,
}

/// How the child hears that it shall execute its program.
#[derive(Debug)]
pub(crate) enum Gate {
    /// From its maker.
    Maker,
    /// From whoever connects here.
    Listener(OwnedFd),
}

/// Runs as the first process; the only way out is the program or the end.
pub(crate) fn run(init: &Init<'_>) -> ! {
    let prepared = prepare(init).and_then(|state| {
        let_go_of_tools(init).step(|| "close what the program shall not have")?;
        init.sync
            .ready()
            .step(|| "tell the maker that all is ready")?;
        Ok((state, wait_at_gate(init)?))
    });
    let (state, connection) = match prepared {
        Ok(opened) => opened,
        Err(failure) => {
            init.sync.fail(&failure);
            fork::exit_now(1);
        }
    };
    let channel = connection.as_ref().unwrap_or(&init.sync);
    let state = State {
        status: Status::Created,
        ..state
    };
    let hooks = &init.hooks.start_container;
    let run_them = || run_hooks(hooks, &state);
    let run_them: &dyn Fn() -> Result<(), Failure> = &run_them;
    become_program(
        &init.becoming,
        channel,
        (!hooks.is_empty()).then_some(run_them),
    );
    fork::exit_now(127)
}

/// Everything up to the start gate. Gives the state as hooks are told it.
fn prepare(init: &Init<'_>) -> Result<State, Failure> {
    let plan = init.plan;
    take_leave_of_maker(init).step(|| "leave the maker's descriptors and signals behind")?;
    let mut state = init.state.clone();
    if init.waits {
        match init.sync.wait_to_proceed().step(|| "wait for the maker")? {
            Some(pid) => state.pid = Some(pid),
            None => fork::exit_now(1),
        }
    }
    // Still with the maker's own id, which may pass through directories that nobody else may.
    let root = filesystem::attach_root(init.rootfs)?;
    if plan.namespaces.has_user() {
        become_root_inside(&plan.uid_mappings, &plan.gid_mappings)?;
    }
    join_cgroups(init)?;
    rustix::process::setsid().step(|| "start a session")?;
    start_keyring(init.keyring)?;
    rustix::process::umask(Mode::empty());
    if plan.namespaces.create.has(Namespaces::NET) && !init.network.is_awaited() {
        tsorch_sys::loopback::bring_up().step(|| "bring up the loopback interface")?;
    }
    set_names(plan)?;
    if !plan.sysctls.is_empty() {
        // Some are the network's.
        init.network.enter(&init.sync)?;
    }
    set_sysctls(plan)?;
    let console = filesystem::build(init, root, &state)?;
    if let Some(console) = &console {
        init.sync
            .console(&console.master)
            .step(|| "hand over the terminal")?;
    }
    init.streams.install(console.as_ref(), plan.process.uid)?;
    attributes::set(&init.becoming.attributes)?;
    if matches!(init.gate, Gate::Listener(_)) && init.hooks.start_container.is_empty() {
        require_program(&plan.process)?;
    }
    Ok(state)
}

/// It may wait at its gate for long: control files of its groups and trees of the host are not to lie open that long.
/// Their owners in `init` dangle from here on; nobody drops or uses them.
fn let_go_of_tools(init: &Init<'_>) -> Result<(), Errno> {
    let mut keep: Vec<BorrowedFd<'_>> = vec![init.sync.as_fd()];
    if let Gate::Listener(listener) = &init.gate {
        keep.push(listener.as_fd());
    }
    for number in 0..=2 {
        if let Some(fd) = execute::inherited(number) {
            keep.push(fd);
        }
    }
    keep.extend(init.becoming.fds());
    fork::close_all_but(&keep)
}

/// Only what was handed over stays open: a listening socket, a lock or a log of the maker must not live on in here.
fn take_leave_of_maker(init: &Init<'_>) -> Result<(), Errno> {
    let mut keep: Vec<BorrowedFd<'_>> = vec![init.sync.as_fd()];
    if let Gate::Listener(listener) = &init.gate {
        keep.push(listener.as_fd());
    }
    keep.extend(init.streams.fds());
    keep.extend(init.trees.iter().flatten().map(AsFd::as_fd));
    keep.extend(init.v1_tasks.iter().map(AsFd::as_fd));
    keep.extend(init.nodes.iter().flatten().map(AsFd::as_fd));
    keep.extend(init.mount_table.iter().map(AsFd::as_fd));
    keep.extend(init.groups.iter().flatten().map(AsFd::as_fd));
    keep.extend(init.becoming.fds());
    fork::close_all_but(&keep)?;
    Streams::reserve_stdio()?;
    // Its maker has to write to its files of /proc; without rights of root it could not, and there is nobody to hide from.
    if !init.plan.is_rootless {
        execute::set_undumpable()?;
    }
    execute::reset_signals(init.ignored);
    signal::unblock_all()
}

/// Keyrings are an option of the kernel and count against a limit of the user; the container works without one.
pub(crate) fn start_keyring(keyring: Keyring) -> Result<(), Failure> {
    if keyring == Keyring::Callers {
        return Ok(());
    }
    match execute::new_session_keyring(c"_ses") {
        Ok(()) | Err(Errno::NOSYS | Errno::DQUOT | Errno::PERM | Errno::ACCESS) => Ok(()),
        Err(errno) => Err(Failure::new("make a session keyring", errno)),
    }
}

/// Takes an id that the user namespace knows.
pub(crate) fn become_root_inside(
    uid_mappings: &[IdMapping],
    gid_mappings: &[IdMapping],
) -> Result<(), Failure> {
    let user = rustix::process::Uid::from_raw(mappings::first_id(uid_mappings));
    let group = rustix::process::Gid::from_raw(mappings::first_id(gid_mappings));
    let changed = set_thread_res_gid(group, group, group)
        .and_then(|()| set_thread_res_uid(user, user, user))
        .and_then(|()| match set_thread_groups(&[]) {
            // Forbidden where the maker had to deny setgroups; then there are no foreign groups to drop either.
            Err(Errno::PERM) => Ok(()),
            done => done,
        });
    changed.step(|| "become root of the user namespace")
}

/// The v2 group was entered by the clone. A control group namespace shows the groups at its birth as roots, so it is
/// born here and not in the clone.
fn join_cgroups(init: &Init<'_>) -> Result<(), Failure> {
    for tasks in &init.v1_tasks {
        rustix::io::write(tasks, b"0").step(|| "enter the control group")?;
    }
    limits::forget_processors(None);
    if init.plan.namespaces.create.has(Namespaces::CGROUP) {
        unshare_cgroup().step(|| "make a control group namespace")?;
    }
    Ok(())
}

fn set_names(plan: &Plan) -> Result<(), Failure> {
    if let Some(name) = &plan.hostname {
        rustix::system::sethostname(name.as_bytes()).step(|| "set the host name")?;
    }
    if let Some(name) = &plan.domainname {
        rustix::system::setdomainname(name.as_bytes()).step(|| "set the domain name")?;
    }
    Ok(())
}

fn set_sysctls(plan: &Plan) -> Result<(), Failure> {
    if plan.sysctls.is_empty() {
        return Ok(());
    }
    let proc = Proc::new().step(|| "open a procfs for kernel parameters")?;
    for sysctl in &plan.sysctls {
        let done = proc.write(&sysctl.file, sysctl.value.as_bytes());
        done.step(|| format!("set /proc/{} to {:?}", sysctl.file.display(), sysctl.value))?;
    }
    Ok(())
}

/// Waits for the start. Gives the connection on which a failure of the program is to be told, if it is not the maker's.
fn wait_at_gate(init: &Init<'_>) -> Result<Option<ChildEnd>, Failure> {
    match &init.gate {
        Gate::Maker => match init.sync.wait_to_start().step(|| "wait for the start")? {
            true => Ok(None),
            false => fork::exit_now(1),
        },
        Gate::Listener(listener) => loop {
            match rustix::net::accept_with(listener, rustix::net::SocketFlags::CLOEXEC) {
                Ok(connection) => return Ok(Some(ChildEnd::new(connection))),
                Err(Errno::INTR | Errno::CONNABORTED) => {}
                Err(errno) => return Err(Failure::new("wait for the start", errno)),
            }
        },
    }
}

//! Hooks: programs of the configuration that run at points of a container's life and get its state on standard input.

use std::ffi::CString;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use rustix::fs::{MemfdFlags, Mode, OFlags, SeekFrom, memfd_create, seek};
use rustix::io::Errno;
use rustix::process::{Signal, pidfd_send_signal};
use tsorch_oci::{Config, Hook, SPEC_VERSION, State, Status};
use tsorch_sys::child::{Ending, reap_waiting};
use tsorch_sys::execute::{Strings, execute, reset_signals};
use tsorch_sys::fork::{
    Child, Forked, Parentage, close_all_but, exit_now, fork, set_standard_streams,
};
use tsorch_sys::signal::unblock_all;

use crate::error::Failure;
use crate::spec::Spec;
use crate::step::Step;
use crate::waiter::{Blocking, Waiter};

/// The state that hooks are told, for a container that is being made; the pid is known later.
pub(crate) fn state_of(spec: &Spec<'_>) -> State {
    State {
        oci_version: SPEC_VERSION.to_owned(),
        id: spec.id.to_string(),
        status: Status::Creating,
        pid: None,
        bundle: spec.bundle.to_path_buf(),
        annotations: spec.config.annotations.clone(),
    }
}

/// Whether a container's first process must wait while its maker runs hooks, or must know its pid to run its own.
#[must_use]
pub fn need_maker(config: &Config) -> bool {
    let hooks = &config.hooks;
    [
        &hooks.prestart,
        &hooks.create_runtime,
        &hooks.create_container,
        &hooks.start_container,
    ]
    .iter()
    .any(|list| !list.is_empty())
}

/// Runs hooks one after another, in the namespaces of the caller, which must have one thread. The first that fails (a
/// status other than 0, a signal, its timeout) ends the row.
///
/// # Errors
/// [`Failure`] that names the hook.
pub fn run_hooks(hooks: &[Hook], state: &State) -> Result<(), Failure> {
    run_hooks_meanwhile(hooks, state, &mut Blocking)
}

/// As [`run_hooks`]; `waiter` waits for the end of each.
pub(crate) fn run_hooks_meanwhile(
    hooks: &[Hook],
    state: &State,
    waiter: &mut dyn Waiter,
) -> Result<(), Failure> {
    if hooks.is_empty() {
        return Ok(());
    }
    let text =
        serde_json::to_vec(state).map_err(|_| Failure::plain("write the state for hooks"))?;
    hooks
        .iter()
        .try_for_each(|hook| run_one(hook, &text, waiter))
}

fn run_one(hook: &Hook, state: &[u8], waiter: &mut dyn Waiter) -> Result<(), Failure> {
    let child = begin(hook, state)?;
    let limit = hook.timeout.map(Duration::from_secs);
    let in_time = waiter.wait(child.pidfd.as_fd(), limit);
    if in_time != Ok(true) {
        pidfd_send_signal(&child.pidfd, Signal::KILL).step(|| name(hook))?;
    }
    let ending = reap_waiting(child.pid).step(|| name(hook))?.ending;
    let in_time = in_time.step(|| name(hook))?;
    hook_outcome(hook, in_time.then_some(ending))
}

/// Starts one hook in the namespaces of the caller, which must have one thread; whoever reaps it asks [`hook_outcome`].
///
/// # Errors
/// [`Failure`] that names the hook.
pub fn start_hook(hook: &Hook, state: &State) -> Result<Child, Failure> {
    let text =
        serde_json::to_vec(state).map_err(|_| Failure::plain("write the state for hooks"))?;
    begin(hook, &text)
}

/// What the end of a hook means; `None` = it was killed for its timeout.
///
/// # Errors
/// [`Failure`] that names the hook, unless it has exited with 0.
pub fn hook_outcome(hook: &Hook, ending: Option<Ending>) -> Result<(), Failure> {
    let what = match ending {
        None => "it took longer than its timeout".to_owned(),
        Some(Ending::Exited(0)) => return Ok(()),
        Some(Ending::Exited(status)) => format!("it exited with {status}"),
        Some(Ending::Signaled { signal, .. }) => format!("signal {signal} ended it"),
    };
    Err(Failure::plain(format!("{}: {what}", name(hook))))
}

fn name(hook: &Hook) -> String {
    format!("run the hook {}", hook.path.display())
}

fn begin(hook: &Hook, state: &[u8]) -> Result<Child, Failure> {
    let name = || name(hook);
    let input = input(state).step(name)?;
    let output =
        rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()).step(name)?;
    let program =
        Program::new(hook).ok_or_else(|| Failure::plain(name() + ": it holds a NUL byte"))?;
    match fork(Parentage::Child).step(name)? {
        Forked::Parent(child) => Ok(child),
        Forked::Child => program.become_it(&input, &output),
    }
}

/// Not a pipe: nobody has to stay and feed it.
fn input(state: &[u8]) -> Result<OwnedFd, Errno> {
    let file = memfd_create("state", MemfdFlags::CLOEXEC)?;
    let mut rest = state;
    while !rest.is_empty() {
        let count = rustix::io::write(&file, rest)?;
        rest = &rest[count..];
    }
    seek(&file, SeekFrom::Start(0))?;
    Ok(file)
}

struct Program {
    path: CString,
    arguments: Strings,
    environment: Strings,
}

impl Program {
    fn new(hook: &Hook) -> Option<Self> {
        let path = CString::new(hook.path.as_os_str().as_bytes()).ok()?;
        let list = |texts: &[String]| -> Option<Vec<CString>> {
            texts
                .iter()
                .map(|text| CString::new(text.as_str()).ok())
                .collect()
        };
        let mut arguments = list(&hook.args)?;
        if arguments.is_empty() {
            arguments.push(path.clone());
        }
        let environment = Strings::new(list(&hook.env)?);
        Some(Self {
            path,
            arguments: Strings::new(arguments),
            environment,
        })
    }

    fn become_it(&self, input: &OwnedFd, output: &OwnedFd) -> ! {
        let ready = close_all_but(&[input.as_fd(), output.as_fd()])
            .and_then(|()| set_standard_streams([input.as_fd(), output.as_fd(), output.as_fd()]));
        reset_signals(u64::MAX);
        if ready.is_ok() && unblock_all().is_ok() {
            let _ = execute(&self.path, &self.arguments, &self.environment);
        }
        exit_now(127)
    }
}

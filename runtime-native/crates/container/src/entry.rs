//! An executed process, from the clone to its program: it enters the container's namespaces and then takes the same steps
//! as a first process.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::thread::{ThreadNameSpaceType, move_into_thread_name_spaces};
use tsorch_oci::IdMapping;
use tsorch_sys::clone::Namespaces;
use tsorch_sys::{execute, fork, signal};

use crate::attributes;
use crate::become_program::{Becoming, become_program};
use crate::error::Failure;
use crate::init::{self, become_root_inside};
use crate::spec::Keyring;
use crate::step::Step;
use crate::streams::Streams;
use crate::sync::ChildEnd;

/// What it needs; made by the maker before the clone.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) target: BorrowedFd<'a>,
    /// Its root, where that is not the root of its mount table.
    pub(crate) root: Option<OwnedFd>,
    /// Its user and group ids.
    pub(crate) mappings: (&'a [IdMapping], &'a [IdMapping]),
    pub(crate) namespaces: Namespaces,
    /// It is born a member of the user namespace.
    pub(crate) is_sent: bool,
    pub(crate) sync: ChildEnd,
    pub(crate) streams: Streams,
    pub(crate) v1_tasks: Vec<OwnedFd>,
    pub(crate) ignored: u64,
    pub(crate) keyring: Keyring,
    pub(crate) becoming: Becoming,
}

/// Runs as the new process; the only way out is the program or the end.
pub(crate) fn run(entry: &Entry<'_>) -> ! {
    if let Err(failure) = prepare(entry) {
        entry.sync.fail(&failure);
        fork::exit_now(1);
    }
    if entry.sync.wait_to_start() == Ok(true) {
        become_program(&entry.becoming, &entry.sync, None);
    }
    fork::exit_now(127)
}

fn prepare(entry: &Entry<'_>) -> Result<(), Failure> {
    take_leave_of_maker(entry).step(|| "leave the maker's descriptors and signals behind")?;
    for tasks in &entry.v1_tasks {
        rustix::io::write(tasks, b"0").step(|| "enter the control group")?;
    }
    let others = entry.namespaces.without(Namespaces::PID);
    let others = match entry.is_sent {
        true => others.without(Namespaces::USER),
        false => others,
    };
    if !others.is_empty() {
        let kinds = ThreadNameSpaceType::from_bits_retain(others.bits());
        move_into_thread_name_spaces(entry.target, kinds)
            .step(|| "enter the container's namespaces")?;
    }
    if let Some(root) = &entry.root {
        rustix::process::fchdir(root).step(|| "enter the root")?;
        rustix::process::chroot(".").step(|| "change the root")?;
    }
    if entry.namespaces.has(Namespaces::USER) {
        let (uids, gids) = entry.mappings;
        become_root_inside(uids, gids)?;
    }
    rustix::process::setsid().step(|| "start a session")?;
    init::start_keyring(entry.keyring)?;
    rustix::process::umask(Mode::empty());
    let console = match &entry.streams {
        Streams::Terminal(size) => {
            let root = init::inside().step(|| "open the root")?;
            Some(init::open_console(&root, *size)?)
        }
        Streams::Pipes(_) => None,
    };
    if let Some(console) = &console {
        entry
            .sync
            .console(&console.master)
            .step(|| "hand over the terminal")?;
    }
    entry
        .streams
        .install(console.as_ref(), entry.becoming.process.uid)?;
    attributes::set(&entry.becoming.attributes)?;
    entry
        .sync
        .ready()
        .step(|| "tell the maker that all is ready")
}

fn take_leave_of_maker(entry: &Entry<'_>) -> Result<(), Errno> {
    let mut keep: Vec<BorrowedFd<'_>> = vec![entry.sync.as_fd(), entry.target];
    keep.extend(entry.root.iter().map(AsFd::as_fd));
    keep.extend(entry.streams.fds());
    keep.extend(entry.v1_tasks.iter().map(AsFd::as_fd));
    keep.extend(entry.becoming.fds());
    fork::close_all_but(&keep)?;
    Streams::reserve_stdio()?;
    execute::set_undumpable()?;
    execute::reset_signals(entry.ignored);
    signal::unblock_all()
}

//! Makes a freshly forked process a shim: nobody's terminal, no signals but those it reads, nothing open but what it was
//! handed. See rule P8 of the runtime's design.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{DumpableBehavior, umask};
use tsorch_sys::poller::{EventFlags, Poller, Watched};
use tsorch_sys::signal::{SignalFd, block_all, reset_dispositions};

use crate::token::Token;

/// Ours is lowered to this as far as we may: a shim must not be the kernel's first victim when memory is short.
const OOM_SCORE: &str = "-999";
const OOM_SCORE_FILE: &str = "/proc/self/oom_score_adj";

/// What set-up gives; it lives as long as the shim.
#[derive(Debug)]
pub(crate) struct ProcessSetup {
    pub(crate) signals: Watched<SignalFd>,
    /// Out-of-memory score adjustment of containers that say nothing about it: that of whoever started the node, but
    /// never one that spares them; hostd and its shims lower theirs, and it would be inherited.
    pub(crate) container_oom_score: i32,
    /// /dev/null as descriptors 0 to 2, so that nothing else ever gets these numbers.
    _stdio: Vec<OwnedFd>,
}

/// Detaches this process from whoever forked it. It has one thread.
pub(crate) fn set_up_process(poller: &Poller) -> Result<ProcessSetup, Errno> {
    block_all()?;
    // An ignored signal stays ignored in every program executed from here.
    reset_dispositions();
    let stdio = occupy_stdio()?;
    // EPERM: it leads a session already.
    let _ = rustix::process::setsid();
    umask(Mode::from_raw_mode(0o022));
    rustix::process::chdir("/")?;
    let _ = rustix::thread::set_name(c"tsorch-shim");
    // It holds a copy of its parent's memory, which a process in a joined pid namespace could read.
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    // What a foreign runtime leaves behind, and what a killed exec leaves, is ours to reap.
    let own_pid = rustix::process::getpid();
    rustix::process::set_child_subreaper(Some(own_pid))?;
    let signals = SignalFd::new(&[rustix::process::Signal::CHILD])?;
    Ok(ProcessSetup {
        signals: poller.watch(signals, Token::Signals.to_bits(), EventFlags::IN)?,
        container_oom_score: lower_oom_score().max(0),
        _stdio: stdio,
    })
}

/// Opens /dev/null until the descriptors 0 to 2 are taken.
fn occupy_stdio() -> Result<Vec<OwnedFd>, Errno> {
    let mut taken = Vec::new();
    loop {
        let flags = OFlags::RDWR | OFlags::CLOEXEC | OFlags::NOCTTY;
        let null = rustix::fs::open("/dev/null", flags, Mode::empty())?;
        if null.as_raw_fd() > 2 {
            return Ok(taken);
        }
        taken.push(null);
    }
}

/// Lowers the score; EACCES without CAP_SYS_RESOURCE is no error. Gives the former one.
fn lower_oom_score() -> i32 {
    let inherited = std::fs::read_to_string(OOM_SCORE_FILE).unwrap_or_default();
    let _ = std::fs::write(OOM_SCORE_FILE, OOM_SCORE);
    inherited.trim().parse().unwrap_or(0)
}

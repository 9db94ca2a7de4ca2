//! Becoming a resident process: nobody's child to care for, hard to kill by accident, nothing to read in its memory.

use std::os::fd::AsFd;

use rustix::io::Errno;
use rustix::process::{DumpableBehavior, getpid};
use serde_json::json;
use tsorch_sys::fork::close_all_but;

use crate::error::HostdError;
use crate::log::{Level, log};

/// What hostd asks for: containers go first, the kernel's own (-1000) never.
const OOM_SCORE_ADJ: i32 = -900;

/// Done once, before any fork and before anything is opened.
pub(crate) fn become_resident() -> Result<(), HostdError> {
    let (input, output, errors) = (std::io::stdin(), std::io::stdout(), std::io::stderr());
    // Descriptors that a starter forgot to close would go on to every worker.
    close_all_but(&[input.as_fd(), output.as_fd(), errors.as_fd()])
        .map_err(HostdError::host("close", "inherited descriptors"))?;
    // Orphans of killed shims come to us, so that their exit status reaches someone.
    rustix::process::set_child_subreaper(Some(getpid()))
        .map_err(HostdError::host("become", "child subreaper"))?;
    // A forked shim carries a copy of this memory into the namespaces of a container.
    rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(HostdError::host("become", "non-dumpable"))?;
    // One huge page would cost a shim 2 MiB.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    // Fails for the leader of a process group (a shell's job): it stays in its terminal's session.
    let _ = rustix::process::setsid();
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o022));
    rustix::process::chdir("/").map_err(HostdError::host("change to", "/"))?;
    lower_oom_score();
    // From here on signals come by signalfd or not at all: SIGHUP of a closed terminal, SIGPIPE of a dead reader.
    tsorch_sys::signal::block_all().map_err(HostdError::host("block", "signals"))
}

fn lower_oom_score() {
    let path = "/proc/self/oom_score_adj";
    let Err(error) = std::fs::write(path, OOM_SCORE_ADJ.to_string()) else {
        return;
    };
    // Without CAP_SYS_RESOURCE only going back down to where a privileged parent left it is allowed: 0 as a rule.
    let now = std::fs::read_to_string(path)
        .ok()
        .and_then(|text| text.trim().parse().ok());
    if now.is_some_and(|now: i32| now > 0) {
        let _ = std::fs::write(path, "0");
    }
    let errno = Errno::from_io_error(&error).map(|errno| errno.to_string());
    log(
        Level::Warn,
        "cannot lower the score of the out-of-memory killer",
        json!({ "wanted": OOM_SCORE_ADJ, "present": now, "reason": errno }),
    );
}

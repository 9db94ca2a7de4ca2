//! Drives real shims over their sockets: real mounts, cgroups, namespaces, a busybox root. Needs root.
//!
//! A shim must be a process with one thread, so this program has no test harness of its own kind but a small runner, and
//! is the shim itself when it is called with a hand-over.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on fails"
)]

mod attach;
mod attacks;
mod complaints;
mod container;
mod control;
mod creation_hooks;
mod exec;
mod exec_sync;
mod failures;
mod lifecycle;
mod logs;
mod network_probes;
mod node;
mod probes;
mod runner;
mod shim_process;
mod stream;
mod users;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(code) = shim_process::run_if_called() {
        return code;
    }
    let suites = [
        lifecycle::TESTS,
        failures::TESTS,
        logs::TESTS,
        control::TESTS,
        exec::TESTS,
        exec_sync::TESTS,
        creation_hooks::TESTS,
        attach::TESTS,
        complaints::TESTS,
        probes::TESTS,
        network_probes::TESTS,
        users::TESTS,
        attacks::TESTS,
    ];
    runner::run(&suites.concat())
}

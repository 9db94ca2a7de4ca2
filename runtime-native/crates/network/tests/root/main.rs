//! The network on a host of its own: every scenario runs in a process with its own network and mount namespaces, whose
//! loopback, addresses, routes and packet filter are nobody else's. Needs root.
//!
//! `cargo test -p tsorch-network --test root -- [part of a name]`, `TSORCH_TEST_TABLE=watched` for the un-owned table.
#![expect(
    clippy::print_stdout,
    reason = "a test runner of its own tells what it does"
)]
#![expect(clippy::unwrap_used, reason = "a scenario ends at the first surprise")]

mod addresses;
mod adoption;
mod containers;
mod dns;
mod figures;
mod host;
mod isolation;
mod machine;
mod names;
mod nodes;
mod ports;
mod process;
mod repair;
mod requests;
mod switching;

use std::time::Instant;

use process::Process;

/// A behaviour, and what shows it.
type Scenario = (&'static str, fn());

fn scenarios() -> Vec<Scenario> {
    [
        containers::SCENARIOS,
        names::SCENARIOS,
        ports::SCENARIOS,
        switching::SCENARIOS,
        isolation::SCENARIOS,
        addresses::SCENARIOS,
        adoption::SCENARIOS,
        repair::SCENARIOS,
        nodes::SCENARIOS,
        figures::SCENARIOS,
    ]
    .concat()
}

fn main() -> std::process::ExitCode {
    let filters: Vec<String> = std::env::args()
        .skip(1)
        .filter(|one| !one.starts_with('-'))
        .collect();
    let required = std::env::var("TSORCH_TEST_REQUIRE").unwrap_or_default();
    if !rustix::process::geteuid().is_root() {
        println!("skipped: the network's scenarios need root");
        return if required.contains("root") {
            1.into()
        } else {
            0.into()
        };
    }
    let mut failed = Vec::new();
    for (name, run) in scenarios() {
        let is_wanted =
            filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
        if !is_wanted {
            continue;
        }
        let start = Instant::now();
        let code = Process::run(|| {
            host::isolate();
            run();
        })
        .wait();
        let verdict = if code == 0 { "ok" } else { "FAILED" };
        println!(
            "test {name} ... {verdict} ({} ms)",
            start.elapsed().as_millis()
        );
        if code != 0 {
            failed.push(name);
        }
    }
    println!("{} failed {failed:?}", failed.len());
    u8::from(!failed.is_empty()).into()
}

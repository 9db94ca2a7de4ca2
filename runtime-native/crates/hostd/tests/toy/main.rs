//! hostd whose shims are toys: a lock, a socket, a process in a control group, the files of a real one. The tests of
//! this crate are about hostd; what a shim does is tested with the shim.
//!
//! Usage: `toy-hostd ROOT RUN_DIR NODE_KEY [CGROUP_PARENT]`. A bundle's shim.json tells the toy what to be:
//! `{"stack": "shop", "args": ["sleep"]}`, `["exit", "3"]`, `["listen-late"]`, `["ignore-start"]` (never answers a
//! start).

mod toy_shim;

use std::path::PathBuf;
use std::process::ExitCode;

use tsorch_hostd::{Options, run};

fn main() -> ExitCode {
    // A layer worker is this program executed again.
    let mut arguments = std::env::args();
    if arguments.next().as_deref() == Some("tsorch-layer-worker") {
        let done = tsorch_layers::worker::run(std::io::stdin(), std::io::stdout());
        return if done.is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let mut next = || arguments.next().unwrap_or_default();
    let options = Options {
        root: PathBuf::from(next()),
        run_dir: PathBuf::from(next()),
        node_key: next(),
        cgroup_parent: Some(PathBuf::from(next())).filter(|path| path.is_absolute()),
        shim: toy_shim::run,
    };
    match run(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let line = format!("{}: {error}\n", error.code());
            let _ = std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes());
            ExitCode::FAILURE
        }
    }
}

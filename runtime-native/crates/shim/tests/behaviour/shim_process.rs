//! This program as a shim: what hostd's template does after its fork.

use std::io::Read;
use std::os::fd::AsFd;
use std::process::{Child, Command, ExitCode, Stdio};

use serde_json::Value;
use tsorch_cgroups::Hierarchies;
use tsorch_protocol::shim_files::ShimHandover;
use tsorch_protocol::{ErrorBody, Message};

const HANDOVER: &str = "TSORCH_TEST_SHIM_HANDOVER";

/// Is the shim that the environment asks for. Its ready pipe is its standard output.
pub(crate) fn run_if_called() -> Option<ExitCode> {
    let handover = std::env::var(HANDOVER).ok()?;
    let handover: ShimHandover = serde_json::from_str(&handover).unwrap();
    let ready = std::io::stdout().as_fd().try_clone_to_owned().unwrap();
    Some(ExitCode::from(tsorch_shim::run(
        handover,
        &Hierarchies::of_host().unwrap(),
        ready,
        Vec::new(),
    )))
}

/// Starts a shim; gives what it says on its ready pipe.
pub(crate) fn spawn(handover: &ShimHandover) -> (Child, Result<Value, ErrorBody>) {
    let mut child = Command::new("/proc/self/exe")
        .env(HANDOVER, serde_json::to_string(handover).unwrap())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdout.take().unwrap();
    let mut header = [0; 4];
    pipe.read_exact(&mut header).expect("the shim said nothing");
    let mut payload = vec![0; u32::from_be_bytes(header) as usize];
    pipe.read_exact(&mut payload).unwrap();
    match Message::from_payload(&payload).unwrap() {
        Message::Answer { id: 1, outcome } => (child, outcome),
        other => panic!("not an answer: {other:?}"),
    }
}

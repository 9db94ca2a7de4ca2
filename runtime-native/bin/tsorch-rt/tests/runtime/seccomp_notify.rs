//! Calls that somebody outside answers: the descriptor arrives with the state, before any of them is made.

use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::time::Timespec;
use serde_json::{Value, json};
use tsorch_sys::fd_passing::receive_with_fds;

use crate::sandbox::{Answer, Sandbox};

/// A sandbox whose `mkdir` is held up, and where the descriptor will arrive.
fn sandbox(script: &str) -> (Sandbox, UnixListener) {
    let mut sandbox = Sandbox::new(script);
    let path = sandbox.dir.join("notify.sock");
    let agent = UnixListener::bind(&path).expect("bound");
    sandbox.config["linux"]["seccomp"] = json!({
        "defaultAction": "SCMP_ACT_ALLOW",
        "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"],
        "listenerPath": path,
        "listenerMetadata": "what it is for",
        "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_NOTIFY"}]
    });
    (sandbox, agent)
}

/// Takes one connection's message: the state, and the descriptor.
fn receive(agent: &UnixListener) -> (Value, OwnedFd) {
    let (connection, _) = agent.accept().expect("a connection");
    let (mut text, mut fds) = (Vec::new(), Vec::new());
    loop {
        let mut buffer = [0; 4096];
        let (count, more) = receive_with_fds(&connection, &mut buffer).expect("a message");
        text.extend_from_slice(&buffer[..count]);
        fds.extend(more);
        if count == 0 {
            break;
        }
    }
    assert_eq!(fds.len(), 1);
    (serde_json::from_slice(&text).expect("JSON"), fds.remove(0))
}

/// Waits until a call is held up, then lets all of them fail by going away.
fn refuse(fd: OwnedFd) {
    let link = std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd())).expect("a link");
    assert_eq!(link.to_str(), Some("anon_inode:seccomp notify"));
    let patience = Timespec::try_from(Duration::from_secs(20)).expect("short");
    let ready = poll(&mut [PollFd::new(&fd, PollFlags::IN)], Some(&patience));
    assert_eq!(ready, Ok(1));
}

/// Runs the container beside the agent.
fn run_with_agent(sandbox: &Sandbox, agent: &UnixListener) -> (Answer, Value) {
    sandbox.write_config();
    let mut command = sandbox.command(&["run", "--bundle", sandbox.bundle(), &sandbox.id]);
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("executed");
    let (state, fd) = receive(agent);
    refuse(fd);
    (child.wait_with_output().expect("an end").into(), state)
}

#[test]
fn the_listener_gets_state_and_descriptor_and_decides() {
    for no_new_privileges in [true, false] {
        let (mut sandbox, agent) = sandbox("mkdir /tmp/x; echo went on");
        sandbox.config["process"]["noNewPrivileges"] = json!(no_new_privileges);
        let (answer, state) = run_with_agent(&sandbox, &agent);
        assert!(
            answer.stderr.contains("Function not implemented"),
            "{answer:?}"
        );
        assert_eq!(answer.stdout, "went on\n");
        assert_eq!(state["fds"], json!(["seccompFd"]));
        assert_eq!(state["metadata"], json!("what it is for"));
        assert_eq!(state["state"]["id"], json!(sandbox.id));
        assert!(state["pid"].as_i64().is_some_and(|pid| pid > 0));
        assert!(state["ociVersion"].is_string() && state["state"]["bundle"].is_string());
    }
}

#[test]
fn a_container_started_by_another_process_and_its_execs_have_listeners_too() {
    let (sandbox, agent) = sandbox("mkdir /tmp/x; sleep 1000");
    assert_eq!(sandbox.create().code, Some(0));
    let mut start = sandbox
        .command(&["start", &sandbox.id])
        .spawn()
        .expect("executed");
    let (state, fd) = receive(&agent);
    assert_eq!(state["state"]["status"], json!("created"));
    assert_eq!(state["pid"], sandbox.state()["pid"]);
    refuse(fd);
    assert!(start.wait().expect("an end").success());
    let mut exec = sandbox
        .command(&["exec", &sandbox.id, "mkdir", "/tmp/y"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("executed");
    let (other, fd) = receive(&agent);
    assert_eq!(other["state"]["pid"], state["pid"]);
    assert_ne!(other["pid"], state["pid"]);
    refuse(fd);
    assert_eq!(exec.wait().expect("an end").code(), Some(1));
}

#[test]
fn without_its_listener_the_program_is_not_executed() {
    let (sandbox, agent) = sandbox("touch /tmp/was-here");
    drop(agent);
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("hand the notifications to"),
        "{}",
        answer.stderr
    );
    assert!(!sandbox.rootfs().join("tmp/was-here").exists());
}

#[test]
fn what_would_wait_for_ever_is_refused() {
    let (mut sandbox, _agent) = sandbox("true");
    let good = sandbox.config["linux"]["seccomp"].clone();
    let changes = [
        (
            "default action",
            json!({"defaultAction": "SCMP_ACT_NOTIFY"}),
        ),
        (
            "hold up write",
            json!({"syscalls": [{"names": ["write"], "action": "SCMP_ACT_NOTIFY"}]}),
        ),
        ("needs listenerPath", json!({"listenerPath": ""})),
        (
            "listenerMetadata needs",
            json!({"listenerPath": "", "syscalls": []}),
        ),
    ];
    for (message, change) in changes {
        let mut profile = good.clone();
        for (field, value) in change.as_object().expect("an object") {
            profile[field] = value.clone();
        }
        sandbox.config["linux"]["seccomp"] = profile;
        let answer = sandbox.run();
        assert_eq!(answer.code, Some(1));
        assert!(
            answer.stderr.contains(message),
            "{message}: {}",
            answer.stderr
        );
    }
}

#[test]
fn every_flag_and_architecture_of_the_specification_is_taken() {
    let (mut sandbox, agent) = sandbox("mkdir /tmp/x");
    let features = sandbox.call(&["features"]).stdout;
    let features: Value = serde_json::from_str(&features).expect("JSON");
    let seccomp = &features["linux"]["seccomp"];
    sandbox.config["linux"]["seccomp"]["flags"] = seccomp["supportedFlags"].clone();
    sandbox.config["linux"]["seccomp"]["architectures"] = seccomp["archs"].clone();
    assert_eq!(seccomp["archs"].as_array().map(Vec::len), Some(23));
    let (answer, _) = run_with_agent(&sandbox, &agent);
    assert!(
        answer.stderr.contains("Function not implemented"),
        "{answer:?}"
    );
}

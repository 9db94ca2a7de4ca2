//! Hooks before the program is executed: the start waits for them, and nothing else does.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tsorch_protocol::Client;

use crate::container::{Bundle, Container, Runtime, eventually};
use crate::runner::Test;

pub(crate) const TESTS: &[Test] = &[
    (
        "while a hook before the start runs, other requests are answered",
        answers_beside_hooks,
    ),
    (
        "a stop that comes while a hook runs ends the task when it has started",
        stops_after_hooks,
    ),
    (
        "a program that ends at once after slow hooks leaves its status and output",
        ends_at_once,
    ),
    (
        "what a hook leaves behind does not keep the shim awake",
        reaps_what_hooks_leave,
    ),
];

const KINDS: [&str; 4] = [
    "prestart",
    "createRuntime",
    "createContainer",
    "startContainer",
];

/// The shell has the same name on the host and in the image.
fn hook(script: &str) -> Value {
    json!([{"path": "/bin/sh", "args": ["sh", "-c", script], "env": ["PATH=/bin:/usr/bin"], "timeout": 20}])
}

/// A container with this hook, whose start was asked for, and who has asked.
fn starting(runtime: Runtime, kind: &str, script: &str) -> (Container, Client) {
    let mut container = Bundle::script(runtime, "trap 'exit 4' TERM; echo up; sleep 1000 & wait")
        .config("/hooks", json!({ kind: hook(script) }))
        .spawn();
    let mut starter = container.connect();
    starter.send("start", json!({"task": 1})).unwrap();
    container.wait_for_state("it is starting", |state| {
        state["phase"] == json!("starting")
    });
    (container, starter)
}

fn answers_beside_hooks(runtime: Runtime) {
    for kind in KINDS {
        let (mut container, mut starter) = starting(runtime, kind, "sleep 1.5");
        let began = Instant::now();
        let error = container.call_error("exec", json!({"process": {"args": ["true"]}}));
        assert_eq!(error.code.as_str(), "container.not-running", "{kind}");
        let error = container.call_error("release", json!({}));
        assert_eq!(error.code.as_str(), "node.busy", "{kind}");
        assert_eq!(
            container
                .connect()
                .call("subscribe", json!({"from": 0}))
                .unwrap()["seq"],
            0
        );
        assert_eq!(container.state()["phase"], json!("starting"), "{kind}");
        assert!(began.elapsed() < Duration::from_millis(1000), "{kind}");
        let again = container.call("start", json!({"task": 1}));
        assert!(again["pid"].as_i64().is_some_and(|pid| pid > 1), "{kind}");
        assert_eq!(starter.call("start", json!({"task": 1})).unwrap(), again);
        assert_eq!(container.exec_script("exit 5").2, 5, "{kind}");
    }
}

fn stops_after_hooks(runtime: Runtime) {
    let (mut container, _starter) = starting(runtime, "createRuntime", "sleep 1");
    container.call("stop", json!({"graceMs": 300}));
    assert_eq!(container.state()["phase"], json!("starting"));
    let record = container.wait(1);
    assert!(
        [json!(4), json!(137), json!(143)].contains(&record["code"]),
        "{record}"
    );
}

fn ends_at_once(runtime: Runtime) {
    for kind in KINDS {
        let mut container = Bundle::script(runtime, "echo all; exit 6")
            .config("/hooks", json!({ kind: hook("sleep 0.2") }))
            .start();
        assert_eq!(container.wait(1)["code"], json!(6), "{kind}");
        assert_eq!(container.log_text(), "all\n", "{kind}");
    }
}

fn reaps_what_hooks_leave(runtime: Runtime) {
    let script = "(sleep 0.2 &) ; sleep 1.5";
    let (mut container, mut starter) = starting(runtime, "createRuntime", script);
    let before = processor_time(&container);
    starter.call("start", json!({"task": 1})).unwrap();
    assert!(processor_time(&container) - before < 50, "it was busy");
    eventually("no child has ended unseen", || {
        let children = container.shim_pid();
        let path = format!("/proc/{children}/task/{children}/children");
        let children = std::fs::read_to_string(path).unwrap();
        let is_zombie = |pid: &str| {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            stat.contains(") Z ")
        };
        (!children.split_whitespace().any(is_zombie)).then_some(())
    });
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
}

/// Ticks, hundredths of seconds, in user and kernel mode.
fn processor_time(container: &Container) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", container.shim_pid())).unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ');
    fields
        .skip(11)
        .take(2)
        .map(|ticks| ticks.parse::<u64>().unwrap())
        .sum()
}

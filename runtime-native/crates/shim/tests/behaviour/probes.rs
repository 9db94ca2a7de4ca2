//! Probes of running containers.

use serde_json::{Value, json};

use crate::container::{Bundle, Container, Runtime, pass_time};
use crate::runner::Test;

pub(crate) const TESTS: &[Test] = &[
    (
        "a probe that succeeds makes the container healthy",
        becomes_healthy,
    ),
    (
        "a probe that fails makes it unhealthy, with its output",
        becomes_unhealthy,
    ),
    ("health changes are told once each", tells_changes_only),
    (
        "a probe that hangs is killed and counts as failed",
        times_out,
    ),
    ("a probe that cannot be executed fails", cannot_be_executed),
    (
        "a probe is added to, changed in and taken from a running container",
        is_updated,
    ),
    ("a huge output of a probe is cut", cuts_output),
    ("a paused container is not probed", rests_while_paused),
];

fn probed(runtime: Runtime, script: &str, timeout_ms: u64) -> Container {
    let probe = probe(script, timeout_ms);
    Bundle::program(runtime, &["/bin/sleep", "1000"])
        .shim("probe", probe)
        .start()
}

fn probe(script: &str, timeout_ms: u64) -> Value {
    json!({"kind": "exec", "args": ["/bin/sh", "-c", script], "intervalMs": 100, "timeoutMs": timeout_ms, "retries": 2})
}

fn wait_for_health(container: &mut Container, health: &str) -> Value {
    container.wait_for_state(health, |state| state["health"] == json!(health))
}

fn becomes_healthy(runtime: Runtime) {
    let mut container = probed(runtime, "echo fine; exit 0", 10_000);
    assert_eq!(container.state()["health"], json!("starting"));
    let state = wait_for_health(&mut container, "healthy");
    assert_eq!(state["lastProbeOutput"], json!("fine"));
    assert!(state["healthSince"].as_u64().unwrap() > 0);
    assert_eq!(state["probes"][0]["outcome"], json!("passed"));
    assert_eq!(state["probes"][0]["code"], json!(0));
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
    container.call("start", json!({"task": 2}));
    assert_eq!(container.state()["health"], json!("starting"));
}

fn becomes_unhealthy(runtime: Runtime) {
    let mut container = probed(runtime, "echo broken >&2; exit 1", 10_000);
    let state = wait_for_health(&mut container, "unhealthy");
    assert_eq!(state["lastProbeOutput"], json!("broken"));
    assert_eq!(state["phase"], json!("running"));
}

fn tells_changes_only(runtime: Runtime) {
    let mut container = probed(runtime, "test ! -e /broken", 10_000);
    container.call("subscribe", json!({"from": 0}));
    wait_for_health(&mut container, "healthy");
    container.exec_script("touch /broken");
    wait_for_health(&mut container, "unhealthy");
    container.exec_script("busybox rm /broken");
    wait_for_health(&mut container, "healthy");
    container.call("stop", json!({"graceMs": 0}));
    let mut told = Vec::new();
    loop {
        let event = container.client().event().unwrap();
        match event.name.as_str() {
            "health" => told.push(event.data["health"].clone()),
            "exit" => break,
            _ => {}
        }
    }
    assert_eq!(
        told,
        [json!("healthy"), json!("unhealthy"), json!("healthy")]
    );
}

fn times_out(runtime: Runtime) {
    let mut container = probed(runtime, "sleep 996", 200);
    let state = wait_for_health(&mut container, "unhealthy");
    assert!(
        state["lastProbeOutput"].as_str().unwrap().contains("200ms"),
        "{state}"
    );
    container.call("update", json!({"probe": null}));
    crate::container::eventually("no probe is left", || {
        (!container.exec_script("ps -o args").0.contains("sleep 996")).then_some(())
    });
}

fn cannot_be_executed(runtime: Runtime) {
    let probe = json!({"kind": "exec", "args": ["/bin/nothing"], "intervalMs": 100, "timeoutMs": 5000, "retries": 1});
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"])
        .shim("probe", probe)
        .start();
    let state = wait_for_health(&mut container, "unhealthy");
    assert!(
        state["lastProbeOutput"]
            .as_str()
            .unwrap()
            .contains("nothing"),
        "{state}"
    );
}

fn is_updated(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    assert_eq!(container.state()["health"], json!("none"));
    container.call("update", json!({"probe": probe("exit 1", 5000)}));
    wait_for_health(&mut container, "unhealthy");
    container.call("update", json!({"probe": probe("exit 0", 5000)}));
    wait_for_health(&mut container, "healthy");
    container.call("update", json!({"probe": null}));
    assert_eq!(container.state()["health"], json!("none"));
}

fn cuts_output(runtime: Runtime) {
    let mut container = probed(runtime, "yes | head -c 10000000; exit 0", 10_000);
    let state = wait_for_health(&mut container, "healthy");
    let output = state["lastProbeOutput"].as_str().unwrap();
    assert!(
        output.len() > 4000 && output.len() <= 4096,
        "{}",
        output.len()
    );
}

fn rests_while_paused(runtime: Runtime) {
    let mut container = probed(runtime, "echo x >> /probes; exit 0", 150);
    wait_for_health(&mut container, "healthy");
    container.call("pause", json!({}));
    let probes = |container: &Container| {
        std::fs::read(container.upper().join("probes"))
            .unwrap()
            .len()
    };
    let before = probes(&container);
    pass_time(500);
    assert!(probes(&container) <= before + 2);
    container.call("resume", json!({}));
    crate::container::eventually("it is probed again", || {
        (probes(&container) > before + 2).then_some(())
    });
    assert_eq!(container.state()["health"], json!("healthy"));
}

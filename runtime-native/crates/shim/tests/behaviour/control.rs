//! Stop, kill, pause, update, out-of-memory kills.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::container::{Bundle, Container, Runtime, eventually};
use crate::runner::Test;

pub(crate) const TESTS: &[Test] = &[
    (
        "stop sends the signal and the program may end by itself",
        stops_gracefully,
    ),
    (
        "stop kills a program that ignores the signal, after the grace period",
        kills_after_grace,
    ),
    (
        "stop answers at once and goes on without its client",
        stops_without_a_client,
    ),
    ("a second stop may only hurry", hurries),
    ("stop ends a paused container", stops_a_paused_one),
    ("pause stops every process until resume", pauses),
    (
        "an update or a signal that fails leaves a running task running and a paused one paused",
        fails_without_freezing,
    ),
    ("kill reaches the first process, or all", kills_all),
    ("limits of a running container are changed", updates_limits),
    ("an out-of-memory kill is told and recorded", tells_oom),
    (
        "an out-of-memory kill of a child is told though the container lives",
        tells_oom_of_a_child,
    ),
    (
        "an out-of-memory kill in an exec is told though the container lives",
        tells_oom_of_an_exec,
    ),
    (
        "the user's numbers, groups and home come from the container's own files",
        resolves_the_user,
    ),
];

const IGNORING: &str = "trap '' TERM; echo ready; while true; do sleep 1; done";

/// Started, and past its `echo ready`.
fn ready(runtime: Runtime, script: &str) -> Container {
    let container = Bundle::script(runtime, script).start();
    eventually("the program is ready", || {
        container.log_text().contains("ready\n").then_some(())
    });
    container
}

fn stops_gracefully(runtime: Runtime) {
    let script = "trap 'echo bye; exit 4' TERM; echo ready; while true; do sleep 0.05; done";
    let mut container = ready(runtime, script);
    container.call("stop", json!({}));
    let record = container.wait(1);
    assert_eq!(record["code"], json!(4));
    assert!(container.log_text().ends_with("bye\n"));
}

fn kills_after_grace(runtime: Runtime) {
    let mut container = ready(runtime, IGNORING);
    let begin = Instant::now();
    container.call("stop", json!({"graceMs": 400}));
    assert_eq!(container.state()["phase"], json!("stopping"));
    let record = container.wait(1);
    assert_eq!(
        (&record["code"], &record["signal"]),
        (&json!(137), &json!(9))
    );
    assert!(begin.elapsed() >= Duration::from_millis(400));
}

fn stops_without_a_client(runtime: Runtime) {
    let mut container = ready(runtime, IGNORING);
    let begin = Instant::now();
    {
        let mut other = container.connect();
        other.call("stop", json!({"graceMs": 300})).unwrap();
    }
    assert!(begin.elapsed() < Duration::from_millis(300));
    assert_eq!(container.wait(1)["code"], json!(137));
}

fn hurries(runtime: Runtime) {
    let mut container = ready(runtime, IGNORING);
    let begin = Instant::now();
    container.call("stop", json!({"graceMs": 60_000}));
    container.call("stop", json!({"graceMs": 70_000}));
    container.call("stop", json!({"graceMs": 100}));
    container.call("stop", json!({"graceMs": 90_000}));
    assert_eq!(container.wait(1)["code"], json!(137));
    assert!(begin.elapsed() < Duration::from_secs(15));
}

fn stops_a_paused_one(runtime: Runtime) {
    let script = "trap 'exit 4' TERM; echo ready; while true; do sleep 0.05; done";
    let mut container = ready(runtime, script);
    container.call("pause", json!({}));
    container.call("stop", json!({}));
    assert_eq!(container.wait(1)["code"], json!(4));
}

fn pauses(runtime: Runtime) {
    let mut container = ready(
        runtime,
        "echo 0 > /count; echo ready; i=0; while true; do i=$((i+1)); echo $i > /count; done",
    );
    container.call("pause", json!({}));
    container.call("pause", json!({}));
    assert_eq!(container.state()["phase"], json!("paused"));
    let error = container.call_error("exec", json!({"process": {"args": ["true"]}}));
    assert_eq!(error.code.as_str(), "container.exec-failed");
    let count =
        |container: &Container| std::fs::read_to_string(container.upper().join("count")).unwrap();
    let before = count(&container);
    container.state();
    assert_eq!(count(&container), before);
    container.call("resume", json!({}));
    container.call("resume", json!({}));
    eventually("it counts again", || {
        (count(&container) != before).then_some(())
    });
    assert_eq!(container.state()["phase"], json!("running"));
}

fn fails_without_freezing(runtime: Runtime) {
    let mut container = ready(
        runtime,
        "echo 0 > /count; echo ready; i=0; while true; do i=$((i+1)); echo $i > /count; done",
    );
    let count =
        |container: &Container| std::fs::read_to_string(container.upper().join("count")).unwrap();
    let refuse_all = |container: &mut Container| {
        let beyond = json!({"resources": {"cpu": {"cpus": "99999"}, "pids": {"limit": 77}}});
        container.call_error("update", beyond);
        container.call_error("kill", json!({"signal": "SIGNOTHING"}));
        container.call_error("kill", json!({"signal": "SIGNOTHING", "all": true}));
    };
    refuse_all(&mut container);
    let before = count(&container);
    eventually("it counts on", || {
        (count(&container) != before).then_some(())
    });
    container.call("pause", json!({}));
    let before = count(&container);
    refuse_all(&mut container);
    assert_eq!(container.state()["phase"], json!("paused"));
    crate::container::pass_time(50);
    assert_eq!(count(&container), before);
    container.call("resume", json!({}));
    eventually("it counts again", || {
        (count(&container) != before).then_some(())
    });
}

fn kills_all(runtime: Runtime) {
    let script = "trap 'echo first' USR1; sh -c \"trap 'echo second' USR1; echo ready; while true; do sleep 0.05; done\" & while true; do sleep 0.05; done";
    let mut container = ready(runtime, script);
    container.call("kill", json!({"signal": "USR1"}));
    eventually("the first has it", || {
        container.log_text().contains("first").then_some(())
    });
    assert!(!container.log_text().contains("second"));
    container.call("kill", json!({"signal": "USR1", "all": true}));
    eventually("the second has it", || {
        container.log_text().contains("second").then_some(())
    });
}

fn updates_limits(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    // Enough for a runtime written in Go.
    container.call("update", json!({"resources": {"pids": {"limit": 30}}}));
    let many = "for i in $(seq 40); do sleep 0.2 & done; wait";
    let (_, errors, _) = container.exec_script(many);
    assert!(errors.contains("can't fork"), "{errors}");
    container.call("update", json!({"resources": {"pids": {"limit": 200}}}));
    assert_eq!(container.exec_script(many).1, "");
}

/// The kernel's first choice, whatever else it finds.
const MEMORY_EATER: &str =
    "sh -c 'echo 1000 > /proc/self/oom_score_adj; exec tail -c 90m /dev/zero'";

fn with_memory_limit(runtime: Runtime, script: &str) -> Bundle {
    let limit = json!({"limit": 16 << 20, "swap": 16 << 20});
    Bundle::script(runtime, script).config("/linux/resources/memory", limit)
}

fn oom_events(container: &mut Container) -> Vec<Value> {
    let mut late = container.connect();
    let last = late.call("subscribe", json!({"from": 0})).unwrap()["seq"]
        .as_u64()
        .unwrap();
    let events = (0..last).map(|_| late.event().unwrap());
    events
        .filter(|event| event.name == "oom")
        .map(|event| event.data)
        .collect()
}

fn tells_oom(runtime: Runtime) {
    let script = "exec tail -c 90m /dev/zero";
    let mut container = with_memory_limit(runtime, script).start();
    let record = container.wait(1);
    assert_eq!(
        (&record["oomKilled"], &record["signal"]),
        (&json!(true), &json!(9)),
        "{record}"
    );
    assert_eq!(record["oomKills"], json!(1));
    let events = oom_events(&mut container);
    assert_eq!(events.first().map(|event| &event["task"]), Some(&json!(1)));
}

fn tells_oom_of_a_child(runtime: Runtime) {
    let script = format!("{MEMORY_EATER}; echo survived; sleep 1000");
    let mut container = with_memory_limit(runtime, &script).start();
    eventually("the program survived its child", || {
        let state = container.state();
        assert_eq!(state["phase"], json!("running"), "{state}");
        container.log_text().contains("survived").then_some(())
    });
    eventually("the kill is told", || {
        (!oom_events(&mut container).is_empty()).then_some(())
    });
    container.call("stop", json!({"graceMs": 0}));
    assert_eq!(container.wait(1)["oomKilled"], json!(true));
}

/// Such an exec has a group of its own below the container's, where the host has v2.
fn tells_oom_of_an_exec(runtime: Runtime) {
    let mut container = with_memory_limit(runtime, "sleep 1000").start();
    let request = json!({
        "process": {"args": ["/bin/sh", "-c", format!("{MEMORY_EATER}; exit 5")]}, "timeoutMs": 15_000
    });
    let exec = container.call("exec", request)["exec"].clone();
    container.call("execWait", json!({"exec": exec}));
    eventually("the kill is told", || {
        (!oom_events(&mut container).is_empty()).then_some(())
    });
    assert_eq!(container.state()["phase"], json!("running"));
}

fn resolves_the_user(runtime: Runtime) {
    let bundle = Bundle::script(runtime, "id; echo $HOME; echo to-a-device > /dev/stdout");
    let mut container = bundle.shim("user", json!("www")).start();
    container.wait(1);
    assert_eq!(
        container.log_text(),
        "uid=33(www) gid=34(www) groups=34(www),4(adm)\n/var/www\nto-a-device\n"
            .replace("34(www),4(adm)", "4(adm)")
    );
}

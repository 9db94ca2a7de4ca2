//! Start, end, record, next task, release.

use std::fs;

use serde_json::{Value, json};

use crate::container::{Bundle, Runtime, eventually, pass_time};
use crate::runner::Test;
use crate::stream::Stream;

pub(crate) const TESTS: &[Test] = &[
    ("hooks run after the start and after the end", runs_hooks),
    (
        "a hook that fails after the start ends the task",
        ends_with_a_failed_hook,
    ),
    (
        "while hooks run after the start and after the end, everything else goes on",
        goes_on_beside_hooks,
    ),
    (
        "a hook that never ends holds up the start for its timeout only",
        bounds_hooks,
    ),
    ("a shim has one thread and does not wake up at rest", rests),
    (
        "a task runs, and its status, output and record are kept",
        records_a_task,
    ),
    (
        "a signal that ends a task is told as such and as 128 plus its number",
        tells_a_signal,
    ),
    (
        "the next task runs in the same shim and root",
        runs_the_next_task,
    ),
    (
        "starting the same task again runs nothing twice",
        starts_once,
    ),
    ("a task is started with the shim", starts_with_the_shim),
    (
        "events are numbered and told again from any number",
        tells_events_again,
    ),
    (
        "exit.json is written before anybody is told",
        writes_before_telling,
    ),
    (
        "a new shim knows how the last task ended",
        knows_the_last_record,
    ),
    ("after release nothing is left on the host", leaves_nothing),
    (
        "a shim with a running task is not released",
        keeps_a_running_task,
    ),
    ("clients that vanish do not matter", survives_its_clients),
    ("children of the program end with it", ends_children),
    (
        "the program has no descriptor but its own three",
        leaks_no_descriptor,
    ),
    (
        "a shim holds no network namespace of another container",
        drops_foreign_namespaces,
    ),
];

fn records_a_task(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "echo out; echo err >&2; exit 42").spawn();
    assert_eq!(container.state()["phase"], json!("created"));
    let started = container.call("start", json!({"task": 1}));
    let record = container.wait(1);
    assert_eq!(record["code"], json!(42));
    assert_eq!(record["reason"], json!("exited"));
    assert_eq!(record["drained"], json!(true));
    assert_eq!(record["pid"], started["pid"]);
    assert_eq!(record["startedAt"], started["startedAt"]);
    assert_eq!(record["oomKilled"], json!(false));
    assert!(record.get("signal").is_none());
    assert!(record["exitedAt"].as_u64() >= record["startedAt"].as_u64());
    assert!(record["rusage"]["maxRssKb"].as_u64().unwrap() > 0);
    let mut lines: Vec<_> = container.log_text().lines().map(str::to_owned).collect();
    lines.sort();
    assert_eq!(lines, ["err", "out"]);
    let state = container.state();
    assert_eq!(
        (&state["phase"], &state["exit"]),
        (&json!("exited"), &record)
    );
}

fn runs_hooks(runtime: Runtime) {
    let dir = std::env::temp_dir();
    let file = dir.join(format!("tsorch-hooks-{}-{runtime:?}", std::process::id()));
    let hook = |word: &str| {
        let script = format!("echo {word} >> {}; cat > /dev/null", file.display());
        json!([{"path": "/bin/sh", "args": ["sh", "-c", script]}])
    };
    let hooks = json!({"poststart": hook("started"), "poststop": hook("stopped")});
    let mut container = Bundle::script(runtime, "sleep 1000")
        .config("/hooks", hooks)
        .start();
    let told = || std::fs::read_to_string(&file).unwrap();
    assert_eq!(told(), "started\n");
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
    assert_eq!(told(), "started\nstopped\n");
    std::fs::remove_file(&file).unwrap();
}

fn ends_with_a_failed_hook(runtime: Runtime) {
    if runtime != Runtime::Own {
        return; // The others differ in what they make of it.
    }
    let hook = json!([{"path": "/bin/sh", "args": ["sh", "-c", "exit 7"]}]);
    let mut container = Bundle::script(runtime, "sleep 1000")
        .config("/hooks", json!({"poststart": hook}))
        .start();
    assert_eq!(container.wait(1)["signal"], json!(9));
}

fn goes_on_beside_hooks(runtime: Runtime) {
    if runtime != Runtime::Own {
        return; // Runtimes of others run them in a process of their own.
    }
    let hook = |seconds: u32| {
        let script = format!("sleep {seconds}");
        json!([{"path": "/bin/sh", "args": ["sh", "-c", script], "timeout": 20}])
    };
    let hooks = json!({"poststart": hook(3), "poststop": hook(3)});
    let bundle = Bundle::script(
        runtime,
        "trap 'echo bye; exit 4' TERM; echo hello; sleep 1000 & wait",
    );
    let mut container = bundle.config("/hooks", hooks).spawn();
    let mut starter = container.connect();
    starter.send("start", json!({"task": 1})).unwrap();
    let mut stream = eventually("a client can attach", || {
        (container.state()["phase"] == json!("running")).then_some(())?;
        Some(Stream::open_with(
            container.connect(),
            json!({"exec": null, "logs": true}),
        ))
    });
    let (output, _, code) = container.exec_script("echo beside");
    assert_eq!((output.as_str(), code), ("beside\n", 0));
    eventually("the log is written", || {
        (container.log_text() == "hello\n").then_some(())
    });
    container.call("kill", json!({"signal": "SIGTERM"}));
    let began = std::time::Instant::now();
    let session = stream.read_to_end();
    assert_eq!(session.stdout(), "hello\nbye\n");
    // Its record is told when the hooks after the end have run; until then the shim answers.
    assert_eq!(container.state()["phase"], json!("stopping"));
    assert_eq!(container.wait(1)["code"], json!(4));
    assert!(began.elapsed() > std::time::Duration::from_secs(3));
}

fn bounds_hooks(runtime: Runtime) {
    if runtime != Runtime::Own {
        return; // The others do so only when the hook has a timeout.
    }
    let hook = json!([{"path": "/bin/sleep", "args": ["sleep", "1000"], "timeout": 1}]);
    let mut container = Bundle::script(runtime, "sleep 1000")
        .config("/hooks", json!({"poststart": hook}))
        .start();
    assert_eq!(container.wait(1)["signal"], json!(9));
    let endless = json!([{"path": "/bin/sleep", "args": ["sleep", "1000"]}]);
    let mut container = Bundle::script(runtime, "sleep 1000")
        .config("/hooks", json!({"createRuntime": endless}))
        .spawn();
    let error = container.call_error("start", json!({"task": 1}));
    assert!(error.message.contains("sleep: it took longer"), "{error:?}");
}

fn tells_a_signal(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    container.call("kill", json!({"signal": "SIGKILL"}));
    let record = container.wait(1);
    assert_eq!(
        (&record["code"], &record["signal"]),
        (&json!(137), &json!(9))
    );
}

fn runs_the_next_task(runtime: Runtime) {
    let script = "test -e /seen && exit 7; touch /seen; exit 3";
    let mut container = Bundle::script(runtime, script).start();
    assert_eq!(container.wait(1)["code"], json!(3));
    container.call("ack", json!({"task": 1}));
    container.call("start", json!({"task": 2}));
    assert_eq!(container.wait(2)["code"], json!(7));
    let gone = container.call_error("wait", json!({"task": 1}));
    assert_eq!(gone.code.as_str(), "protocol.bad-request");
    let old = container.call_error("start", json!({"task": 1}));
    assert_eq!(old.code.as_str(), "protocol.bad-request");
}

fn starts_once(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "echo once; sleep 1000").spawn();
    let first = container.call("start", json!({"task": 1}));
    assert_eq!(container.call("start", json!({"task": 1})), first);
    let other = container.call_error("start", json!({"task": 2}));
    assert_eq!(other.code.as_str(), "node.busy");
    eventually("it has said so", || {
        (!container.log_text().is_empty()).then_some(())
    });
    container.call("kill", json!({"signal": "KILL"}));
    container.wait(1);
    assert_eq!(container.call("start", json!({"task": 1})), first);
    assert_eq!(container.log_text(), "once\n");
}

fn starts_with_the_shim(runtime: Runtime) {
    let (mut container, ready) = Bundle::script(runtime, "exit 5").spawn_with(Some(4));
    let ready = ready.unwrap();
    assert!(ready["pid"].as_i64().unwrap() > 0 && ready["startedAt"].as_u64().unwrap() > 0);
    assert_eq!(container.wait(4)["code"], json!(5));
}

fn tells_events_again(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "exit 0").start();
    container.wait(1);
    let mut late = container.connect();
    let seq = late.call("subscribe", json!({"from": 0})).unwrap();
    assert_eq!(seq, json!({"seq": 2}));
    let events: Vec<_> = (0..2).map(|_| late.event().unwrap()).collect();
    let names: Vec<_> = events
        .iter()
        .map(|event| (event.seq, event.name.as_str()))
        .collect();
    assert_eq!(names, [(Some(1), "started"), (Some(2), "exit")]);
    assert_eq!(events[1].data["record"]["code"], json!(0));
    late.call("subscribe", json!({"from": 2})).unwrap();
    container.call("start", json!({"task": 2}));
    assert_eq!(late.event().unwrap().seq, Some(3));
}

fn writes_before_telling(runtime: Runtime) {
    for task in 1..=5 {
        let mut container = Bundle::script(runtime, "exit 9").spawn();
        let path = container.shim_file("exit.json");
        container.call("subscribe", json!({"from": 0}));
        container.call("start", json!({"task": task}));
        let told = loop {
            let event = container.client().event().unwrap();
            if event.name == "exit" {
                break event.data["record"].clone();
            }
        };
        let written: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert_eq!(written, told);
    }
}

fn knows_the_last_record(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "exit 6").start();
    let record = container.wait(1);
    assert_eq!(container.release(), Some(0));
    container.respawn();
    assert_eq!(container.state()["exit"], record);
    assert_eq!(container.wait(1), record);
    container.call("start", json!({"task": 2}));
    assert_eq!(container.wait(2)["code"], json!(6));
}

fn leaves_nothing(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "sleep 1000").start();
    container.exec_script("true");
    assert!(!container.node.cgroups().is_empty());
    assert_eq!(container.node.host_mounts(), Vec::<String>::new());
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
    assert_eq!(container.node.cgroups(), Vec::<std::path::PathBuf>::new());
    assert_eq!(container.release(), Some(0));
    assert!(!container.shim_file("sock").exists());
    assert_eq!(container.node.host_mounts(), Vec::<String>::new());
}

fn keeps_a_running_task(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    let error = container.call_error("release", json!({}));
    assert_eq!(error.code.as_str(), "node.busy");
    assert_eq!(container.state()["phase"], json!("running"));
}

fn survives_its_clients(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    for _ in 0..50 {
        let mut client = container.connect();
        client.call("subscribe", json!({"from": 0})).unwrap();
        client.send("wait", json!({"task": 1})).unwrap();
    }
    container.call("kill", json!({"signal": "KILL"}));
    assert_eq!(container.wait(1)["code"], json!(137));
}

fn ends_children(runtime: Runtime) {
    let script = "(setsid sleep 1000 &) ; (sleep 1000 &) ; exit 0";
    let mut container = Bundle::script(runtime, script).start();
    assert_eq!(container.wait(1)["drained"], json!(true));
    eventually("the cgroup is removed", || {
        container.node.cgroups().is_empty().then_some(())
    });
}

fn leaks_no_descriptor(runtime: Runtime) {
    let script = "for fd in /proc/self/fd/*; do echo ${fd##*/}; done";
    let mut container = Bundle::script(runtime, script).start();
    container.wait(1);
    // The shell opens the directory itself, as 3.
    assert_eq!(container.log_text(), "0\n1\n2\n3\n");
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    assert_eq!(container.exec_script(script).0, "0\n1\n2\n3\n");
}

fn drops_foreign_namespaces(runtime: Runtime) {
    use rustix::mount::{MountPropagationFlags, mount_bind, mount_change};
    // This thread alone: the shim takes a copy of its mounts.
    tsorch_sys::namespace::unshare_mounts().unwrap();
    mount_change(
        "/",
        MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
    )
    .unwrap();
    let container = Bundle::program(runtime, &["/bin/sleep", "1000"]).spawn_prepared(|node, id| {
        for name in [id, "another"] {
            let place = node.run_dir().join("netns").join(name);
            fs::write(&place, "").unwrap();
            mount_bind("/proc/self/ns/net", &place).unwrap();
        }
    });
    let table = format!("/proc/{}/mountinfo", container.shim_pid());
    eventually("the other one is gone", || {
        let table = fs::read_to_string(&table).unwrap();
        (table.contains(&container.id) && !table.contains("/netns/another")).then_some(())
    });
}

fn rests(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "echo ready; sleep 1000").start();
    container.exec_script("true");
    let wakeups = |container: &crate::container::Container| {
        let status = fs::read_to_string(format!("/proc/{}/status", container.shim_pid())).unwrap();
        let field = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace()
                .nth(1)
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        assert_eq!(field("Threads:"), 1);
        field("voluntary_ctxt_switches:")
    };
    // What the exec has left to do is done within a moment.
    pass_time(200);
    let before = wakeups(&container);
    pass_time(400);
    assert_eq!(wakeups(&container), before);
}

//! What goes wrong: each a clear error, nothing half done.

use std::fs;

use serde_json::json;

use crate::container::{Bundle, Runtime, handover};
use crate::node::Node;
use crate::runner::Test;
use crate::shim_process;

pub(crate) const TESTS: &[Test] = &[
    (
        "a runtime that is not there fails the start",
        misses_a_runtime,
    ),
    (
        "a missing program fails the start and leaves a record",
        fails_to_start,
    ),
    (
        "a failed start is told on the ready pipe, and the shim stays",
        fails_with_the_shim,
    ),
    ("an unknown user fails the start", refuses_an_unknown_user),
    (
        "a missing layer ends the shim with an error",
        refuses_a_missing_layer,
    ),
    (
        "a second shim of the container is turned away",
        refuses_a_second_shim,
    ),
    (
        "a bad request is answered with an error",
        answers_bad_requests,
    ),
    (
        "bytes that are no frames close the connection only",
        closes_on_garbage,
    ),
    (
        "a bundle that is no JSON fails the start",
        refuses_a_broken_bundle,
    ),
];

fn fails_to_start(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/nothing"]).spawn();
    let error = container.call_error("start", json!({"task": 1}));
    let expected = match runtime {
        Runtime::Own => "container.start-failed",
        Runtime::Runc => "runtime.failed",
    };
    assert_eq!(error.code.as_str(), expected, "{error}");
    assert!(error.message.contains("nothing"), "{error}");
    let record = container.wait(1);
    assert_eq!(record["reason"], json!("startError"));
    assert_eq!(record["error"]["code"], json!(expected));
    assert!(record["code"].as_u64().unwrap() >= 125);
    let again = container.call_error("start", json!({"task": 1}));
    assert_eq!(again.message, error.message);
    assert!(
        container.node.cgroups().is_empty(),
        "{:?}",
        container.node.cgroups()
    );
    assert_eq!(container.state()["phase"], json!("exited"));
    assert_eq!(container.release(), Some(0));
}

fn fails_with_the_shim(runtime: Runtime) {
    let (mut container, ready) = Bundle::program(runtime, &["/bin/nothing"]).spawn_with(Some(1));
    assert!(ready.unwrap_err().message.contains("nothing"));
    assert_eq!(container.wait(1)["reason"], json!("startError"));
}

fn refuses_an_unknown_user(runtime: Runtime) {
    let bundle = Bundle::script(runtime, "id").shim("user", json!("nobody-here"));
    let mut container = bundle.spawn();
    let error = container.call_error("start", json!({"task": 1}));
    assert_eq!(error.code.as_str(), "container.bad-user", "{error}");
    assert_eq!(
        container.wait(1)["error"]["code"],
        json!("container.bad-user")
    );
}

fn refuses_a_missing_layer(runtime: Runtime) {
    let node = Node::new();
    let layer = format!("sha256:{}", "2".repeat(64));
    Bundle::script(runtime, "true")
        .shim("layers", json!([layer]))
        .write(&node, "aa");
    let (mut shim, ready) = shim_process::spawn(&handover(&node, "aa", None));
    let error = ready.unwrap_err();
    assert!(error.message.contains(&"2".repeat(64)), "{error}");
    assert_eq!(error.errno.as_deref(), Some("ENOENT"));
    assert!(!shim.wait().unwrap().success());
    assert!(node.host_mounts().is_empty() && node.cgroups().is_empty());
}

fn refuses_a_second_shim(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "true").spawn();
    let (mut second, ready) = shim_process::spawn(&handover(&container.node, &container.id, None));
    assert_eq!(ready.unwrap_err().code.as_str(), "node.busy");
    assert!(!second.wait().unwrap().success());
    assert_eq!(container.state()["phase"], json!("created"));
}

fn answers_bad_requests(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "true").spawn();
    let cases = [
        ("nothing", json!({})),
        ("start", json!({})),
        ("start", json!({"task": 0})),
        ("start", json!({"task": -1})),
        ("kill", json!({"signal": "SIGNOT"})),
        ("stop", json!({"signal": "15x"})),
        ("execWait", json!({"exec": 99})),
        ("stream", json!({"exec": 99})),
        ("resize", json!({"width": 70_000, "height": 1, "exec": 1})),
        ("update", json!({"probe": {"kind": "exec", "args": []}})),
    ];
    for (method, params) in cases {
        let error = container.call_error(method, params.clone());
        assert_eq!(
            error.code.as_str(),
            "protocol.bad-request",
            "{method} {params}"
        );
    }
    for (method, params) in [
        ("kill", json!({"signal": "TERM"})),
        ("pause", json!({})),
        ("exec", json!({"process": {"args": ["true"]}})),
        ("stream", json!({"exec": null})),
    ] {
        let error = container.call_error(method, params);
        assert_eq!(error.code.as_str(), "container.not-running", "{method}");
    }
    container.call("stop", json!({}));
}

fn closes_on_garbage(runtime: Runtime) {
    use std::io::{Read, Write};
    let mut container = Bundle::script(runtime, "true").spawn();
    for garbage in [
        &b"\xff\xff\xff\xff"[..],
        b"\0\0\0\x02{}",
        b"\0\0\0\x02[]",
        b"GET / HTTP/1.1\r\n\r\n",
    ] {
        let mut socket =
            std::os::unix::net::UnixStream::connect(container.shim_file("sock")).unwrap();
        socket.write_all(garbage).unwrap();
        let mut answer = Vec::new();
        // Only the shim's hello, then the end.
        socket.read_to_end(&mut answer).unwrap();
        assert!(answer.windows(7).any(|part| part == b"\"hello\""));
    }
    assert_eq!(container.state()["phase"], json!("created"));
}

fn refuses_a_broken_bundle(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "true").spawn();
    let bundle = container.node.run_dir().join("bundles").join(&container.id);
    fs::write(bundle.join("config.json"), "{").unwrap();
    let error = container.call_error("start", json!({"task": 1}));
    assert!(error.message.contains("config.json"), "{error}");
    assert_eq!(container.wait(1)["reason"], json!("startError"));
}

fn misses_a_runtime(runtime: Runtime) {
    let missing = json!({"name": "none", "path": "/usr/bin/no-such-runtime"});
    let mut container = Bundle::script(runtime, "true")
        .shim("runtime", missing)
        .spawn();
    let error = container.call_error("start", json!({"task": 1}));
    assert_eq!(error.code.as_str(), "runtime.not-found", "{error}");
    assert_eq!(container.wait(1)["reason"], json!("startError"));
    assert_eq!(container.release(), Some(0));
}

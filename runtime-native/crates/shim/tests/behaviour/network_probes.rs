//! Probes over sockets: servers in the container's own network namespace, nothing in the image that would ask them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::container::{Bundle, Container, Runtime, pass_time};
use crate::runner::Test;

pub(crate) const TESTS: &[Test] = &[
    (
        "an http probe asks a server in the container",
        asks_over_http,
    ),
    (
        "an http probe fails with the status and the beginning of the body",
        tells_the_status,
    ),
    ("an http probe can want a text", wants_a_text),
    (
        "a connect probe passes as soon as something listens",
        connects,
    ),
    ("a server on one address only is found", finds_the_address),
    (
        "a probe reaches a unix socket in the container, and never one of the host",
        connects_to_a_socket,
    ),
    (
        "a server that says nothing is waited for until the timeout, and nobody else waits",
        times_out,
    ),
    (
        "a server that floods the probe is cut off",
        survives_a_flood,
    ),
    (
        "a probe can have a verdict only after several successes",
        wants_successes,
    ),
    (
        "probes leave no descriptor open and the shim in its own network",
        leaves_nothing,
    ),
];

const SERVER: &str =
    "mkdir /www; echo all is well > /www/ok; exec busybox httpd -f -p 8080 -h /www";

fn probed(runtime: Runtime, script: &str, probe: Value) -> Container {
    Bundle::script(runtime, script)
        .shim("probe", often(probe))
        .start()
}

fn often(mut probe: Value) -> Value {
    for (name, value) in [("intervalMs", 50), ("timeoutMs", 5000), ("retries", 2)] {
        if probe[name].is_null() {
            probe[name] = json!(value);
        }
    }
    probe
}

fn wait_for_health(container: &mut Container, health: &str) -> Value {
    container.wait_for_state(health, |state| state["health"] == json!(health))
}

fn last_output(state: &Value) -> &str {
    state["lastProbeOutput"].as_str().unwrap_or_default()
}

fn asks_over_http(runtime: Runtime) {
    let probe = json!({"kind": "http", "to": {"port": 8080}, "path": "/ok"});
    let mut container = probed(runtime, SERVER, probe);
    let state = wait_for_health(&mut container, "healthy");
    assert_eq!(last_output(&state), "HTTP/1.1 200 OK");
    container.exec_script("busybox rm /www/ok");
    let state = wait_for_health(&mut container, "unhealthy");
    assert!(last_output(&state).starts_with("HTTP/1.1 404"), "{state}");
}

fn tells_the_status(runtime: Runtime) {
    let probe = json!({"kind": "http", "to": {"port": 8080}, "path": "/none"});
    let mut container = probed(runtime, SERVER, probe);
    let state = wait_for_health(&mut container, "unhealthy");
    let listed = container.wait_for_state("a status", |state| {
        state["probes"]
            .as_array()
            .and_then(|probes| probes.last())
            .is_some_and(|last| last["code"] == json!(404))
    });
    assert_eq!(listed["phase"], json!("running"), "{state}");
    assert!(last_output(&listed).contains('\n'), "{listed}");
}

fn wants_a_text(runtime: Runtime) {
    let probe = |text: &str| {
        often(json!({"kind": "http", "to": {"port": 8080}, "path": "/ok", "body": text}))
    };
    let mut container = probed(runtime, SERVER, probe("all is well"));
    wait_for_health(&mut container, "healthy");
    container.call("update", json!({"probe": probe("all is lost")}));
    let state = wait_for_health(&mut container, "unhealthy");
    assert!(
        last_output(&state).contains("the body lacks all is lost"),
        "{state}"
    );
}

fn connects(runtime: Runtime) {
    let probe = json!({"kind": "connect", "to": {"port": 9000}});
    let script = "until test -e /go; do sleep 0.05; done; exec busybox httpd -f -p 9000";
    let mut container = probed(runtime, script, probe);
    let state = wait_for_health(&mut container, "unhealthy");
    assert!(last_output(&state).contains("port 9000"), "{state}");
    container.exec_script("touch /go");
    wait_for_health(&mut container, "healthy");
}

fn finds_the_address(runtime: Runtime) {
    let probe = json!({"kind": "connect", "to": {"port": 9001}});
    let script = "exec busybox httpd -f -p 127.0.0.1:9001";
    wait_for_health(&mut probed(runtime, script, probe), "healthy");
    let elsewhere = json!({"kind": "connect", "to": {"port": 9001, "address": "127.0.0.2"}});
    wait_for_health(&mut probed(runtime, script, elsewhere), "unhealthy");
}

/// A directory of the host that the test's container sees at /shared.
fn shared(bundle: Bundle, name: &str) -> (Bundle, PathBuf) {
    let place = std::env::temp_dir().join(format!("tsorch-probe-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    let mount = json!({"destination": "/shared", "type": "bind", "source": place, "options": ["rbind", "rw"]});
    (bundle.add_mount(mount), place)
}

fn connects_to_a_socket(runtime: Runtime) {
    let probe = |path: &str| often(json!({"kind": "http", "to": {"socket": path}, "path": "/"}));
    let bundle =
        Bundle::program(runtime, &["/bin/sleep", "1000"]).shim("probe", probe("/shared/sock"));
    let (bundle, place) = shared(bundle, &format!("{runtime:?}"));
    let listener = UnixListener::bind(place.join("sock")).unwrap();
    let serve = move || {
        while let Ok((mut client, _)) = listener.accept() {
            let mut request = [0; 512];
            let count = client.read(&mut request).unwrap_or(0);
            if request[..count].starts_with(b"QUIT") {
                return;
            }
            let _ = client.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(serve);
        let mut container = bundle.start();
        wait_for_health(&mut container, "healthy");
        // A link to the same socket by its path on the host leads nowhere in the container.
        std::os::unix::fs::symlink(place.join("sock"), place.join("link")).unwrap();
        container.call("update", json!({"probe": probe("/shared/link")}));
        let state = wait_for_health(&mut container, "unhealthy");
        assert!(last_output(&state).contains("/shared/link"), "{state}");
        container.call("update", json!({"probe": probe("/bin/sh")}));
        container.wait_for_state("another reason", |state| {
            last_output(state).contains("/bin/sh")
        });
        let mut last = std::os::unix::net::UnixStream::connect(place.join("sock")).unwrap();
        last.write_all(b"QUIT").unwrap();
    });
    std::fs::remove_dir_all(place).unwrap();
}

/// A container in the host's network whose probe asks a server of the test.
fn probed_from_here(runtime: Runtime, listener: &TcpListener, mut probe: Value) -> Container {
    let port = listener.local_addr().unwrap().port();
    probe["to"] = json!({"port": port});
    let bundle = Bundle::program(runtime, &["/bin/sleep", "1000"]).in_host_network();
    bundle.shim("probe", often(probe)).start()
}

fn times_out(runtime: Runtime) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let probe = json!({"kind": "http", "timeoutMs": 300, "retries": 1});
    let mut container = probed_from_here(runtime, &listener, probe);
    let (client, _) = listener.accept().unwrap();
    assert_eq!(container.exec_script("echo here").0, "here\n");
    let state = wait_for_health(&mut container, "unhealthy");
    assert_eq!(state["probes"][0]["outcome"], json!("timedOut"), "{state}");
    drop(client);
}

fn survives_a_flood(runtime: Runtime) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let probe = json!({"kind": "http", "retries": 1});
    let mut container = probed_from_here(runtime, &listener, probe);
    let (client, _) = listener.accept().unwrap();
    let sent = flood(client);
    assert!(sent < 64 << 20, "{sent} bytes were read");
    let state = wait_for_health(&mut container, "unhealthy");
    assert!(last_output(&state).contains("16 KiB"), "{state}");
}

fn flood(mut client: TcpStream) -> usize {
    let piece = [b'x'; 4096];
    let mut sent = 0;
    while sent < 64 << 20 && client.write_all(&piece).is_ok() {
        sent += piece.len();
    }
    sent
}

fn wants_successes(runtime: Runtime) {
    let probe = json!({"kind": "connect", "to": {"port": 8080}, "successes": 3, "intervalMs": 100});
    let mut container = probed(runtime, SERVER, probe);
    let state = wait_for_health(&mut container, "healthy");
    let passed = state["probes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|probe| probe["outcome"] == json!("passed"));
    assert!(passed.count() >= 3, "{state}");
}

fn leaves_nothing(runtime: Runtime) {
    let probe = json!({"kind": "http", "to": {"port": 8080}, "path": "/ok", "intervalMs": 10});
    let mut container = probed(runtime, SERVER, probe);
    wait_for_health(&mut container, "healthy");
    pass_time(300);
    container.call("update", json!({"probe": null}));
    let proc = PathBuf::from(format!("/proc/{}", container.shim_pid()));
    let own = std::fs::read_link("/proc/self/ns/net").unwrap();
    assert_eq!(std::fs::read_link(proc.join("ns/net")).unwrap(), own);
    let entries = std::fs::read_dir(proc.join("fd")).unwrap().flatten();
    let names: Vec<_> = entries
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .collect();
    let foreign = names
        .iter()
        .filter(|name| name.to_string_lossy().starts_with("net:["));
    assert_eq!(foreign.count(), 0, "{names:?}");
    assert!(names.len() < 30, "{names:?}");
}

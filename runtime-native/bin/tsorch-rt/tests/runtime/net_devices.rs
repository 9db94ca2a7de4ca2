//! Network devices that move into a container. Everything happens in a network namespace of its own.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::sandbox::{Answer, Sandbox, finish};

const SHOW: &str = "ip -o link | cut -d' ' -f2; ip -o addr";

/// Runs the container in a new network namespace, prepared by `setup`; then `after` looks at what is left there.
fn run(sandbox: &Sandbox, setup: &str, after: &str) -> Answer {
    sandbox.write_config();
    let inner = sandbox.command(&["run", "--bundle", sandbox.bundle(), &sandbox.id]);
    let script = format!("set -e; {setup}; \"$@\"; {after}");
    let mut command = Command::new("unshare");
    command
        .args(["--net", "sh", "-c", &script, "sh"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .stdin(Stdio::null());
    finish(&mut command)
}

/// Whether this host can make a device to play with.
fn has_veth() -> bool {
    let made = Command::new("unshare")
        .args([
            "--net", "ip", "link", "add", "d0", "type", "veth", "peer", "name", "p0",
        ])
        .stderr(Stdio::null())
        .status();
    let has = made.is_ok_and(|status| status.success());
    if !has {
        eprintln!("skipped: no veth devices (or no ip, no unshare) here");
    }
    has
}

const DEVICE: &str = "ip link add d0 type veth peer name p0; ip addr add 10.9.8.7/24 dev d0 noprefixroute; \
                     ip -6 addr add fd00::7/64 dev d0 nodad; ip addr add 169.254.3.3/32 scope link dev d0";

fn addresses(answer: &Answer) -> Vec<String> {
    let lines = answer.stdout.lines().filter(|line| line.contains("inet"));
    let words = lines.filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| word.starts_with("inet"))?;
        Some(format!("{} {}", words[1], words[at + 1]))
    });
    words
        .filter(|text| !text.starts_with("lo ") && !text.contains("fe80"))
        .collect()
}

#[test]
fn a_device_moves_with_its_permanent_global_addresses_and_is_up() {
    if !has_veth() {
        return;
    }
    let mut sandbox = Sandbox::new("ip -o link show eth7; ip -o addr");
    sandbox.config["linux"]["netDevices"] = json!({"d0": {"name": "eth7"}});
    let answer = run(&sandbox, DEVICE, "ip link show d0 2>&1 || echo moved");
    assert_eq!(
        addresses(&answer),
        ["eth7 10.9.8.7/24", "eth7 fd00::7/64"],
        "{answer:?}"
    );
    assert!(answer.stdout.contains(",UP"), "{answer:?}");
    assert!(answer.stdout.contains("moved"), "{answer:?}");
}

#[test]
fn the_kernel_finds_numbers_for_templates() {
    if !has_veth() {
        return;
    }
    let mut sandbox = Sandbox::new(SHOW);
    sandbox.config["linux"]["netDevices"] =
        json!({"d0": {"name": "net%d"}, "d1": {"name": "net%d"}, "d2": {}});
    let setup = "for d in d0 d1 d2; do ip link add $d type veth peer name p$d; done";
    let answer = run(&sandbox, setup, "true");
    for name in ["net0@", "net1@", "d2@"] {
        assert!(
            answer.stdout.lines().any(|line| line.starts_with(name)),
            "{name}: {answer:?}"
        );
    }
}

#[test]
fn hooks_see_the_moved_device() {
    if !has_veth() {
        return;
    }
    let mut sandbox = Sandbox::new("true");
    let seen = sandbox.dir.join("seen");
    let script = format!(
        "pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); nsenter --net=/proc/$pid/ns/net ip -o link > {}",
        seen.display()
    );
    sandbox.config["linux"]["netDevices"] = json!({"d0": {}});
    sandbox.config["hooks"] = json!({"createRuntime": [
        {"path": "/bin/sh", "args": ["sh", "-c", script], "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]}
    ]});
    let answer = run(&sandbox, DEVICE, "true");
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        std::fs::read_to_string(&seen)
            .expect("a file")
            .contains("d0")
    );
}

#[test]
fn a_name_that_is_taken_or_missing_moves_nothing() {
    if !has_veth() {
        return;
    }
    for (devices, message) in [
        (json!({"d0": {"name": "lo"}}), "call it lo"),
        (json!({"none0": {}}), "none0"),
        (json!({"d0": {"name": "a/b"}}), "linux.netDevices"),
    ] {
        let mut sandbox = Sandbox::new("true");
        sandbox.config["linux"]["netDevices"] = devices;
        let setup = format!("{DEVICE}; set +e");
        let answer = run(&sandbox, &setup, "ip -o addr show d0");
        assert!(answer.stderr.contains(message), "{message}: {answer:?}");
        assert!(answer.stdout.contains("10.9.8.7/24"), "{answer:?}");
    }
}

#[test]
fn the_network_of_the_host_takes_no_device() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["linux"]["netDevices"] = json!({"lo": {"name": "x"}});
    for path in [None, Some("/proc/self/ns/net")] {
        sandbox.config["linux"]["namespaces"]
            .as_array_mut()
            .expect("a list")
            .retain(|namespace| namespace["type"] != "network");
        if let Some(path) = path {
            sandbox.config["linux"]["namespaces"]
                .as_array_mut()
                .expect("a list")
                .push(json!({"type": "network", "path": path}));
        }
        let answer = sandbox.run();
        assert_eq!(answer.code, Some(1));
        assert!(answer.stderr.contains("network namespace"), "{answer:?}");
    }
}

//! Namespaces that are joined, shared or made for users.

use std::os::unix::fs::MetadataExt;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::sandbox::{Sandbox, runtimes};

/// A process in namespaces of its own.
pub(crate) struct Neighbour(Child);

impl Neighbour {
    pub(crate) fn new(option: &str) -> Self {
        let child = Command::new("unshare")
            .args([option, "sleep", "1000"])
            .stdin(Stdio::null())
            .spawn()
            .expect("unshare");
        let neighbour = Self(child);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while neighbour.command() != "sleep" && std::time::Instant::now() < deadline {
            std::thread::park_timeout(std::time::Duration::from_millis(2));
        }
        neighbour
    }
    fn command(&self) -> String {
        std::fs::read_to_string(format!("/proc/{}/comm", self.0.id()))
            .unwrap_or_default()
            .trim()
            .to_owned()
    }
    pub(crate) fn pid(&self) -> u32 {
        self.0.id()
    }
    pub(crate) fn namespace(&self, kind: &str) -> String {
        format!("/proc/{}/ns/{kind}", self.0.id())
    }
    pub(crate) fn inode(&self, kind: &str) -> u64 {
        std::fs::metadata(self.namespace(kind))
            .expect("a namespace")
            .ino()
    }
}

impl Drop for Neighbour {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn joins_a_network_namespace_by_path_and_leaves_ours_alone() {
    for runtime in runtimes() {
        let neighbour = Neighbour::new("--net");
        let mut sandbox = Sandbox::with(runtime, "stat -L -c %i /proc/self/ns/net");
        sandbox.config["linux"]["namespaces"][1] =
            json!({"type": "network", "path": neighbour.namespace("net")});
        let answer = sandbox.run();
        assert_eq!(
            answer.stdout.trim(),
            neighbour.inode("net").to_string(),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn a_path_to_a_namespace_of_another_kind_is_refused() {
    let neighbour = Neighbour::new("--net");
    let mut sandbox = Sandbox::new("true");
    sandbox.config["linux"]["namespaces"][1] =
        json!({"type": "network", "path": neighbour.namespace("uts")});
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("is no net namespace"),
        "{}",
        answer.stderr
    );
}

#[test]
fn a_new_network_namespace_has_a_working_loopback() {
    for runtime in runtimes() {
        let answer = Sandbox::with(runtime, "ip -o addr show dev lo | grep -c 127.0.0.1").run();
        assert_eq!(answer.stdout, "1\n", "{}", answer.stderr);
    }
}

#[test]
fn every_part_of_the_container_sees_its_new_network() {
    // The maker makes it while the mounts are made; sysfs shows that of whoever mounts it.
    let script = "ls /sys/class/net; tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '; cat /proc/sys/net/ipv4/ip_forward";
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, script);
        let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
        let sysfs = mounts.iter().position(|mount| mount["type"] == "sysfs");
        let sysfs = mounts.remove(sysfs.expect("a mount of sysfs"));
        mounts.insert(0, sysfs);
        sandbox.config["linux"]["sysctl"] = json!({ "net.ipv4.ip_forward": "1" });
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "lo\nlo\n1\n", "{}", answer.stderr);
    }
}

#[test]
fn the_hosts_network_can_be_shared() {
    let own = std::fs::metadata("/proc/self/ns/net")
        .expect("a namespace")
        .ino();
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "stat -L -c %i /proc/self/ns/net");
        sandbox.config["linux"]["namespaces"]
            .as_array_mut()
            .expect("a list")
            .remove(1);
        let answer = sandbox.run();
        assert_eq!(
            answer.stdout.trim(),
            own.to_string(),
            "{runtime:?}: {answer:?}"
        );
    }
}

#[test]
fn kernel_parameters_of_its_own_namespaces_are_set() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(
            runtime,
            "cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax",
        );
        sandbox.config["linux"]["sysctl"] =
            json!({"net.ipv4.ip_forward": "1", "kernel.msgmax": "4096"});
        assert_eq!(sandbox.run().stdout, "1\n4096\n");
    }
}

#[test]
fn kernel_parameters_of_the_host_are_refused() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .remove(1);
    sandbox.config["linux"]["sysctl"] = json!({"net.ipv4.ip_forward": "1"});
    let answer = sandbox.run();
    assert!(
        answer.stderr.contains("would change the host"),
        "{}",
        answer.stderr
    );
}

#[test]
fn clocks_of_a_new_time_namespace_are_ahead() {
    for option in [None, Some("boottime")] {
        let mut sandbox = Sandbox::new("cat /proc/uptime; stat -L -c %i /proc/self/ns/time");
        sandbox.config["linux"]["namespaces"]
            .as_array_mut()
            .expect("a list")
            .push(json!({"type": "time"}));
        if option.is_some() {
            sandbox.config["linux"]["timeOffsets"] = json!({"boottime": {"secs": 1_000_000_000}, "monotonic": {"secs": 5, "nanosecs": 7}});
        }
        let answer = sandbox.run();
        let seconds: f64 = answer
            .stdout
            .split_whitespace()
            .next()
            .and_then(|word| word.parse().ok())
            .unwrap_or_else(|| panic!("{answer:?}"));
        assert_eq!(seconds > 1e9, option.is_some(), "{answer:?}");
        let own = std::fs::metadata("/proc/self/ns/time").expect("one").ino();
        let inside = answer.stdout.lines().last().unwrap_or_default();
        assert_ne!(inside, own.to_string());
    }
}

#[test]
fn an_exec_enters_the_time_namespace_too() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .push(json!({"type": "time"}));
    sandbox.config["linux"]["timeOffsets"] = json!({"boottime": {"secs": 1_000_000_000}});
    sandbox.start();
    let answer = sandbox.call(&["exec", &sandbox.id, "cat", "/proc/uptime"]);
    let seconds = answer.stdout.split('.').next().map(str::len);
    assert_eq!(seconds, Some(10), "{answer:?}");
}

#[test]
fn offsets_of_shared_clocks_are_refused() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["linux"]["timeOffsets"] = json!({"boottime": {"secs": 1}});
    let answer = sandbox.run();
    assert!(
        answer.stderr.contains("needs a new time namespace"),
        "{answer:?}"
    );
}

//! What an image, a task or an exec may try against the shim that watches it. Named after what the attacker does.

use std::time::Instant;

use serde_json::{Value, json};

use crate::container::{Bundle, Container, PATIENCE, Runtime, eventually};
use crate::runner::Test;
use crate::stream::Stream;

pub(crate) const TESTS: &[Test] = &[
    (
        "a task, an exec and a probe get no descriptor, capability or process of the host",
        looks_around,
    ),
    (
        "makes a pipe, a device, a link or a huge file of the names of its users",
        replaces_passwd,
    ),
    (
        "makes a link of its working directory that leads to a descriptor",
        links_its_directory,
    ),
    (
        "fills the output of an exec without end",
        writes_without_end,
    ),
];

const SURVEY: &str =
    "echo fds; ls -1 /proc/$$/fd; grep -E '^(Cap|PPid|NoNewPrivs)' /proc/$$/status; echo end";

/// The capabilities of the test's configuration, as the kernel writes them.
const GIVEN: &str = "00000000000004eb";

fn assert_nothing_leaks(survey: &str, who: &str) {
    let none = "0000000000000000";
    let expected = format!(
        "fds\n0\n1\n2\nPPid:\t0\nCapInh:\t{none}\nCapPrm:\t{GIVEN}\nCapEff:\t{GIVEN}\n\
         CapBnd:\t{GIVEN}\nCapAmb:\t{none}\nNoNewPrivs:\t1\nend"
    );
    assert_eq!(survey.trim_end(), expected, "{who}");
}

/// CVE-2016-9962, CVE-2022-29162: what enters brings something along.
fn looks_around(runtime: Runtime) {
    let task = format!("{SURVEY}; exec sleep 1000");
    let probe = json!({"kind": "exec", "args": ["/bin/sh", "-c", SURVEY], "intervalMs": 100,
                       "timeoutMs": 10_000, "retries": 2});
    let mut container = Bundle::script(runtime, &task).shim("probe", probe).start();
    let text = eventually("the task has looked", || {
        Some(container.log_text()).filter(|text| text.contains("end"))
    });
    assert_nothing_leaks(&text, "task");
    let (text, errors, _) = container.exec_script(SURVEY);
    assert_nothing_leaks(&text, &format!("exec {errors}"));
    let state = container.wait_for_state("healthy", |state| state["health"] == json!("healthy"));
    let text = state["lastProbeOutput"].as_str().unwrap_or_default();
    assert_nothing_leaks(text, "probe");
}

fn as_www(container: &mut Container) -> Result<String, String> {
    let request = json!({"process": {"args": ["/bin/sh", "-c", "id -u"]}, "user": "www"});
    match container.client().call("exec", request) {
        Ok(answer) => Ok(Stream::open(container.connect(), &answer["exec"])
            .read_to_end()
            .stdout()),
        Err(error) => Err(error.to_string()),
    }
}

fn replaces_passwd(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    assert_eq!(as_www(&mut container).unwrap(), "33\n");
    let secret = container.node.root().join("passwd-of-the-host");
    std::fs::write(&secret, "www:x:0:0::/:\n").unwrap();
    // runc reads the files for itself as well, and would wait for the pipe.
    let others: &[(&str, &str)] = match runtime {
        Runtime::Own => &[
            ("passwd", "busybox mkfifo /etc/passwd"),
            ("group", "busybox mkfifo /etc/group"),
            ("passwd", "busybox truncate -s 100G /etc/passwd"),
        ],
        Runtime::Runc => &[],
    };
    let link = format!("busybox ln -s {} /etc/passwd", secret.display());
    let links = [
        ("passwd", link.as_str()),
        (
            "passwd",
            "busybox ln -s ../../../../proc/1/root/etc/passwd /etc/passwd",
        ),
        ("passwd", "busybox ln -s passwd /etc/passwd"),
    ];
    for (file, kind) in links.iter().chain(others) {
        let script = format!("busybox cp /etc/{file} /etc/kept; busybox rm /etc/{file}; {kind}");
        let (_, errors, code) = container.exec_script(&script);
        assert_eq!(code, 0, "{kind}: {errors}");
        let begun = Instant::now();
        let answer = as_www(&mut container);
        assert!(begun.elapsed() < PATIENCE / 2, "{kind}");
        // Nobody becomes root by it.
        assert!(answer.as_deref() != Ok("0\n"), "{kind}: {answer:?}");
        assert!(answer.is_err(), "{kind}: {answer:?}");
        let script = format!("busybox rm /etc/{file}; busybox mv /etc/kept /etc/{file}");
        assert_eq!(container.exec_script(&script).2, 0, "{kind}");
    }
    assert_eq!(as_www(&mut container).unwrap(), "33\n");
}

/// CVE-2024-21626.
fn links_its_directory(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    for number in 3..12 {
        let script = format!("busybox rm -f /work; busybox ln -s /proc/self/fd/{number} /work");
        assert_eq!(container.exec_script(&script).2, 0);
        let request: Value =
            json!({"process": {"args": ["ls", "../../../../etc/hostname"], "cwd": "/work"}});
        if let Ok(answer) = container.client().call("exec", request) {
            let session = Stream::open(container.connect(), &answer["exec"]).read_to_end();
            assert_ne!(session.code(), 0, "{number}: {}", session.stdout());
        }
    }
}

/// CVE-2022-1708, CVE-2022-31030: the output of an exec nobody reads would fill the shim's memory.
fn writes_without_end(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    let before = memory_of(&container);
    let request = json!({"process": {"args": ["/bin/sh", "-c", "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done"]}, "timeoutMs": 2000});
    for _ in 0..4 {
        container.call("exec", request.clone());
    }
    crate::container::pass_time(1500);
    let grown = memory_of(&container).saturating_sub(before);
    assert!(grown < 16 << 10, "{grown} KiB");
}

/// KiB that the shim has to itself.
fn memory_of(container: &Container) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", container.shim_pid())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let text = line.unwrap_or_default().trim().trim_end_matches(" kB");
    text.parse().unwrap()
}

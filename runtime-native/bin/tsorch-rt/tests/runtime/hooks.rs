//! Hooks: when they run, what they get, what their failure does.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, runtimes};

const OUTSIDE: [&str; 5] = [
    "prestart",
    "createRuntime",
    "createContainer",
    "poststart",
    "poststop",
];

/// A hook that appends its name and its standard input to a file of the host.
fn recorder(sandbox: &Sandbox, name: &str) -> Value {
    let log = sandbox.dir.join("hooks");
    let script = format!("echo {name} >> {0}; cat >> {0}; echo >> {0}", log.display());
    json!([{"path": "/bin/sh", "args": ["sh", "-c", script]}])
}

#[test]
fn run_in_the_order_of_the_specification_with_the_state() {
    let mut sandbox = Sandbox::new("cat /tmp/inside");
    for name in OUTSIDE {
        sandbox.config["hooks"][name] = recorder(&sandbox, name);
    }
    let inside = json!([{"path": "/bin/sh", "args": ["sh", "-c", "cat > /tmp/inside"], "env": ["PATH=/bin"]}]);
    sandbox.config["hooks"]["startContainer"] = inside;
    let answer = sandbox.run();
    let state: Value = serde_json::from_str(&answer.stdout).expect("the state");
    assert_eq!(
        (state["status"].as_str(), state["id"].as_str()),
        (Some("created"), Some(sandbox.id.as_str()))
    );
    let text = std::fs::read_to_string(sandbox.dir.join("hooks")).expect("a log");
    let lines: Vec<&str> = text.lines().collect();
    let names: Vec<&str> = lines.iter().step_by(2).copied().collect();
    assert_eq!(names, OUTSIDE);
    let status = |line: &str| {
        serde_json::from_str::<Value>(line).map(|state| state["status"].as_str().map(str::to_owned))
    };
    let statuses: Vec<_> = lines
        .iter()
        .skip(1)
        .step_by(2)
        .map(|line| status(line).expect("JSON").unwrap_or_default())
        .collect();
    assert_eq!(
        statuses,
        ["creating", "creating", "creating", "running", "stopped"]
    );
}

#[test]
fn a_failure_before_the_start_leaves_nothing() {
    for runtime in runtimes() {
        for name in ["createRuntime", "createContainer", "startContainer"] {
            let mut sandbox = Sandbox::with(runtime, "echo ran");
            sandbox.config["hooks"][name] = json!([{"path": "/bin/false"}]);
            let answer = sandbox.run();
            assert_eq!(
                (answer.code, answer.stdout.as_str()),
                (Some(1), ""),
                "{name}: {answer:?}"
            );
            sandbox.assert_nothing_left();
        }
    }
}

#[test]
fn one_that_takes_too_long_is_ended() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["hooks"]["createRuntime"] =
        json!([{"path": "/bin/sleep", "args": ["sleep", "1000"], "timeout": 1}]);
    let answer = sandbox.run();
    assert!(
        answer.stderr.contains("longer than its timeout"),
        "{}",
        answer.stderr
    );
}

#[test]
fn a_failure_after_the_removal_keeps_no_other_from_running() {
    let mut sandbox = Sandbox::new("true");
    let works = recorder(&sandbox, "poststop");
    sandbox.config["hooks"]["poststop"] = json!([{"path": "/bin/false"}, works[0]]);
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let text = std::fs::read_to_string(sandbox.dir.join("hooks")).expect("a log");
    assert!(text.starts_with("poststop\n"), "{text}");
}

#[test]
fn a_failure_after_the_start_ends_the_container() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["hooks"]["poststart"] = json!([{"path": "/bin/false"}]);
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(answer.stderr.contains("poststart"), "{answer:?}");
    sandbox.assert_nothing_left();
    let created = sandbox.create();
    assert_eq!(created.code, Some(0), "{created:?}");
    let started = sandbox.call(&["start", &sandbox.id]);
    assert!(
        started.code == Some(1) && started.stderr.contains("poststart"),
        "{started:?}"
    );
    sandbox.wait_until("it has ended", || sandbox.status() == "stopped");
}

/// A profile that cannot look into the arguments of clone3 says that there is no such call.
#[test]
fn run_inside_though_the_filter_knows_no_clone3() {
    for no_new_privileges in [true, false] {
        let mut sandbox = Sandbox::new("cat /tmp/inside");
        sandbox.config["process"]["noNewPrivileges"] = json!(no_new_privileges);
        sandbox.config["linux"]["seccomp"] = json!({
            "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
            "syscalls": [{"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]
        });
        let hook = json!({"path": "/bin/sh", "args": ["sh", "-c", "echo hook > /tmp/inside"], "env": ["PATH=/bin"]});
        sandbox.config["hooks"]["startContainer"] = json!([hook]);
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "hook\n", "{no_new_privileges}: {answer:?}");
    }
}

/// Without `noNewPrivileges` the filter is loaded long before; what is forbidden then must not look like a start.
#[test]
fn one_that_the_filter_forbids_is_told() {
    for no_new_privileges in [true, false] {
        let mut sandbox = Sandbox::new("echo ran");
        sandbox.config["process"]["noNewPrivileges"] = json!(no_new_privileges);
        sandbox.config["linux"]["seccomp"] = json!({
            "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
            "syscalls": [{
                "names": ["memfd_create", "clone", "clone3", "fork", "vfork", "sendmsg", "sendto"],
                "action": "SCMP_ACT_ERRNO", "errnoRet": 1
            }]
        });
        sandbox.config["hooks"]["startContainer"] = json!([{"path": "/bin/true"}]);
        let answer = sandbox.run();
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(1), ""));
        assert!(
            answer.stderr.contains("run the hook /bin/true"),
            "no new privileges: {no_new_privileges}: {answer:?}"
        );
        sandbox.assert_nothing_left();
    }
}

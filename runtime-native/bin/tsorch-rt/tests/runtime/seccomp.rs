//! System call filters.

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, runtimes};

fn profile(default: &str, rules: Value) -> Value {
    json!({"defaultAction": default, "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"], "syscalls": rules})
}

#[test]
fn a_denied_call_fails_with_the_given_error() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(
            runtime,
            "mkdir /tmp/x; grep Seccomp: /proc/self/status | tr -d '\\t'",
        );
        let rules =
            json!([{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]);
        sandbox.config["linux"]["seccomp"] = profile("SCMP_ACT_ALLOW", rules);
        let answer = sandbox.run();
        assert!(
            answer.stderr.contains("No space left on device"),
            "{}",
            answer.stderr
        );
        assert_eq!(answer.stdout, "Seccomp:2\n");
    }
}

#[test]
fn works_without_no_new_privs_as_well() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "mkdir /tmp/x; id -u");
        let rules = json!([{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]);
        sandbox.config["linux"]["seccomp"] = profile("SCMP_ACT_ALLOW", rules);
        sandbox.config["process"]["noNewPrivileges"] = json!(false);
        sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 33});
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "33\n", "{}", answer.stderr);
        assert!(
            answer.stderr.contains("Operation not permitted"),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn an_exec_has_the_filter_too() {
    let mut sandbox = Sandbox::new("sleep 1000");
    let rules = json!([{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]);
    sandbox.config["linux"]["seccomp"] = profile("SCMP_ACT_ALLOW", rules);
    sandbox.start();
    assert_eq!(
        sandbox.call(&["exec", &sandbox.id, "mkdir", "/tmp/x"]).code,
        Some(1)
    );
}

#[test]
fn arguments_decide() {
    for runtime in runtimes() {
        // kill(2) with signal 0 asks whether a process exists; only that is denied.
        let mut sandbox = Sandbox::with(
            runtime,
            "sleep 100 & kill -0 $!; echo $?; kill -9 $!; echo $?",
        );
        let argument = json!([{"index": 1, "value": 0, "op": "SCMP_CMP_EQ"}]);
        let rules = json!([{"names": ["kill"], "action": "SCMP_ACT_ERRNO", "args": argument}]);
        sandbox.config["linux"]["seccomp"] = profile("SCMP_ACT_ALLOW", rules);
        assert_eq!(sandbox.run().stdout, "1\n0\n");
    }
}

#[test]
fn a_filter_that_cannot_be_carried_out_is_refused() {
    let bad = [
        profile("SCMP_ACT_NOTHING", json!([])),
        profile(
            "SCMP_ACT_ALLOW",
            json!([{"names": ["mkdir"], "action": "SCMP_ACT_KILL", "errnoRet": 3}]),
        ),
        profile("SCMP_ACT_NOTIFY", json!([])),
        json!({"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_VAX"]}),
    ];
    for profile in bad {
        let mut sandbox = Sandbox::new("echo ran");
        sandbox.config["linux"]["seccomp"] = profile;
        let answer = sandbox.run();
        assert_eq!(
            (answer.code, answer.stdout.as_str()),
            (Some(1), ""),
            "{answer:?}"
        );
    }
}

#[test]
fn compiled_filters_are_kept_and_broken_ones_made_again() {
    let mut sandbox = Sandbox::new("mkdir /tmp/x");
    let rules = json!([{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO"}]);
    sandbox.config["linux"]["seccomp"] = profile("SCMP_ACT_ALLOW", rules);
    assert_eq!(sandbox.run().code, Some(1));
    let cache = sandbox.state_root().join(".seccomp");
    let file = std::fs::read_dir(&cache)
        .expect("a cache")
        .flatten()
        .next()
        .expect("a filter")
        .path();
    let good = std::fs::read(&file).expect("a filter");
    let mut broken = good.clone();
    let last = broken.len() - 1;
    broken[last] ^= 0xff;
    std::fs::write(&file, broken).expect("written");
    assert_eq!(sandbox.run().code, Some(1), "the filter must hold");
    assert_eq!(std::fs::read(&file).expect("a filter"), good);
}

#[test]
fn a_filter_older_than_our_own_calls_does_not_hinder_the_start() {
    // Without no_new_privs the filter is loaded while there is still something to do.
    let mut sandbox = Sandbox::new("echo ran; id -u");
    let denied = [
        "getcwd",
        "chdir",
        "openat2",
        "close_range",
        "faccessat2",
        "mkdir",
        "statx",
    ];
    let rules = json!([{"names": denied, "action": "SCMP_ACT_ERRNO"}]);
    sandbox.config["linux"]["seccomp"] = profile("SCMP_ACT_ALLOW", rules);
    sandbox.config["process"]["noNewPrivileges"] = json!(false);
    sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 33});
    let answer = sandbox.run();
    assert_eq!(answer.stdout, "ran\n33\n", "{}", answer.stderr);
}

//! Execs as operations: in one answer, under a key, within a time.

use std::os::unix::net::UnixListener;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use serde_json::{Value, json};
use tsorch_sys::fd_passing::receive_with_fds;

use crate::container::{Bundle, Container, Runtime, eventually};
use crate::runner::Test;

pub(crate) const TESTS: &[Test] = &[
    (
        "output and end of an exec come in one answer",
        answers_with_output,
    ),
    (
        "output beyond the limit of an answer is read and left out",
        cuts_output,
    ),
    (
        "an answer comes in time though the program leaves a whole tree",
        answers_in_time,
    ),
    (
        "an exec that is asked for again under its key runs once",
        runs_once_by_key,
    ),
    (
        "an answer that is asked for again under its key is the same",
        answers_again_by_key,
    ),
    (
        "a key is that of one sort of exec",
        keeps_sorts_of_execs_apart,
    ),
    (
        "an exec that cannot execute its program in time fails, and nothing else",
        starts_in_time,
    ),
];

fn sleeping(runtime: Runtime) -> Container {
    Bundle::program(runtime, &["/bin/sleep", "1000"]).start()
}

fn script(text: &str) -> Value {
    json!({"process": {"args": ["/bin/sh", "-c", text]}})
}

fn answers_with_output(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let answer = container.call("execSync", script("echo out; echo err >&2; exit 3"));
    let expected = json!({
        "code": 3, "timedOut": false, "stdout": "b3V0Cg==", "stderr": "ZXJyCg==", "truncated": false
    });
    assert_eq!(answer, expected);
    let answer = container.call("execSync", script("kill -9 $$"));
    assert_eq!(
        (&answer["code"], &answer["signal"]),
        (&json!(137), &json!(9))
    );
    let missing = json!({"process": {"args": ["/bin/nothing"]}});
    let error = container.call_error("execSync", missing);
    assert_eq!(error.code.as_str(), "container.exec-failed", "{error}");
    assert_eq!(container.log_text(), "");
}

fn cuts_output(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let mut request = script("yes | head -c 3000000; echo end >&2");
    request["maxOutput"] = json!(99_999_999);
    let answer = container.call("execSync", request.clone());
    assert_eq!(answer["truncated"], json!(true));
    // As base64: a third more than 512 KiB.
    assert_eq!(answer["stdout"].as_str().unwrap().len(), 699_052);
    assert_eq!(
        (&answer["code"], &answer["stderr"]),
        (&json!(0), &json!(""))
    );
    request["maxOutput"] = json!(2);
    let answer = container.call("execSync", request);
    assert_eq!(answer["stdout"], json!("eQo="));
}

fn answers_in_time(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let mut request = script("echo begun; sleep 989 & setsid sleep 988 & wait");
    request["timeoutMs"] = json!(500);
    let began = Instant::now();
    let answer = container.call("execSync", request);
    assert_eq!(
        (&answer["timedOut"], &answer["stdout"], &answer["signal"]),
        (&json!(true), &json!("YmVndW4K"), &json!(9))
    );
    assert!(began.elapsed() < Duration::from_secs(10));
    eventually("the whole tree is gone", || {
        let (out, ..) = container.exec_script("ps -o args");
        (!out.contains("sleep 98")).then_some(())
    });
}

fn runs_once_by_key(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let mut request = script("echo run >> /runs; sleep 0.3");
    request["key"] = json!("4711");
    // At once: with a runtime of others the first is still being made when the second comes.
    let mut others = [container.connect(), container.connect()];
    for other in &mut others {
        other.send("exec", request.clone()).unwrap();
    }
    let first = container.call("exec", request.clone());
    for other in &mut others {
        assert_eq!(other.call("exec", request.clone()).unwrap(), first);
    }
    container.call("execWait", json!({"exec": first["exec"]}));
    assert_eq!(container.call("exec", request.clone()), first);
    let runs = || std::fs::read_to_string(container.upper().join("runs")).unwrap();
    assert_eq!(runs(), "run\n");
    request["key"] = json!("4712");
    assert_ne!(others[0].call("exec", request).unwrap(), first);
}

fn answers_again_by_key(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let mut request = script("echo run >> /runs; sleep 0.3; cat /runs");
    request["key"] = json!("a");
    let mut gone = container.connect();
    gone.send("execSync", request.clone()).unwrap();
    drop(gone);
    let answer = container.call("execSync", request.clone());
    assert_eq!(answer["stdout"], json!("cnVuCg=="));
    assert_eq!(container.call("execSync", request), answer);
}

fn keeps_sorts_of_execs_apart(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let mut request = script("echo said");
    request["key"] = json!("a");
    container.call("execSync", request.clone());
    let error = container.call_error("exec", request);
    assert_eq!(error.code.as_str(), "protocol.bad-request");
    let error = container.call_error("stream", json!({"exec": 1}));
    assert_eq!(error.code.as_str(), "protocol.bad-request");
}

/// Who becomes user 33 is held up, and nobody answers.
fn starts_in_time(runtime: Runtime) {
    let name = format!("tsorch-notify-{}-{runtime:?}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let agent = UnixListener::bind(&path).unwrap();
    std::thread::scope(|scope| {
        let keeping = scope.spawn(|| keep_descriptors(&agent));
        // So that the agent hears an end, whatever comes of it.
        let outcome = std::panic::catch_unwind(|| starts_one_in_time(runtime, &path));
        drop(std::os::unix::net::UnixStream::connect(&path));
        keeping.join().unwrap();
        std::fs::remove_file(&path).unwrap();
        outcome.unwrap();
    });
}

fn starts_one_in_time(runtime: Runtime, listener: &std::path::Path) {
    let seccomp = json!({
        "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"], "listenerPath": listener,
        "syscalls": [{
            "names": ["setuid", "setresuid"], "action": "SCMP_ACT_NOTIFY",
            "args": [{"index": 0, "value": 33, "op": "SCMP_CMP_EQ"}]
        }]
    });
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"])
        .config("/linux/seccomp", seccomp)
        .config("/process/noNewPrivileges", json!(false))
        .start();
    let began = Instant::now();
    let stuck = json!({"process": {"args": ["id"]}, "user": "33", "startTimeoutMs": 500});
    let error = container.call_error("exec", stuck);
    assert_eq!(error.code.as_str(), "container.exec-failed", "{error}");
    assert!(error.message.contains("within 500ms"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(5));
    let answer = container.call("execSync", script("echo on"));
    assert_eq!(answer["stdout"], json!("b24K"));
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
}

/// Takes what comes until somebody connects and says nothing.
fn keep_descriptors(agent: &UnixListener) {
    let mut kept = Vec::new();
    loop {
        let (connection, _) = agent.accept().unwrap();
        let patience = rustix::time::Timespec::try_from(Duration::from_secs(20)).unwrap();
        poll(
            &mut [PollFd::new(&connection, PollFlags::IN)],
            Some(&patience),
        )
        .unwrap();
        let (count, fds) = receive_with_fds(&connection, &mut [0; 4096]).unwrap();
        if count == 0 {
            return;
        }
        kept.extend(fds);
    }
}

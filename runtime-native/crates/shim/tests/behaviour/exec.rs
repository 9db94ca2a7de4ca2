//! Programs beside the task.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::container::{Bundle, Container, Runtime, eventually};
use crate::node::Node;
use crate::runner::Test;
use crate::stream::Stream;

pub(crate) const TESTS: &[Test] = &[
    (
        "input of a client that leaves at once is not lost",
        keeps_input,
    ),
    (
        "an exec's output, errors and status come over its stream",
        streams_output,
    ),
    (
        "an exec gets what is written to its stream, and its end",
        streams_input,
    ),
    (
        "closing the sending half of a stream ends an exec's input",
        half_closes,
    ),
    (
        "an exec has a terminal, and its size is set",
        has_a_terminal,
    ),
    (
        "an exec takes environment, directory and user from the container",
        inherits,
    ),
    (
        "an exec may run as another user with that user's home",
        runs_as_another,
    ),
    ("a missing program fails the exec and nothing else", fails),
    (
        "the result of an exec is kept for who asks later",
        keeps_results,
    ),
    ("a timeout kills the whole tree of an exec", times_out),
    (
        "a timeout kills what an exec has made a daemon of",
        finds_daemons,
    ),
    ("what an exec leaves behind in time goes on", leaves_daemons),
    ("output is held until somebody connects", holds_output),
    (
        "an exec whose client does not read waits, and the container does not",
        waits_for_its_client,
    ),
    (
        "an exec goes on when its client leaves",
        survives_its_client,
    ),
    ("many execs at once give each its own status", runs_many),
    ("execs end with their container", ends_with_the_container),
];

fn sleeping(runtime: Runtime) -> Container {
    Bundle::program(runtime, &["/bin/sleep", "1000"]).start()
}

fn begin(container: &mut Container, request: Value) -> Value {
    container.call("exec", request)["exec"].clone()
}

fn script(text: &str) -> Value {
    json!({"process": {"args": ["/bin/sh", "-c", text]}})
}

fn streams_output(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let (out, err, code) = container.exec_script("echo out; echo err >&2; exit 3");
    assert_eq!((out.as_str(), err.as_str(), code), ("out\n", "err\n", 3));
    let exec = begin(&mut container, script("kill -9 $$"));
    let mut stream = Stream::open(container.connect(), &exec);
    assert_eq!(
        stream.read_to_end().control(),
        &json!({"code": 137, "signal": 9})
    );
    assert_eq!(container.log_text(), "");
}

fn streams_input(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let exec = begin(
        &mut container,
        json!({"process": {"args": ["cat"]}, "stdin": true}),
    );
    let mut stream = Stream::open(container.connect(), &exec);
    let text: String = (0..10_000).map(|number| format!("{number}\n")).collect();
    stream.write(text.as_bytes());
    stream.end_input();
    let session = stream.read_to_end();
    assert!(session.stdout() == text);
    assert_eq!(session.code(), 0);
}

fn half_closes(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let exec = begin(
        &mut container,
        json!({"process": {"args": ["cat"]}, "stdin": true}),
    );
    let mut stream = Stream::open(container.connect(), &exec);
    stream.write(b"text");
    stream.shut_down_writing();
    assert_eq!(stream.read_to_end().stdout(), "text");
}

fn keeps_input(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let exec = begin(
        &mut container,
        json!({"process": {"args": ["/bin/sh", "-c", "cat > /copy"]}, "stdin": true}),
    );
    let mut stream = Stream::open(container.connect(), &exec);
    let text = "x".repeat(150_000);
    stream.write(text.as_bytes());
    drop(stream);
    assert_eq!(
        container.call("execWait", json!({"exec": exec}))["code"],
        json!(0)
    );
    assert!(std::fs::read_to_string(container.upper().join("copy")).unwrap() == text);
}

fn has_a_terminal(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let request =
        json!({"process": {"args": ["/bin/sh"], "env": ["PS1=> "]}, "tty": true, "stdin": true});
    let exec = begin(&mut container, request);
    let mut stream = Stream::open(container.connect(), &exec);
    container.call("resize", json!({"exec": exec, "width": 97, "height": 31}));
    stream.write(b"tty; stty size; echo x y | cat; exit 7\n");
    let session = stream.read_to_end();
    let said = session.stdout();
    assert!(
        said.contains("/dev/pts/") && said.contains("31 97\r\n") && said.contains("x y\r\n"),
        "{said}"
    );
    assert_eq!(session.stderr(), "");
    assert_eq!(session.code(), 7);
    let other = begin(&mut container, script("sleep 5"));
    let error = container.call_error("resize", json!({"exec": other, "width": 1, "height": 1}));
    assert_eq!(error.code.as_str(), "protocol.bad-request");
}

fn inherits(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"])
        .shim("user", json!("33"))
        .config("/process/cwd", json!("/tmp"))
        .start();
    let (out, ..) = container.exec_script("pwd; echo $FRUIT $HOME; id -u; id -g");
    assert_eq!(out, "/tmp\napple /var/www\n33\n34\n");
    let request = json!({"process": {"args": ["/bin/sh", "-c", "echo $FRUIT $MORE; pwd"], "env": ["FRUIT=pear", "MORE=x"], "cwd": "/bin"}});
    let exec = begin(&mut container, request);
    let said = Stream::open(container.connect(), &exec)
        .read_to_end()
        .stdout();
    assert_eq!(said, "pear x\n/bin\n");
}

fn runs_as_another(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let request = json!({"process": {"args": ["/bin/sh", "-c", "id -u; id -g; echo $HOME"]}, "user": "www:adm"});
    let exec = begin(&mut container, request);
    let said = Stream::open(container.connect(), &exec)
        .read_to_end()
        .stdout();
    assert_eq!(said, "33\n4\n/var/www\n");
    let unknown = container.call_error(
        "exec",
        json!({"process": {"args": ["id"]}, "user": "nobody-here"}),
    );
    assert_eq!(unknown.code.as_str(), "container.bad-user");
}

fn fails(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let error = container.call_error("exec", json!({"process": {"args": ["/bin/nothing"]}}));
    assert_eq!(error.code.as_str(), "container.exec-failed", "{error}");
    assert!(error.message.contains("nothing"), "{error}");
    let error = container.call_error("exec", json!({"process": {"args": []}}));
    assert_eq!(error.code.as_str(), "protocol.bad-request", "{error}");
    assert_eq!(container.exec_script("exit 0").2, 0);
}

fn keeps_results(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let exec = begin(&mut container, script("echo said; exit 6"));
    let ended = json!({"code": 6, "timedOut": false});
    assert_eq!(container.call("execWait", json!({"exec": exec})), ended);
    assert_eq!(container.call("execWait", json!({"exec": exec})), ended);
    let session = Stream::open(container.connect(), &exec).read_to_end();
    assert_eq!((session.stdout().as_str(), session.code()), ("said\n", 6));
}

fn times_out(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let tree = "sleep 999 & setsid sleep 998 & sh -c 'sleep 997; true' & wait";
    let mut request = script(tree);
    request["timeoutMs"] = json!(500);
    let begin_at = Instant::now();
    let exec = begin(&mut container, request);
    let ended = container.call("execWait", json!({"exec": exec}));
    assert_eq!(ended, json!({"code": 137, "signal": 9, "timedOut": true}));
    assert!(begin_at.elapsed() >= Duration::from_millis(500));
    eventually("the whole tree is gone", || {
        let (out, ..) = container.exec_script("ps -o args");
        (!out.contains("sleep 99")).then_some(())
    });
    assert_eq!(container.state()["phase"], json!("running"));
}

/// Nothing about such a process tells where it comes from, but its control group.
fn finds_daemons(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let mut request = script("(setsid sh -c 'sleep 995; true' &); sleep 0.2; sleep 996");
    request["timeoutMs"] = json!(500);
    let exec = begin(&mut container, request);
    container.call("execWait", json!({"exec": exec}));
    if runtime == Runtime::Own && Node::has_unified() {
        eventually("the daemon is gone, too", || {
            let (out, ..) = container.exec_script("ps -o args");
            (!out.contains("sleep 99")).then_some(())
        });
    }
    eventually("its group is gone", || {
        container.node.groups_below().is_empty().then_some(())
    });
}

fn leaves_daemons(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let mut request = script("(setsid sleep 994 >/dev/null 2>&1 &); echo begun");
    request["timeoutMs"] = json!(5_000);
    let exec = begin(&mut container, request);
    let session = Stream::open(container.connect(), &exec).read_to_end();
    assert_eq!((session.stdout().as_str(), session.code()), ("begun\n", 0));
    assert!(container.exec_script("ps -o args").0.contains("sleep 994"));
    eventually("its group is gone", || {
        container.node.groups_below().is_empty().then_some(())
    });
}

fn holds_output(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let exec = begin(&mut container, script("seq 1 50000; echo done > /done"));
    eventually("the program waits", || {
        let upper = container.upper();
        upper.exists().then_some(())
    });
    assert!(!container.upper().join("done").exists());
    let session = Stream::open(container.connect(), &exec).read_to_end();
    let expected: String = (1..=50_000).map(|number| format!("{number}\n")).collect();
    assert!(session.stdout() == expected);
    assert!(container.upper().join("done").exists());
}

fn waits_for_its_client(runtime: Runtime) {
    let mut container =
        Bundle::script(runtime, "while true; do echo tick; sleep 0.02; done").start();
    let exec = begin(&mut container, script("yes"));
    let stream = Stream::open(container.connect(), &exec);
    let before = container.log_text().len();
    eventually("the container goes on", || {
        (container.log_text().len() > before + 100).then_some(())
    });
    let memory = std::fs::read_to_string(format!("/proc/{}/status", container.shim_pid())).unwrap();
    let resident = memory
        .lines()
        .find(|line| line.starts_with("RssAnon:"))
        .unwrap();
    let kilobytes: u64 = resident.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kilobytes < 4096, "{resident}");
    drop(stream);
    assert_eq!(container.exec_script("exit 0").2, 0);
}

fn survives_its_client(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let exec = begin(
        &mut container,
        script("echo one; sleep 0.3; echo two; sleep 0.3; echo three"),
    );
    let mut first = Stream::open(container.connect(), &exec);
    first.read_until("one");
    drop(first);
    let second = eventually("the place is free", || {
        let mut client = container.connect();
        let free = client.call("stream", json!({"exec": exec})).is_ok();
        free.then(|| client.into_stream())
    });
    drop(second);
    assert_eq!(
        container.call("execWait", json!({"exec": exec}))["code"],
        json!(0)
    );
}

fn runs_many(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let rounds = if runtime == Runtime::Own { 25 } else { 2 };
    for _ in 0..rounds {
        let execs: Vec<Value> = (0..8)
            .map(|code| begin(&mut container, script(&format!("exit {code}"))))
            .collect();
        for (code, exec) in execs.iter().enumerate() {
            let ended = container.call("execWait", json!({"exec": exec}));
            assert_eq!(ended["code"], json!(code));
        }
    }
}

fn ends_with_the_container(runtime: Runtime) {
    let mut container = sleeping(runtime);
    let exec = begin(&mut container, script("sleep 1000"));
    let mut stream = Stream::open(container.connect(), &exec);
    container.call("kill", json!({"signal": "KILL"}));
    assert_eq!(container.wait(1)["code"], json!(137));
    assert_eq!(stream.read_to_end().code(), 137);
    assert_eq!(
        container.call("execWait", json!({"exec": exec}))["code"],
        json!(137)
    );
}

//! Connections to the container's own stdio.

use serde_json::{Value, json};

use crate::container::{Bundle, Runtime, eventually};
use crate::runner::Test;
use crate::stream::Stream;

pub(crate) const TESTS: &[Test] = &[
    ("an attached client sees the output and the end", attaches),
    (
        "input reaches the container and stays open when its client leaves",
        gives_input,
    ),
    (
        "a client that does not read never stalls the container",
        never_stalls,
    ),
    (
        "a client that may lose output is told how much, and of the end",
        tells_what_was_lost,
    ),
    (
        "a terminal takes no input that was not declared",
        refuses_input,
    ),
    (
        "a program that does not read its input makes only the client wait",
        waits_for_the_program,
    ),
    (
        "a container has a terminal that outlives its clients",
        has_a_terminal,
    ),
    (
        "much output through a terminal is complete",
        drains_a_terminal,
    ),
    (
        "a client that asks for the log gets it all, then what comes, each once",
        begins_with_the_log,
    ),
    (
        "a client that asks for the log of a busy container misses nothing",
        catches_up,
    ),
    (
        "a client that still reads the log gets the end of its task after it",
        ends_behind_the_log,
    ),
];

const HELD: Value = Value::Null;

fn attaches(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "read x; echo out $x; echo err >&2; exit 5")
        .shim("stdin", json!(true))
        .start();
    let mut stream = Stream::open(container.connect(), &HELD);
    stream.write(b"word\n");
    let session = stream.read_to_end();
    assert_eq!(
        (session.stdout().as_str(), session.stderr().as_str()),
        ("out word\n", "err\n")
    );
    assert_eq!(session.control(), &json!({"code": 5}));
    container.wait(1);
}

fn gives_input(runtime: Runtime) {
    let bundle = Bundle::script(runtime, "while read x; do echo got $x; done; echo end");
    let container = bundle.shim("stdin", json!(true)).start();
    for word in ["one", "two"] {
        let mut stream = Stream::open(container.connect(), &HELD);
        stream.write(format!("{word}\n").as_bytes());
        stream.read_until(&format!("got {word}"));
        stream.end_input();
    }
    assert_eq!(container.log_text(), "got one\ngot two\n");
}

fn never_stalls(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "read x; seq 1 300000; echo over")
        .shim("stdin", json!(true))
        .start();
    let _stopped = Stream::open(container.connect(), &HELD);
    let mut slow = container.connect();
    slow.send("subscribe", json!({"from": 0})).unwrap();
    let mut starter = Stream::open(container.connect(), &HELD);
    starter.write(b"go\n");
    drop(starter);
    assert_eq!(container.wait(1)["drained"], json!(true));
    assert!(container.log_text().ends_with("300000\nover\n"));
}

fn tells_what_was_lost(runtime: Runtime) {
    const LINES: usize = 500_000;
    let mut container = Bundle::script(runtime, &format!("read x; seq 1 {LINES}; exit 3"))
        .shim("stdin", json!(true))
        .start();
    let mut behind = Stream::open_with(
        container.connect(),
        json!({"exec": null, "whenBehind": "drop"}),
    );
    behind.write(b"go\n");
    container.wait(1);
    let session = behind.read_to_end();
    let whole: usize = (1..=LINES).map(|number| number.to_string().len() + 1).sum();
    assert!(session.lost() > 0, "nothing was lost");
    assert_eq!(session.stdout().len() + session.lost(), whole);
    assert_eq!(session.code(), 3);
}

fn refuses_input(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "read -t 1 x; echo got=$x")
        .shim("tty", json!(true))
        .start();
    let mut stream = Stream::open(container.connect(), &HELD);
    stream.write(b"word\n");
    let session = stream.read_to_end();
    assert_eq!(session.stdout(), "got=\r\n");
    container.wait(1);
}

fn waits_for_the_program(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "while true; do echo tick; sleep 0.02; done")
        .shim("stdin", json!(true))
        .start();
    let stream = Stream::open(container.connect(), &HELD);
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            let mut stream = stream;
            stream.try_write(&vec![b'x'; 1 << 20])
        });
        let before = container.log_text().len();
        eventually("the container goes on", || {
            (container.log_text().len() > before + 200).then_some(())
        });
        assert_eq!(container.exec_script("exit 0").2, 0);
        assert!(
            !writer.is_finished(),
            "1 MiB was taken though nobody reads it"
        );
        container.call("kill", json!({"signal": "KILL"}));
        container.wait(1);
    });
}

fn has_a_terminal(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sh"])
        .shim("tty", json!(true))
        .shim("stdin", json!(true))
        .config("/process/env", json!(["PATH=/bin", "PS1=> "]))
        .start();
    let mut first = Stream::open(container.connect(), &HELD);
    container.call("resize", json!({"width": 90, "height": 20}));
    first.write(b"stty size; tty\n");
    first.read_until("/dev/pts/");
    drop(first);
    let mut second = Stream::open(container.connect(), &HELD);
    second.write(b"echo back$((1+1)); exit 9\n");
    let session = second.read_to_end();
    assert!(session.stdout().contains("back2"));
    assert_eq!(session.code(), 9);
    assert_eq!(container.wait(1)["drained"], json!(true));
    assert!(container.log_text().contains("20 90"));
}

fn drains_a_terminal(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "seq 1 30000")
        .shim("tty", json!(true))
        .start();
    assert_eq!(container.wait(1)["drained"], json!(true));
    let expected: String = (1..=30_000).map(|number| format!("{number}\r\n")).collect();
    assert!(container.log_text() == expected);
}

fn numbers(range: std::ops::RangeInclusive<u32>) -> String {
    range.map(|number| format!("{number}\n")).collect()
}

fn begins_with_the_log(runtime: Runtime) {
    let script = "seq 1 9000; echo err >&2; printf unfin; read x; echo ished; seq 9001 9100";
    let limits = json!({"maxBytes": 100_000, "maxFiles": 9});
    let bundle = Bundle::script(runtime, script).shim("stdin", json!(true));
    let mut container = bundle.shim("log", limits).start();
    for is_flushed in [false, true] {
        let ends = if is_flushed { "unfin" } else { "9000\n" };
        eventually("the first part is in the log", || {
            container.log_text().contains(ends).then_some(())
        });
        let with_logs = json!({"exec": null, "logs": true});
        let mut stream = Stream::open_with(container.connect(), with_logs);
        if is_flushed {
            stream.write(b"go\n");
            let session = stream.read_to_end();
            let expected = numbers(1..=9000) + "unfinished\n" + &numbers(9001..=9100);
            assert!(session.stdout() == expected, "{}", session.stdout().len());
            assert_eq!(session.stderr(), "err\n");
            assert_eq!(session.control(), &json!({"code": 0}));
        }
    }
    container.wait(1);
}

fn catches_up(runtime: Runtime) {
    let log = json!({"maxBytes": 1_000_000, "maxFiles": 99});
    let bundle = Bundle::script(runtime, "seq 1 200000; read x").shim("stdin", json!(true));
    let mut container = bundle.shim("log", log).start();
    let with_logs = json!({"exec": null, "logs": true});
    let mut stream = Stream::open_with(container.connect(), with_logs);
    stream.write(b"go\n");
    let session = stream.read_to_end();
    assert!(
        session.stdout() == numbers(1..=200_000),
        "{}",
        session.stdout().len()
    );
    container.wait(1);
}

fn ends_behind_the_log(runtime: Runtime) {
    let script = "read x; seq 1 50000";
    let mut container = Bundle::script(runtime, script)
        .shim("stdin", json!(true))
        .spawn();
    for task in 1..=2 {
        container.call("start", json!({"task": task}));
        let with_logs = json!({"exec": null, "logs": true});
        let mut stream = Stream::open_with(container.connect(), with_logs);
        stream.write(b"go\n");
        // It has not read a byte of all that when the task is over.
        container.wait(task);
        let session = stream.read_to_end();
        let expected = numbers(1..=50_000).repeat(usize::try_from(task).unwrap());
        assert!(session.stdout() == expected, "{}", session.stdout().len());
        assert_eq!(session.control(), &json!({"code": 0}));
    }
}

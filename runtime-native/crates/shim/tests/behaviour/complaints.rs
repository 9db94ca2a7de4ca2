//! What users of other monitors complain about: conmon#211, #236, #266, #295 and #501, podman#6893, #7258, #7391, #9183,
//! #11223, #13779 and #21361, cri-o#6297, conmon-rs#2611, containerd#7289 and #12344, nerdctl#5009.

use std::fs;

use serde_json::{Value, json};

use crate::container::{Bundle, Container, Runtime, eventually};
use crate::runner::Test;
use crate::stream::Stream;

pub(crate) const TESTS: &[Test] = &[
    (
        "a hundred megabytes stay within three files of ten, and the newest are complete",
        keeps_the_newest,
    ),
    (
        "much output through a terminal does not wait for a slow reader",
        fills_a_terminal,
    ),
    (
        "much text pasted into a terminal that nobody reads holds up nothing else",
        takes_a_paste,
    ),
    (
        "a huge line without an end costs no memory",
        swallows_a_huge_line,
    ),
    (
        "a kill while the program exits loses neither",
        kills_who_exits,
    ),
    (
        "execs, eight at a time, tell the right status each",
        counts_statuses,
    ),
    ("execs cost no memory that stays", stays_small),
    ("tasks leave nothing in their shim", leaves_nothing),
    (
        "what is printed last is in the log, time and again",
        ends_with_the_last_word,
    ),
    (
        "the log is reopened while the container writes and ends",
        reopens,
    ),
];

/// As many as `TSORCH_TEST_ROUNDS` says; else `few`. Other runtimes take a hundred times as long for some.
fn rounds(runtime: Runtime, few: usize) -> usize {
    let asked = std::env::var("TSORCH_TEST_ROUNDS").ok();
    match (runtime, asked.and_then(|text| text.parse().ok())) {
        (Runtime::Own, Some(asked)) => asked,
        (Runtime::Own, None) => few,
        (Runtime::Runc, _) => few.div_ceil(50),
    }
}

fn keeps_the_newest(runtime: Runtime) {
    const LIMIT: u64 = 10 << 20;
    let lines = rounds(runtime, 100_000);
    let script = format!(
        "/bin/busybox awk 'BEGIN {{ for (i = 1; i <= {lines}; i++) printf \"%09d %989s\\n\", i, \"x\" }}'"
    );
    let mut container = Bundle::script(runtime, &script)
        .shim("log", json!({"maxBytes": LIMIT, "maxFiles": 3}))
        .start();
    assert_eq!(container.wait(1)["drained"], json!(true));
    let mut numbers = Vec::new();
    for name in ["container.log.2", "container.log.1", "container.log"] {
        let text = fs::read_to_string(container.log_dir().join(name)).unwrap_or_default();
        assert!(text.len() as u64 <= LIMIT);
        let number = |line: &str| line[40..49].parse::<usize>().unwrap();
        numbers.extend(text.lines().map(number));
    }
    assert!(numbers.is_sorted_by(|one, next| one + 1 == *next));
    assert_eq!(numbers.last(), Some(&lines));
    assert!(numbers.len() >= lines.min(20_000), "{}", numbers.len());
    assert_eq!(
        fs::read_dir(container.log_dir()).unwrap().count(),
        3.min(lines / 9_000 + 1)
    );
}

fn fills_a_terminal(runtime: Runtime) {
    let bytes = rounds(runtime, 64) << 20;
    let script = format!("read go; head -c {bytes} /dev/zero | tr '\\0' x; echo over");
    let mut container = Bundle::script(runtime, &script)
        .shim("tty", json!(true))
        .shim("stdin", json!(true))
        .shim("log", json!({"maxBytes": 0, "maxFiles": 1}))
        .start();
    let mut slow = Stream::open_with(
        container.connect(),
        json!({"exec": null, "whenBehind": "drop"}),
    );
    slow.write(b"go\n");
    assert_eq!(container.wait(1)["drained"], json!(true));
    let text = container.log_text();
    assert!(text.len() == "go\r\n".len() + bytes + "over\r\n".len());
    assert!(text.ends_with("xover\r\n"));
    assert_eq!(slow.read_to_end().code(), 0);
}

fn takes_a_paste(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "while true; do echo tick; sleep 0.02; done")
        .shim("tty", json!(true))
        .shim("stdin", json!(true))
        .start();
    let mut stream = Stream::open(container.connect(), &json!(null));
    std::thread::scope(|scope| {
        let typist =
            scope.spawn(move || stream.try_write(&b"some words of a long text\n".repeat(40_000)));
        eventually("the terminal is full", || {
            (container.log_text().len() > 4_000).then_some(())
        });
        let (ticks, before) = (
            container.log_text().matches("tick").count(),
            cpu_ticks(&container),
        );
        eventually("the container goes on", || {
            (container.log_text().matches("tick").count() > ticks + 50).then_some(())
        });
        // A second and more has passed; clock ticks are hundredths of one.
        assert!(cpu_ticks(&container) - before < 50, "the shim spins");
        assert_eq!(container.exec_script("exit 0").2, 0);
        container.call("kill", json!({"signal": "KILL"}));
        container.wait(1);
        let _ = typist.join();
    });
}

fn swallows_a_huge_line(runtime: Runtime) {
    let megabytes = rounds(runtime, 256);
    let script = format!("head -c {megabytes}m /dev/zero | tr '\\0' x");
    let mut container = Bundle::script(runtime, &script).start();
    assert_eq!(container.wait(1)["drained"], json!(true));
    let peak = status_kb(&container, "VmHWM:");
    assert!(peak < 16 * 1024, "{peak} KiB");
    let last = fs::read_to_string(container.log_dir().join("container.log")).unwrap();
    assert!(last.ends_with("x\n") && last.lines().last().unwrap().contains(" F "));
}

fn kills_who_exits(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "(sleep 1000 &); exit 3").spawn();
    for task in 1..=rounds(runtime, 100) {
        container.call("start", json!({"task": task}));
        let client = container.client();
        client
            .send("kill", json!({"signal": "KILL", "all": true}))
            .unwrap();
        client.send("stop", json!({"graceMs": 0})).unwrap();
        let record = container
            .connect()
            .call("wait", json!({"task": task}))
            .unwrap();
        assert!(
            [3, 137].contains(&record["code"].as_u64().unwrap()),
            "{record}"
        );
    }
    eventually("no group is left", || {
        container.node.cgroups().is_empty().then_some(())
    });
}

fn counts_statuses(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    for _ in 0..rounds(runtime, 1_000).div_ceil(8) {
        let execs: Vec<Value> = (0..8)
            .map(|number| {
                let program = if number % 2 == 0 {
                    "/bin/true"
                } else {
                    "/bin/false"
                };
                let request = json!({"process": {"args": [program]}});
                container.call("exec", request)["exec"].clone()
            })
            .collect();
        for (number, exec) in execs.iter().enumerate() {
            let ended = container.call("execWait", json!({"exec": exec}));
            assert_eq!(ended["code"], json!(number % 2));
        }
    }
}

fn stays_small(runtime: Runtime) {
    let mut container = Bundle::program(runtime, &["/bin/sleep", "1000"]).start();
    // The least of some looks: one may find a program's output in a buffer, or pages that are about to be given back.
    let mut some = |count: usize| {
        for _ in 0..count {
            container.exec_script("echo some words");
        }
        let mut look = || {
            container.exec_script("echo some words");
            private_kb(&container)
        };
        (0..8).map(|_| look()).min().unwrap()
    };
    // Results of 64 are kept.
    let before = some(rounds(runtime, 200));
    let after = some(rounds(runtime, 1_000));
    assert!(after <= before + 64, "{before} KiB, then {after} KiB");
}

fn leaves_nothing(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "echo begun; exec sleep 1000").spawn();
    let descriptors = |container: &Container| {
        let dir = format!("/proc/{}/fd", container.shim_pid());
        fs::read_dir(dir).unwrap().count()
    };
    // The connection has been taken then.
    container.state();
    let before = descriptors(&container);
    for task in 1..=rounds(runtime, 200) {
        container.call("start", json!({"task": task}));
        let attached = Stream::open(container.connect(), &json!(null));
        let request = json!({"process": {"args": ["/bin/sleep", "1000"]}, "timeoutMs": 60_000});
        container.call("exec", request);
        if task % 2 == 0 {
            drop(attached);
        }
        container.call("kill", json!({"signal": "KILL"}));
        container.wait(task as u64);
    }
    eventually("all groups and descriptors are given back", || {
        let is_clean = container.node.cgroups().is_empty() && descriptors(&container) <= before;
        is_clean.then_some(())
    });
    assert_eq!(container.node.host_mounts(), Vec::<String>::new());
    assert_eq!(container.release(), Some(0));
}

fn ends_with_the_last_word(runtime: Runtime) {
    let script = "head -c 1000000 /dev/zero | tr '\\0' x; echo; echo last";
    let mut container = Bundle::script(runtime, script)
        .shim("log", json!({"maxBytes": 0, "maxFiles": 1}))
        .spawn();
    for task in 1..=rounds(runtime, 200) {
        fs::write(container.log_dir().join("container.log"), "").unwrap();
        container.call("start", json!({"task": task}));
        assert_eq!(container.wait(task as u64)["drained"], json!(true));
        let text = container.log_text();
        assert!(
            text.len() == 1_000_006 && text.ends_with("x\nlast\n"),
            "task {task}"
        );
    }
}

fn reopens(runtime: Runtime) {
    let lines = 200_000;
    let mut container = Bundle::script(runtime, &format!("seq 1 {lines}; sleep 1000"))
        .shim("log", json!({"maxBytes": 0, "maxFiles": 1}))
        .start();
    let log = container.log_dir().join("container.log");
    let mut moved: Vec<std::path::PathBuf> = Vec::new();
    let look = |container: &mut Container, moved: &mut Vec<_>| {
        let to = log.with_extension(format!("moved{}", moved.len()));
        fs::rename(&log, &to).unwrap();
        container.call("reopenLog", json!({}));
        moved.push(to);
    };
    eventually("the last line was written", || {
        look(&mut container, &mut moved);
        let text = fs::read_to_string(moved.last().unwrap()).unwrap();
        text.ends_with(&format!(" {lines}\n")).then_some(())
    });
    container.call("stop", json!({"graceMs": 0}));
    container.call("reopenLog", json!({}));
    container.wait(1);
    let texts = moved.iter().map(|path| fs::read_to_string(path).unwrap());
    let text: String = texts.collect();
    let numbers = text
        .lines()
        .map(|line| line[40..].parse::<usize>().unwrap());
    assert!(numbers.eq(1..=lines));
}

/// Memory of the shim that it shares with nobody.
fn private_kb(container: &Container) -> u64 {
    let path = format!("/proc/{}/smaps_rollup", container.shim_pid());
    let text = fs::read_to_string(path).unwrap();
    kb_of(&text, "Private_Dirty:")
}

/// Processor time of the shim so far.
fn cpu_ticks(container: &Container) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", container.shim_pid())).unwrap();
    let fields = stat.rsplit(')').next().unwrap().split_whitespace();
    fields
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().unwrap())
        .sum()
}

fn status_kb(container: &Container, field: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{}/status", container.shim_pid())).unwrap();
    kb_of(&text, field)
}

fn kb_of(text: &str, field: &str) -> u64 {
    let line = text.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

//! The container's log on a real file system.

use std::fs;

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use serde_json::json;

use crate::container::{Bundle, Container, Runtime, eventually, pass_time};
use crate::runner::Test;
use crate::stream::Stream;

pub(crate) const TESTS: &[Test] = &[
    (
        "all output is in the log when the end is told",
        loses_nothing_at_the_end,
    ),
    (
        "a long line is split and comes together again",
        splits_long_lines,
    ),
    (
        "an unfinished line is written after a second",
        writes_unfinished_lines,
    ),
    ("the log keeps within size times files", rotates),
    (
        "limits of the log change while the container runs",
        takes_new_limits,
    ),
    (
        "a full disk makes the container wait and nothing is lost",
        waits_for_space,
    ),
    (
        "with `drop` a full disk costs output, which is counted, and no time",
        drops_for_want_of_space,
    ),
    ("without a log nothing is written", keeps_no_log),
];

fn loses_nothing_at_the_end(runtime: Runtime) {
    let rounds = if runtime == Runtime::Own { 20 } else { 3 };
    let bundle = Bundle::script(runtime, "seq 1 20000");
    let mut container = bundle
        .shim("log", json!({"maxBytes": 1 << 30, "maxFiles": 1}))
        .spawn();
    let expected: String = (1..=20_000).map(|number| format!("{number}\n")).collect();
    for task in 1..=rounds {
        fs::write(container.log_dir().join("container.log"), "").unwrap();
        container.call("start", json!({"task": task}));
        assert_eq!(container.wait(task)["drained"], json!(true));
        assert!(container.log_text() == expected, "task {task}");
    }
}

fn splits_long_lines(runtime: Runtime) {
    let script = "head -c 100000 /dev/zero | tr '\\0' x; echo end";
    let mut container = Bundle::script(runtime, script).start();
    container.wait(1);
    let text = fs::read_to_string(container.log_dir().join("container.log")).unwrap();
    assert!(text.lines().all(|line| line.len() <= 16 * 1024 + 41));
    assert!(container.log_text() == "x".repeat(100_000) + "end\n");
}

fn writes_unfinished_lines(runtime: Runtime) {
    let mut container = Bundle::script(runtime, "printf prompt; sleep 1000").start();
    eventually("the prompt is in the log", || {
        (container.log_text() == "prompt").then_some(())
    });
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
    assert_eq!(container.log_text(), "prompt\n");
}

fn rotates(runtime: Runtime) {
    let bundle = Bundle::script(runtime, "seq 1 100000");
    let mut container = bundle
        .shim("log", json!({"maxBytes": 100_000, "maxFiles": 3}))
        .start();
    container.wait(1);
    let mut names = Vec::new();
    for entry in fs::read_dir(container.log_dir()).unwrap().flatten() {
        assert!(entry.metadata().unwrap().len() <= 100_000);
        names.push(entry.file_name().into_string().unwrap());
    }
    names.sort();
    assert_eq!(
        names,
        ["container.log", "container.log.1", "container.log.2"]
    );
    assert!(container.log_text().ends_with("\n99999\n100000\n"));
}

fn takes_new_limits(runtime: Runtime) {
    let bundle = Bundle::script(runtime, "seq 1 10000; read x; seq 10001 20000");
    let mut container = bundle.shim("stdin", json!(true)).start();
    eventually("the first half is in the log", || {
        container.log_text().ends_with("\n10000\n").then_some(())
    });
    container.call(
        "update",
        json!({"log": {"maxBytes": 100_000, "maxFiles": 2}}),
    );
    let mut stream = Stream::open(container.connect(), &json!(null));
    stream.write(b"go\n");
    container.wait(1);
    let files = fs::read_dir(container.log_dir()).unwrap().flatten();
    let sizes: Vec<u64> = files.map(|file| file.metadata().unwrap().len()).collect();
    assert!(
        sizes.len() == 2 && sizes.iter().all(|size| *size <= 100_000),
        "{sizes:?}"
    );
    assert!(container.log_text().ends_with("\n20000\n"));
}

/// A container whose log is on a file system of 256 KiB.
fn on_small_disk(bundle: Bundle) -> Container {
    // This thread alone: the shim is forked from it and takes a copy of its mounts.
    tsorch_sys::namespace::unshare_mounts().unwrap();
    let private =
        rustix::mount::MountPropagationFlags::PRIVATE | rustix::mount::MountPropagationFlags::REC;
    rustix::mount::mount_change("/", private).unwrap();
    bundle.spawn_prepared(|node, id| {
        let log = node.root().join("containers").join(id).join("log");
        fs::create_dir_all(&log).unwrap();
        let size = Some(c"size=256k");
        mount("tmpfs", &log, "tmpfs", MountFlags::empty(), size).unwrap();
    })
}

fn enlarge_disk(container: &Container) {
    let status = std::process::Command::new("/bin/mount")
        .args(["-o", "remount,size=64m"])
        .arg(container.log_dir())
        .status()
        .unwrap();
    assert!(status.success());
}

fn end_on_small_disk(mut container: Container) {
    let dir = container.log_dir();
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
    unmount(dir, UnmountFlags::DETACH).unwrap();
}

fn wait_until_full(container: &Container) {
    let log = container.shim_root(&container.log_dir());
    eventually("the disk is full", || {
        let size = fs::metadata(log.join("container.log")).unwrap().len();
        (size >= 256 * 1024).then_some(())
    });
}

fn waits_for_space(runtime: Runtime) {
    let bundle = Bundle::script(runtime, "seq 1 50000; sleep 1000");
    let mut container = on_small_disk(bundle);
    container.call("start", json!({"task": 1}));
    wait_until_full(&container);
    // The shim answers meanwhile, and does not spin.
    let state = container.wait_for_state("the log is blocked", |state| {
        let trouble = state["logBlocked"].as_str().unwrap_or_default();
        trouble.contains("No space left")
    });
    assert_eq!(state["phase"], json!("running"));
    enlarge_disk(&container);
    container.wait_for_state("the log goes on", |state| state["logBlocked"].is_null());
    let log = container.shim_root(&container.log_dir());
    let expected: String = (1..=50_000).map(|number| format!("{number}\n")).collect();
    eventually("everything is in the log", || {
        let text = fs::read_to_string(log.join("container.log")).unwrap();
        text.ends_with(" 50000\n").then_some(())
    });
    assert!(container.log_text() == expected);
    end_on_small_disk(container);
}

fn drops_for_want_of_space(runtime: Runtime) {
    let script = "seq 100001 400000; echo finished >&2; sleep 1000";
    let log = json!({"maxBytes": 0, "maxFiles": 1, "whenFull": "drop", "bufferBytes": 1 << 18});
    let mut container = on_small_disk(Bundle::script(runtime, script).shim("log", log));
    container.call("start", json!({"task": 1}));
    let mut events = container.connect();
    events.call("subscribe", json!({"from": 0})).unwrap();
    let mut next = |name: &str| loop {
        let event = events.event().unwrap();
        if event.name.starts_with("log") {
            assert_eq!(event.name, name);
            return event.data;
        }
    };
    // Two seconds: more than one attempt fails, and is not told again.
    let blocked = next("logBlocked");
    assert!(blocked["message"].as_str().unwrap().contains("No space"));
    pass_time(2500);
    enlarge_disk(&container);
    let gap = next("logGap");
    let lost = gap["bytes"].as_u64().unwrap();
    let path = container
        .shim_root(&container.log_dir())
        .join("container.log");
    let told = format!(" stderr F tsorch: {lost} bytes of output were dropped");
    eventually("the end is in the log", || {
        let text = fs::read_to_string(&path).unwrap();
        text.contains(" F finished\n").then_some(())
    });
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(&told) && text.contains(" 400000\n"), "{told}");
    let numbers = text
        .lines()
        .filter(|line| line.contains(" stdout "))
        .count();
    // Lines that the gap has cut count twice or not at all.
    let missing = lost / 7;
    assert!(
        (300_000 - missing).abs_diff(numbers as u64) <= 2,
        "{missing} + {numbers}"
    );
    end_on_small_disk(container);
}

fn keeps_no_log(runtime: Runtime) {
    let bundle = Bundle::script(runtime, "read x; seq 1 1000");
    let log = json!({"driver": "none", "maxBytes": 1000, "maxFiles": 2});
    let mut container = bundle.shim("log", log).shim("stdin", json!(true)).start();
    let mut stream = Stream::open(container.connect(), &json!(null));
    stream.write(b"go\n");
    let session = stream.read_to_end();
    assert!(session.stdout().ends_with("\n999\n1000\n"));
    assert_eq!(container.wait(1)["drained"], json!(true));
    assert_eq!(fs::read_dir(container.log_dir()).unwrap().count(), 0);
}

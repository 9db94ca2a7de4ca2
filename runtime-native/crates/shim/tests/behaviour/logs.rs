//! The container's log on a real file system.

use std::fs;

use rustix::mount::{MountFlags, UnmountFlags, mount, unmount};
use serde_json::json;

use crate::container::{Bundle, Runtime, eventually};
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

/// The log's directory on a file system that is too small until it is made larger.
fn waits_for_space(runtime: Runtime) {
    // This thread alone: the shim is forked from it and takes a copy of its mounts.
    tsorch_sys::namespace::unshare_mounts().unwrap();
    let private =
        rustix::mount::MountPropagationFlags::PRIVATE | rustix::mount::MountPropagationFlags::REC;
    rustix::mount::mount_change("/", private).unwrap();
    let bundle = Bundle::script(runtime, "seq 1 50000; sleep 1000");
    let mut container = bundle.spawn_prepared(|node, id| {
        let log = node.root().join("containers").join(id).join("log");
        fs::create_dir_all(&log).unwrap();
        mount(
            "tmpfs",
            &log,
            "tmpfs",
            MountFlags::empty(),
            Some(c"size=256k"),
        )
        .unwrap();
    });
    container.call("start", json!({"task": 1}));
    let log = container.shim_root(&container.log_dir());
    eventually("the disk is full", || {
        let size = fs::metadata(log.join("container.log")).unwrap().len();
        (size >= 256 * 1024).then_some(())
    });
    // The shim answers meanwhile, and does not spin.
    assert_eq!(container.state()["phase"], json!("running"));
    let remount = "size=64m";
    let status = std::process::Command::new("/bin/mount")
        .args(["-o", &format!("remount,{remount}")])
        .arg(container.log_dir())
        .status()
        .unwrap();
    assert!(status.success());
    let expected: String = (1..=50_000).map(|number| format!("{number}\n")).collect();
    eventually("everything is in the log", || {
        let text = fs::read_to_string(log.join("container.log")).unwrap();
        text.ends_with(" 50000\n").then_some(())
    });
    assert!(container.log_text() == expected);
    let dir = container.log_dir();
    container.call("stop", json!({"graceMs": 0}));
    container.wait(1);
    unmount(dir, UnmountFlags::DETACH).unwrap();
}

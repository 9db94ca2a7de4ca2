//! What callers of runc rely on, down to the words that they look for.

use std::os::unix::process::CommandExt;

use serde_json::{Value, json};

use crate::sandbox::{Runtime, Sandbox, finish, runtimes};

fn refusal(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let answer = sandbox.call(arguments);
    assert_eq!(answer.code, Some(1), "{arguments:?} {answer:?}");
    answer.stderr
}

#[test]
fn refusals_hold_the_words_that_callers_look_for() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        let id = sandbox.id.as_str();
        let says = |arguments: &[&str], words: &str| {
            let said = refusal(&sandbox, arguments);
            assert!(said.contains(words), "{runtime:?} {arguments:?}: {said}");
        };
        for verb in ["state", "start", "kill", "delete", "pause", "resume", "ps"] {
            says(&[verb, "unknown"], "does not exist");
        }
        says(&["create", "--bundle", "/nowhere", id], "");
        says(
            &["create", "--bundle", sandbox.bundle(), id],
            "JSON specification file",
        );
        sandbox.start();
        says(
            &["create", "--bundle", sandbox.bundle(), id],
            "already exists",
        );
        says(&["delete", id], "cannot delete container");
        says(&["delete", id], "that is not stopped");
        says(&["resume", id], "not paused");
        assert_eq!(sandbox.call(&["kill", id, "KILL"]).code, Some(0));
        sandbox.wait_until("it ends", || sandbox.status() == "stopped");
        says(&["kill", id], "container not running");
        says(&["pause", id], "not running");
    }
}

#[test]
fn a_broken_configuration_is_told_with_its_place() {
    let sandbox = Sandbox::new("true");
    let config = sandbox.dir.join("config.json");
    std::fs::write(
        &config,
        "{\n  \"ociVersion\": \"1.0.0\",\n  \"mounts\": 7\n}",
    )
    .expect("written");
    let words = ["create", "--bundle", sandbox.bundle(), &sandbox.id];
    let said = refusal(&sandbox, &words);
    assert!(said.contains("line 3 column 13"), "{said}");
    std::fs::write(&config, "{\"ociVersion\": \"2.0.0\"}").expect("written");
    let said = refusal(&sandbox, &words);
    assert!(
        said.contains("\"2.0.0\" is not supported: 1.0 to 1.3.0 are"),
        "{said}"
    );
}

#[test]
fn faults_of_the_command_line_are_in_the_log_as_well() {
    let sandbox = Sandbox::new("true");
    let log = sandbox.dir.join("log");
    let log = log.to_str().expect("UTF-8");
    for arguments in [
        &["frobnicate"][..],
        &["state", "a/b"],
        &["--frobnicate"],
        &["delete"],
    ] {
        let all = [&["--log", log, "--log-format", "json"], arguments].concat();
        let said = refusal(&sandbox, &all);
        let text = std::fs::read_to_string(log).expect("a log");
        let last: Value = serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
        assert_eq!(last["level"], "error", "{arguments:?}");
        let message = last["msg"].as_str().expect("a message");
        assert!(
            said.contains(message) && !message.is_empty(),
            "{said} {message}"
        );
        assert!(
            last["time"]
                .as_str()
                .is_some_and(|time| time.ends_with('Z'))
        );
    }
}

#[test]
fn warnings_go_to_standard_error_where_no_log_is_named() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["process"]["capabilities"]["bounding"] = json!(["CAP_FLY"]);
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(0));
    assert!(
        answer.stderr.contains("warning: ") && answer.stderr.contains("CAP_FLY"),
        "{answer:?}"
    );
}

#[test]
fn a_container_without_a_process_is_made_and_cannot_be_started() {
    {
        let mut sandbox = Sandbox::new("true");
        sandbox
            .config
            .as_object_mut()
            .expect("an object")
            .remove("process");
        let answer = sandbox.create();
        assert_eq!(answer.code, Some(0), "{answer:?}");
        let said = refusal(&sandbox, &["start", &sandbox.id]);
        assert!(said.contains("its configuration has no process"), "{said}");
        assert_eq!(sandbox.status(), "created");
        assert_eq!(
            sandbox.call(&["delete", "--force", &sandbox.id]).code,
            Some(0)
        );
        let said = refusal(
            &sandbox,
            &["run", "--bundle", sandbox.bundle(), &sandbox.id],
        );
        assert!(said.contains("its configuration has no process"), "{said}");
    }
}

#[test]
fn documents_of_go_may_say_null_for_nothing() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "echo ran");
        sandbox.config["linux"]["timeOffsets"] = Value::Null;
        sandbox.config["linux"]["sysctl"] = Value::Null;
        sandbox.config["hooks"] = json!({"prestart": null, "poststop": null});
        sandbox.config["process"]["rlimits"] = Value::Null;
        sandbox.config["mounts"][0]["options"] = Value::Null;
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "ran\n", "{runtime:?} {answer:?}");
    }
}

#[test]
fn sockets_of_systemd_reach_the_program_in_front_of_other_descriptors() {
    for runtime in runtimes() {
        let script = "echo $LISTEN_FDS $LISTEN_PID $$; cat <&3; cat <&4";
        let sandbox = Sandbox::with(runtime, script);
        sandbox.write_config();
        std::fs::write(sandbox.dir.join("socket"), "socket\n").expect("written");
        std::fs::write(sandbox.dir.join("more"), "more\n").expect("written");
        let inner = sandbox.command(&[
            "run",
            "--preserve-fds",
            "1",
            "--bundle",
            sandbox.bundle(),
            &sandbox.id,
        ]);
        let mut outer = std::process::Command::new("sh");
        // The shell's own number is the runtime's after exec.
        let script = "exec 3<\"$1/socket\" 4<\"$1/more\"; shift; LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=web exec \"$@\"";
        outer
            .args(["-c", script, "sh", sandbox.bundle()])
            .arg(inner.get_program())
            .args(inner.get_args());
        let answer = finish(&mut outer);
        assert_eq!(
            answer.stdout, "1 1 1\nsocket\nmore\n",
            "{runtime:?} {answer:?}"
        );
    }
}

#[test]
fn sockets_of_somebody_else_are_not_taken() {
    let sandbox = Sandbox::new("echo [$LISTEN_FDS]");
    sandbox.write_config();
    let mut command = sandbox.command(&["run", "--bundle", sandbox.bundle(), &sandbox.id]);
    let answer = finish(
        command
            .env("LISTEN_FDS", "1")
            .env("LISTEN_PID", "1")
            .env("LISTEN_FDNAMES", "x"),
    );
    assert_eq!(answer.stdout, "[]\n", "{answer:?}");
}

#[test]
fn a_label_of_mounts_needs_selinux() {
    if std::path::Path::new("/sys/fs/selinux/enforce").exists() {
        eprintln!("skipped: this host has SELinux");
        return;
    }
    let mut sandbox = Sandbox::new("echo ran");
    sandbox.config["linux"]["mountLabel"] = json!("system_u:object_r:container_file_t:s0");
    let answer = sandbox.run();
    assert!(
        answer
            .stderr
            .contains("SELinux is not enabled on this host"),
        "{answer:?}"
    );
    let words = [
        "--lenient-limits",
        "run",
        "--bundle",
        sandbox.bundle(),
        &sandbox.id,
    ];
    let answer = sandbox.call(&words);
    assert_eq!(answer.stdout, "ran\n", "{answer:?}");
    assert!(answer.stderr.contains("SELinux"), "{answer:?}");
}

#[test]
fn a_read_only_dev_is_filled_before_it_is_closed() {
    for runtime in runtimes() {
        let script = "grep ' /dev ' /proc/self/mountinfo | cut -d' ' -f6 | cut -d, -f1; ls /dev/null /dev/pts/ptmx; touch /dev/x";
        let mut sandbox = Sandbox::with(runtime, script);
        sandbox.config["mounts"][1]["options"] = json!(["nosuid", "ro", "mode=755"]);
        let answer = sandbox.run();
        assert_eq!(
            answer.stdout, "ro\n/dev/null\n/dev/pts/ptmx\n",
            "{runtime:?} {answer:?}"
        );
        assert!(
            answer.stderr.contains("Read-only"),
            "{runtime:?} {answer:?}"
        );
    }
}

#[test]
fn a_waiting_container_holds_no_file_of_its_maker() {
    let sandbox = Sandbox::new("true");
    assert_eq!(sandbox.create().code, Some(0));
    let pid = sandbox.state()["pid"].to_string();
    let open = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .expect("open ones")
        .flatten();
    let open: Vec<String> = open
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .map(|target| target.display().to_string())
        .filter(|target| !target.starts_with("socket:"))
        .collect();
    let is_stream = |target: &String| target == "/dev/null" || target.starts_with(sandbox.bundle());
    assert!(open.iter().all(is_stream), "{open:?}");
}

#[test]
fn a_program_may_use_all_processors_whatever_the_runtime_is_pinned_to() {
    let count = std::thread::available_parallelism()
        .expect("a number")
        .get();
    if count < 2 {
        eprintln!("skipped: this host has one processor");
        return;
    }
    let list = |text: &str| text.split_once(':').map(|(_, list)| list.trim().to_owned());
    let own = std::fs::read_to_string("/proc/self/status").expect("a status");
    let own = own
        .lines()
        .find(|line| line.starts_with("Cpus_allowed_list"));
    let own = own.and_then(list).expect("a list");
    let sandbox = Sandbox::new("grep Cpus_allowed_list /proc/self/status; sleep 1000");
    sandbox.write_config();
    let pinned = |arguments: &[&str]| {
        let inner = sandbox.command(arguments);
        let mut outer = std::process::Command::new("taskset");
        outer
            .args(["-c", "0"])
            .arg(inner.get_program())
            .args(inner.get_args());
        outer.stdin(std::process::Stdio::null()).process_group(0);
        outer
    };
    let output = std::fs::File::create(sandbox.dir.join("output")).expect("a file");
    let mut run = pinned(&["run", "--detach", "--bundle", sandbox.bundle(), &sandbox.id]);
    assert!(run.stdout(output).status().expect("executed").success());
    sandbox.wait_until("it has told", || {
        list(&sandbox.output()).as_deref() == Some(own.as_str())
    });
    let answer = finish(&mut pinned(&[
        "exec",
        &sandbox.id,
        "grep",
        "Cpus_allowed_list",
        "/proc/self/status",
    ]));
    assert_eq!(
        list(&answer.stdout).as_deref(),
        Some(own.as_str()),
        "{answer:?}"
    );
}

#[test]
fn signal_0_only_looks_and_kill_ends_all_processes_that_share_pids() {
    let mut sandbox = Sandbox::new("sleep 1000 & sleep 1000");
    let list = sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list");
    list.retain(|namespace| namespace["type"] != "pid");
    sandbox.start();
    assert_eq!(sandbox.call(&["kill", &sandbox.id, "0"]).code, Some(0));
    let pids = || sandbox.cgroup_file("cgroup.procs").unwrap_or_default();
    sandbox.wait_until("two run", || pids().lines().count() > 1);
    assert_eq!(sandbox.call(&["kill", &sandbox.id, "KILL"]).code, Some(0));
    sandbox.wait_until("all have ended", || pids().is_empty());
    assert_eq!(sandbox.call(&["kill", &sandbox.id, "0"]).code, Some(1));
}

#[test]
fn a_path_that_is_masked_twice_is_covered_once() {
    let mut sandbox = Sandbox::new("grep -c ' /tmp/m ' /proc/self/mountinfo");
    std::fs::create_dir(sandbox.rootfs().join("tmp/m")).expect("made");
    sandbox.config["linux"]["maskedPaths"] = json!(["/tmp/m", "/tmp/m"]);
    assert_eq!(sandbox.run().stdout, "1\n");
}

#[test]
fn looking_makes_no_directory() {
    let sandbox = Sandbox::new("true");
    let said = refusal(&sandbox, &["state", "unknown"]);
    assert!(said.contains("does not exist"), "{said}");
    assert_eq!(sandbox.call(&["list"]).code, Some(1));
    assert!(!sandbox.state_root().exists());
}

#[test]
fn lists_have_columns_and_an_owner() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        let answer = sandbox.call(&["list"]);
        let mut lines = answer.stdout.lines();
        let columns = |line: &str| {
            line.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let heading = lines.next().unwrap_or_default();
        assert_eq!(
            columns(heading),
            ["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]
        );
        let line = lines.next().unwrap_or_default();
        assert_eq!(
            columns(line).last().map(String::as_str),
            Some("root"),
            "{answer:?}"
        );
        assert_eq!(heading.find("STATUS"), line.find("running"), "{answer:?}");
        let ps = sandbox.call(&["ps", &sandbox.id]);
        assert!(ps.stdout.starts_with("UID"), "{runtime:?} {ps:?}");
    }
}

#[test]
fn features_has_every_block_of_the_specification() {
    let sandbox = Sandbox::new("true");
    let answer = sandbox.call(&["features"]);
    let features: Value = serde_json::from_str(&answer.stdout).expect("JSON");
    assert_eq!(features["ociVersionMin"], "1.0.0");
    assert_eq!(features["ociVersionMax"], "1.3.0");
    assert_eq!(features["potentiallyUnsafeConfigAnnotations"], json!([]));
    let linux = features["linux"].as_object().expect("an object");
    for block in [
        "namespaces",
        "capabilities",
        "cgroup",
        "seccomp",
        "apparmor",
        "selinux",
        "intelRdt",
        "memoryPolicy",
        "netDevices",
        "mountExtensions",
    ] {
        assert!(linux.contains_key(block), "{block}");
    }
    assert!(
        features["hooks"]
            .as_array()
            .is_some_and(|hooks| hooks.len() == 6)
    );
    assert!(
        features["mountOptions"]
            .as_array()
            .is_some_and(|options| options.len() > 60)
    );
}

#[test]
fn annotations_are_in_the_state_and_the_domain_name_is_set() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "cat /proc/sys/kernel/domainname; sleep 1000");
        sandbox.config["annotations"] = json!({"org.example.key": "a..b"});
        if runtime == Runtime::Own {
            sandbox.config["domainname"] = json!("example.org");
        }
        sandbox.start();
        assert_eq!(sandbox.state()["annotations"]["org.example.key"], "a..b");
        if runtime == Runtime::Own {
            sandbox.wait_until("it has told", || sandbox.output() == "example.org\n");
        }
    }
}

#[test]
fn spec_writes_a_configuration_that_runs_and_overwrites_none() {
    let sandbox = Sandbox::new("true");
    let answer = sandbox.call(&["spec", "--bundle", sandbox.bundle()]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert_eq!(
        sandbox.call(&["spec", "-b", sandbox.bundle()]).code,
        Some(1)
    );
    let path = sandbox.dir.join("config.json");
    let text = std::fs::read_to_string(&path).expect("written");
    let mut config: Value = serde_json::from_str(&text).expect("JSON");
    config["process"]["args"] = json!(["/bin/sh", "-c", "echo ran"]);
    config["process"]["terminal"] = json!(false);
    config["process"]
        .as_object_mut()
        .expect("an object")
        .remove("rlimits");
    std::fs::write(&path, config.to_string()).expect("written");
    let answer = sandbox.call(&["run", "--bundle", sandbox.bundle(), &sandbox.id]);
    assert_eq!(answer.stdout, "ran\n", "{answer:?}");
}

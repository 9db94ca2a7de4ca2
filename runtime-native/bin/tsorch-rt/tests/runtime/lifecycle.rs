//! From create to delete.

use std::fs;

use serde_json::json;

use crate::sandbox::{Runtime, Sandbox, runtimes};

#[test]
fn run_gives_the_programs_status() {
    for runtime in runtimes() {
        assert_eq!(Sandbox::with(runtime, "exit 42").run().code, Some(42));
        assert_eq!(
            Sandbox::with(runtime, "kill -KILL $$; exit 1").run().code,
            Some(1),
            "pid 1 cannot kill itself"
        );
    }
}

#[test]
fn passes_through_created_running_and_stopped() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "echo started; sleep 1000");
        let created = sandbox.create();
        assert_eq!(created.code, Some(0), "{}", created.stderr);
        assert_eq!(sandbox.status(), "created");
        assert_eq!(sandbox.output(), "");
        assert_eq!(sandbox.call(&["start", &sandbox.id]).code, Some(0));
        assert_eq!(sandbox.status(), "running");
        sandbox.wait_until("the program speaks", || sandbox.output() == "started\n");
        assert_eq!(sandbox.call(&["delete", &sandbox.id]).code, Some(1));
        assert_eq!(sandbox.call(&["kill", &sandbox.id, "KILL"]).code, Some(0));
        sandbox.wait_until("it stops", || sandbox.status() == "stopped");
        assert_eq!(sandbox.call(&["delete", &sandbox.id]).code, Some(0));
        sandbox.assert_nothing_left();
    }
}

#[test]
fn signals_are_taken_by_name_and_by_number() {
    for (runtime, signal) in runtimes()
        .into_iter()
        .flat_map(|runtime| [(runtime, "USR1"), (runtime, "10"), (runtime, "SIGUSR1")])
    {
        let sandbox = Sandbox::with(
            runtime,
            "trap 'echo got; exit' USR1; echo ready; while :; do sleep 0.01; done",
        );
        sandbox.start();
        sandbox.wait_until("it is ready", || sandbox.output().contains("ready"));
        assert_eq!(sandbox.call(&["kill", &sandbox.id, signal]).code, Some(0));
        sandbox.wait_until("it has got the signal", || sandbox.output().contains("got"));
    }
}

#[test]
fn a_missing_program_fails_and_leaves_nothing() {
    let mut sandbox = Sandbox::new("");
    sandbox.config["process"]["args"] = json!(["no-such-program"]);
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1));
    assert!(
        answer
            .stderr
            .contains("find no-such-program in PATH: no such file"),
        "{}",
        answer.stderr
    );
    sandbox.assert_nothing_left();
    sandbox.config["process"]["args"] = json!(["/etc/passwd"]);
    let answer = sandbox.run();
    assert!(
        answer
            .stderr
            .contains("execute /etc/passwd: permission denied"),
        "{}",
        answer.stderr
    );
    sandbox.assert_nothing_left();
}

#[test]
fn a_missing_program_fails_at_create_where_that_is_certain() {
    for name in ["no-such-program", "/no/such/program"] {
        let mut sandbox = Sandbox::new("");
        sandbox.config["process"]["args"] = json!([name]);
        let created = sandbox.create();
        assert_eq!(created.code, Some(1));
        assert!(
            created.stderr.contains("no such file or directory"),
            "{}",
            created.stderr
        );
        sandbox.assert_nothing_left();
    }
}

#[test]
fn a_missing_program_fails_at_start_and_not_later() {
    let mut sandbox = Sandbox::new("");
    sandbox.config["process"]["args"] = json!(["./no-such-program"]);
    assert_eq!(sandbox.create().code, Some(0));
    let started = sandbox.call(&["start", &sandbox.id]);
    assert_eq!(started.code, Some(1));
    assert!(
        started.stderr.contains("no-such-program"),
        "{}",
        started.stderr
    );
    sandbox.wait_until("it stops", || sandbox.status() == "stopped");
}

#[test]
fn starts_once() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let again = sandbox.call(&["start", &sandbox.id]);
    assert_eq!(
        (again.code, again.stderr.contains("is running, not created")),
        (Some(1), true),
        "{}",
        again.stderr
    );
}

#[test]
fn ids_are_unique_and_checked() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        assert_eq!(sandbox.create().code, Some(1));
        assert_eq!(sandbox.status(), "running");
        assert_eq!(sandbox.call(&["state", "../x"]).code, Some(1));
        let unknown = sandbox.call(&["state", "unknown"]);
        assert!(
            unknown.stderr.contains("does not exist"),
            "{}",
            unknown.stderr
        );
        assert_eq!(
            sandbox.call(&["delete", "--force", "unknown"]).code,
            Some(0)
        );
    }
}

#[test]
fn a_failing_mount_fails_create_with_its_name_and_leaves_nothing() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "true");
        let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
        mounts.push(json!({"destination": "/x", "type": "no-such-filesystem", "source": "none"}));
        let answer = sandbox.run();
        assert_eq!(answer.code, Some(1));
        assert!(answer.stderr.contains("/x"), "{}", answer.stderr);
        sandbox.assert_nothing_left();
    }
}

#[test]
fn edits_of_the_bundle_after_create_have_no_effect() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "echo before; sleep 1000");
        assert_eq!(sandbox.create().code, Some(0));
        fs::write(sandbox.dir.join("config.json"), "{}").expect("written");
        assert_eq!(sandbox.call(&["start", &sandbox.id]).code, Some(0));
        sandbox.wait_until("it speaks", || sandbox.output() == "before\n");
        if runtime == Runtime::Own {
            assert_eq!(sandbox.call(&["exec", &sandbox.id, "true"]).code, Some(0));
        }
    }
}

#[test]
fn writes_pids_and_lists_containers() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.write_config();
        let pid_file = sandbox.dir.join("pid");
        let mut command = sandbox.command(&[
            "run",
            "--detach",
            "--bundle",
            sandbox.bundle(),
            "--pid-file",
        ]);
        let status = command
            .arg(&pid_file)
            .arg(&sandbox.id)
            .status()
            .expect("executed");
        assert!(status.success());
        let pid = fs::read_to_string(&pid_file).expect("a pid file");
        assert_eq!(sandbox.state()["pid"].to_string(), pid);
        let list = sandbox.call(&["list", "--format", "json"]);
        let list: serde_json::Value = serde_json::from_str(&list.stdout).expect("JSON");
        assert_eq!(
            (list[0]["id"].as_str(), list[0]["status"].as_str()),
            (Some(sandbox.id.as_str()), Some("running"))
        );
        let ps = sandbox.call(&["ps", "--format", "json", &sandbox.id]);
        assert_eq!(ps.stdout.trim(), format!("[{pid}]"));
    }
}

#[test]
fn a_paused_container_stands_still_until_it_is_resumed() {
    let sandbox = Sandbox::new("while :; do echo tick; sleep 0.01; done");
    sandbox.start();
    sandbox.wait_until("it ticks", || !sandbox.output().is_empty());
    assert_eq!(sandbox.call(&["pause", &sandbox.id]).code, Some(0));
    assert_eq!(sandbox.status(), "paused");
    let before = sandbox.output().len();
    assert_eq!(sandbox.call(&["exec", &sandbox.id, "true"]).code, Some(1));
    assert_eq!(sandbox.output().len(), before);
    assert_eq!(sandbox.call(&["resume", &sandbox.id]).code, Some(0));
    sandbox.wait_until("it goes on", || sandbox.output().len() > before);
    assert_eq!(sandbox.call(&["pause", &sandbox.id]).code, Some(0));
    assert_eq!(
        sandbox.call(&["delete", "--force", &sandbox.id]).code,
        Some(0)
    );
}

#[test]
fn errors_go_to_the_log_as_callers_of_runc_read_them() {
    let sandbox = Sandbox::new("true");
    let log = sandbox.dir.join("log");
    let log = log.to_str().expect("UTF-8");
    let answer = sandbox.call(&["--log", log, "--log-format", "json", "state", "unknown"]);
    assert_eq!(answer.code, Some(1));
    let line: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(log).expect("a log")).expect("JSON");
    assert_eq!(line["level"], "error");
    assert_eq!(line["msg"], "container unknown does not exist");
}

#[test]
fn an_option_that_is_not_built_is_an_error() {
    let sandbox = Sandbox::new("true");
    assert_eq!(
        sandbox.call(&["run", "--no-such-option", "x"]).code,
        Some(1)
    );
}

#[test]
fn a_class_of_service_needs_its_filesystem() {
    let table = std::fs::read_to_string("/proc/self/mountinfo").expect("a table");
    if table.contains(" - resctrl ") {
        eprintln!("skipped: this host has resctrl");
        return;
    }
    let mut sandbox = Sandbox::new("echo ran");
    sandbox.config["linux"]["intelRdt"] = json!({"closID": "x", "l3CacheSchema": "L3:0=f"});
    let answer = sandbox.run();
    assert!(
        answer
            .stderr
            .contains("resctrl filesystem, which is not mounted"),
        "{}",
        answer.stderr
    );
    let lenient = sandbox.call(&[
        "--lenient-limits",
        "run",
        "--bundle",
        sandbox.bundle(),
        &sandbox.id,
    ]);
    assert_eq!(lenient.stdout, "ran\n");
}

#[test]
fn labels_of_modules_that_the_host_lacks_are_errors_and_no_confinement_is_none() {
    let has = |path: &str| std::path::Path::new(path).exists();
    if has("/sys/kernel/security/apparmor") || has("/sys/fs/selinux/enforce") {
        eprintln!("skipped: this host has a security module");
        return;
    }
    for (field, label, works) in [
        ("apparmorProfile", "unconfined", true),
        ("apparmorProfile", "", true),
        ("apparmorProfile", "unconfined_but_not_quite", false),
        ("selinuxLabel", "system_u:system_r:container_t:s0", false),
    ] {
        let mut sandbox = Sandbox::new("echo ran");
        sandbox.config["process"][field] = json!(label);
        let answer = sandbox.run();
        assert_eq!(answer.code == Some(0), works, "{field} {label}: {answer:?}");
        sandbox.config["process"]
            .as_object_mut()
            .expect("an object")
            .remove(field);
        sandbox.config["process"]["args"] = json!(["sleep", "1000"]);
        sandbox.start();
        let option = match field {
            "apparmorProfile" => "--apparmor",
            _ => "--process-label",
        };
        let answer = sandbox.call(&["exec", option, label, &sandbox.id, "true"]);
        assert_eq!(answer.code == Some(0), works, "exec {label}: {answer:?}");
    }
}

/// SIGKILL between any two steps of the making: what is left can be deleted.
#[test]
fn a_killed_create_leaves_nothing_that_delete_does_not_remove() {
    for round in 0..40u64 {
        let sandbox = Sandbox::new("sleep 1000");
        sandbox.write_config();
        let mut command = sandbox.command(&["create", "--bundle", sandbox.bundle(), &sandbox.id]);
        let mut child = command
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("executed");
        std::thread::park_timeout(std::time::Duration::from_micros(round * 400));
        let _ = child.kill();
        let _ = child.wait();
        assert_eq!(
            sandbox.call(&["delete", "--force", &sandbox.id]).code,
            Some(0)
        );
        sandbox.assert_nothing_left();
    }
}

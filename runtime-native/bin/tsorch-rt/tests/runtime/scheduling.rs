//! How the kernel places a container's processes: policy, I/O priority, processors, memory, execution domain.

use serde_json::json;

use crate::sandbox::Sandbox;

/// A field of proc_pid_stat(5), from 1.
fn field(stat: &str, number: usize) -> &str {
    stat.trim().split(' ').nth(number - 1).unwrap_or_default()
}

#[test]
fn the_first_process_has_its_policy_and_io_priority() {
    let mut sandbox = Sandbox::new("busybox ionice -p 1; cat /proc/1/stat");
    sandbox.config["process"]["scheduler"] = json!({"policy": "SCHED_BATCH", "nice": 7});
    sandbox.config["process"]["ioPriority"] = json!({"class": "IOPRIO_CLASS_BE", "priority": 6});
    let answer = sandbox.run();
    let (io, stat) = answer.stdout.split_once('\n').expect("two lines");
    assert_eq!(io, "best-effort: prio 6", "{answer:?}");
    assert_eq!((field(stat, 19), field(stat, 41)), ("7", "3"), "{stat}");
}

#[test]
fn realtime_and_deadline_policies_have_their_parameters() {
    let has_groups = std::path::Path::new("/sys/fs/cgroup/cpu/cpu.rt_runtime_us").exists();
    for (scheduler, expected) in [
        (
            json!({"policy": "SCHED_FIFO", "priority": 3, "flags": ["SCHED_FLAG_RESET_ON_FORK"]}),
            ("3", "1"),
        ),
        (json!({"policy": "SCHED_RR", "priority": 2}), ("2", "2")),
        (json!({"policy": "SCHED_IDLE"}), ("0", "5")),
        (
            json!({"policy": "SCHED_DEADLINE", "runtime": 10_000_000, "deadline": 20_000_000,
                   "period": 30_000_000}),
            ("0", "6"),
        ),
    ] {
        // The program itself looks: a deadline is not handed on to children.
        let mut sandbox = Sandbox::new("");
        sandbox.config["process"]["args"] = json!(["cat", "/proc/self/stat"]);
        sandbox.config["process"]["scheduler"] = scheduler;
        if has_groups {
            sandbox.config["linux"]["resources"] =
                json!({"cpu": {"realtimePeriod": 1_000_000, "realtimeRuntime": 50_000}});
        }
        let answer = sandbox.run();
        let found = (field(&answer.stdout, 40), field(&answer.stdout, 41));
        assert_eq!(found, expected, "{answer:?}");
    }
}

#[test]
fn realtime_without_realtime_for_its_group_is_an_error_that_says_so() {
    if !std::path::Path::new("/sys/fs/cgroup/cpu/cpu.rt_runtime_us").exists() {
        eprintln!("skipped: this kernel has no realtime groups");
        return;
    }
    let mut sandbox = Sandbox::new("true");
    sandbox.config["process"]["scheduler"] = json!({"policy": "SCHED_FIFO", "priority": 1});
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("realtimeRuntime"),
        "{}",
        answer.stderr
    );
}

#[test]
fn a_policy_with_parameters_of_another_one_is_refused() {
    let mut sandbox = Sandbox::new("true");
    sandbox.config["process"]["scheduler"] = json!({"policy": "SCHED_OTHER", "priority": 1});
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("process.scheduler"),
        "{}",
        answer.stderr
    );
}

#[test]
fn the_personality_shows_the_machine_of_another_time() {
    let mut sandbox = Sandbox::new("busybox uname -m; cat /proc/self/personality");
    sandbox.config["process"]["capabilities"] = json!({});
    sandbox.config["linux"]["personality"] =
        json!({"domain": "LINUX32", "flags": ["ADDR_NO_RANDOMIZE"]});
    let answer = sandbox.run();
    assert_eq!(answer.stdout.lines().last(), Some("00040008"), "{answer:?}");
    if cfg!(target_arch = "x86_64") {
        assert!(answer.stdout.starts_with("i686"), "{answer:?}");
    }
}

#[test]
fn memory_comes_from_the_nodes_of_the_policy() {
    let mut sandbox = Sandbox::new("head -n 1 /proc/self/numa_maps || echo none");
    sandbox.config["linux"]["memoryPolicy"] =
        json!({"mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"]});
    let answer = sandbox.run();
    if !std::path::Path::new("/proc/self/numa_maps").exists() {
        eprintln!("skipped: the kernel knows no memory nodes");
        assert!(
            answer.code == Some(1) || answer.stdout == "none\n",
            "{answer:?}"
        );
        return;
    }
    assert!(answer.stdout.contains("bind=static:0"), "{answer:?}");
}

#[test]
fn an_exec_runs_on_its_processors_with_the_domain_of_the_container() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["personality"] = json!({"domain": "LINUX32"});
    sandbox.config["process"]["execCPUAffinity"] = json!({"initial": "0", "final": "0"});
    sandbox.start();
    let allowed = |arguments: &[&str]| {
        let script =
            "grep Cpus_allowed_list /proc/self/status | tr -d '\\t'; cat /proc/self/personality";
        let call = [
            &["exec"],
            arguments,
            &[sandbox.id.as_str(), "sh", "-c", script],
        ]
        .concat();
        sandbox.call(&call).stdout
    };
    assert_eq!(allowed(&[]), "Cpus_allowed_list:0\n00000008\n");
    let document = sandbox.dir.join("process.json");
    let process = json!({"args": ["grep", "Cpus_allowed_list", "/proc/self/status"], "cwd": "/",
                         "user": {"uid": 0, "gid": 0}, "env": ["PATH=/bin"],
                         "execCPUAffinity": {"final": "4000"}});
    std::fs::write(&document, process.to_string()).expect("written");
    let refused = sandbox.call(&[
        "exec",
        "--process",
        document.to_str().expect("UTF-8"),
        &sandbox.id,
    ]);
    assert!(
        refused.stderr.contains("execCPUAffinity.final"),
        "{refused:?}"
    );
}

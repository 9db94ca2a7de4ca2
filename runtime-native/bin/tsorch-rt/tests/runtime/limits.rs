//! Limits: set where the kernel reads them, and felt.

use serde_json::json;

use crate::sandbox::{Runtime, Sandbox, runtimes};

fn hierarchy_is_v1(controller: &str) -> bool {
    std::path::Path::new("/sys/fs/cgroup")
        .join(controller)
        .join("cgroup.procs")
        .exists()
}

#[test]
fn limits_are_in_the_control_files() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.config["linux"]["resources"] = json!({
            "memory": {"limit": 33_554_432, "reservation": 16_777_216},
            "cpu": {"quota": 50_000, "period": 100_000, "shares": 512, "cpus": "0"},
            "pids": {"limit": 17}
        });
        sandbox.start();
        let file = |name: &str| sandbox.cgroup_file(name).unwrap_or_default();
        assert_eq!(file("pids.max"), "17");
        assert_eq!(file("cpuset.cpus"), "0");
        if hierarchy_is_v1("memory") {
            assert_eq!(file("memory.limit_in_bytes"), "33554432");
            assert_eq!(file("memory.soft_limit_in_bytes"), "16777216");
            assert_eq!(file("cpu.cfs_quota_us"), "50000");
            assert_eq!(file("cpu.shares"), "512");
        } else {
            assert_eq!(file("memory.max"), "33554432");
            assert_eq!(file("memory.low"), "16777216");
            assert_eq!(file("cpu.max"), "50000 100000");
        }
    }
}

#[test]
fn every_process_is_in_every_hierarchy() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let mut command = sandbox.command(&["exec", "--detach", &sandbox.id, "sleep", "1000"]);
    // Not a pipe: the program keeps it open when `exec` has ended.
    let status = command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status();
    assert!(status.expect("executed").success());
    let groups = sandbox.cgroups();
    assert!(!groups.is_empty());
    for group in groups {
        let procs = std::fs::read_to_string(group.join("cgroup.procs")).expect("procs");
        assert_eq!(procs.lines().count(), 2, "{}", group.display());
    }
}

#[test]
fn the_number_of_processes_is_limited() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(
            runtime,
            "for i in 1 2 3 4 5 6 7 8; do sleep 5 & done; echo survived",
        );
        sandbox.config["linux"]["resources"] = json!({"pids": {"limit": 4}});
        let answer = sandbox.run();
        assert!(answer.stderr.contains("can't fork"), "{}", answer.stderr);
    }
}

#[test]
fn too_much_memory_ends_the_program() {
    for runtime in runtimes() {
        let mut sandbox =
            Sandbox::with(runtime, "exec dd if=/dev/zero of=/dev/null bs=100M count=1");
        sandbox.config["linux"]["resources"] = json!({"memory": {"limit": 16_777_216}});
        assert_eq!(sandbox.run().code, Some(137));
    }
}

#[test]
fn starts_with_half_a_megabyte() {
    let mut sandbox = Sandbox::new("echo small");
    sandbox.config["linux"]["resources"] = json!({"memory": {"limit": 524_288}});
    assert_eq!(sandbox.run().stdout, "small\n");
}

#[test]
fn update_changes_limits_or_none() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["resources"] =
        json!({"memory": {"limit": 33_554_432}, "pids": {"limit": 17}});
    sandbox.start();
    assert_eq!(
        sandbox
            .call(&[
                "update",
                "--pids-limit",
                "23",
                "--memory",
                "64m",
                &sandbox.id
            ])
            .code,
        Some(0)
    );
    assert_eq!(sandbox.cgroup_file("pids.max").as_deref(), Some("23"));
    let bad = sandbox.dir.join("bad.json");
    std::fs::write(
        &bad,
        r#"{"memory": {"limit": 50331648}, "cpu": {"cpus": "999"}}"#,
    )
    .expect("written");
    let answer = sandbox.call(&[
        "update",
        "--resources",
        bad.to_str().expect("UTF-8"),
        &sandbox.id,
    ]);
    assert_eq!(answer.code, Some(1), "{}", answer.stderr);
    let memory = sandbox
        .cgroup_file("memory.limit_in_bytes")
        .or_else(|| sandbox.cgroup_file("memory.max"));
    assert_eq!(memory.as_deref(), Some("67108864"));
}

#[test]
fn update_takes_every_order_that_the_kernel_demands() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["resources"] = json!({
        "memory": {"limit": 33_554_432, "swap": 33_554_432},
        "cpu": {"quota": 50_000, "period": 100_000, "burst": 40_000}
    });
    if sandbox.create().code != Some(0) {
        // Swap is not accounted for here.
        sandbox.config["linux"]["resources"]["memory"] = json!({"limit": 33_554_432});
        assert_eq!(sandbox.create().code, Some(0));
    }
    let update = |arguments: &[&str]| {
        let call = [&["update"], arguments, &[sandbox.id.as_str()]].concat();
        let answer = sandbox.call(&call);
        assert_eq!(answer.code, Some(0), "{arguments:?}: {}", answer.stderr);
    };
    update(&["--memory", "64m"]);
    update(&["--memory", "16m", "--memory-swap", "32m"]);
    update(&["--cpu-quota", "20000", "--cpu-burst", "10000"]);
    update(&[
        "--cpu-quota",
        "70000",
        "--cpu-burst",
        "60000",
        "--cpu-share",
        "200",
    ]);
    update(&["--cpu-period", "200000"]);
    let memory = sandbox
        .cgroup_file("memory.limit_in_bytes")
        .or_else(|| sandbox.cgroup_file("memory.max"));
    assert_eq!(memory.as_deref(), Some("16777216"));
    let quota = sandbox.cgroup_file("cpu.cfs_quota_us").or_else(|| {
        Some(
            sandbox
                .cgroup_file("cpu.max")?
                .split(' ')
                .next()?
                .to_owned(),
        )
    });
    assert_eq!(quota.as_deref(), Some("70000"));
}

#[test]
fn update_refuses_less_memory_than_is_used_when_told_to_look() {
    let mut sandbox = Sandbox::new("dd if=/dev/zero of=/tmp/x bs=1M count=8 && sleep 1000");
    sandbox.config["mounts"]
        .as_array_mut()
        .expect("mounts")
        .push(json!({"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"}));
    sandbox.start();
    sandbox.wait_until("the memory is used", || {
        let file = "memory.usage_in_bytes";
        let used = sandbox
            .cgroup_file(file)
            .or_else(|| sandbox.cgroup_file("memory.current"));
        used.and_then(|used| used.parse::<u64>().ok()) > Some(8 << 20)
    });
    let file = sandbox.dir.join("resources.json");
    let resources =
        json!({"memory": {"limit": 1 << 20, "checkBeforeUpdate": true}, "pids": {"limit": 9}});
    std::fs::write(&file, resources.to_string()).expect("written");
    let file = file.to_str().expect("UTF-8");
    let answer = sandbox.call(&["update", "-r", file, &sandbox.id]);
    assert_eq!(answer.code, Some(1));
    assert!(
        answer.stderr.contains("bytes are in use"),
        "{}",
        answer.stderr
    );
    assert_eq!(sandbox.cgroup_file("pids.max").as_deref(), Some("max"));
    assert_eq!(sandbox.status(), "running");
}

#[test]
fn no_tasks_at_all_is_a_limit_since_version_1_3_and_was_none_before() {
    for (version, expected) in [("1.0.2", "max"), ("1.2.1", "max"), ("1.3.0", "1")] {
        let mut sandbox = Sandbox::new("sleep 1000");
        sandbox.config["ociVersion"] = json!(version);
        sandbox.config["process"]["args"] = json!(["/bin/sleep", "1000"]);
        sandbox.config["linux"]["resources"] = json!({"pids": {"limit": 0}});
        sandbox.start();
        let limit = sandbox.cgroup_file("pids.max");
        assert_eq!(limit.as_deref(), Some(expected), "{version}");
        let answer = sandbox.call(&["update", "--pids-limit", "-1", &sandbox.id]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
        assert_eq!(sandbox.cgroup_file("pids.max").as_deref(), Some("max"));
    }
}

#[test]
fn a_failed_update_restores_tables_and_defaults() {
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["resources"] = json!({"cpu": {"shares": 512}, "pids": {"limit": 17}});
    sandbox.start();
    let shares = || {
        sandbox
            .cgroup_file("cpu.shares")
            .or_else(|| sandbox.cgroup_file("cpu.weight"))
    };
    let before = shares();
    let call = [
        "update",
        "--cpu-share",
        "300",
        "--pids-limit",
        "18",
        "--cpuset-mems",
        "77",
    ];
    let answer = sandbox.call(&[&call[..], &[sandbox.id.as_str()]].concat());
    assert_eq!(answer.code, Some(1), "{}", answer.stderr);
    assert_eq!(shares(), before);
    assert_eq!(sandbox.cgroup_file("pids.max").as_deref(), Some("17"));
}

#[test]
fn realtime_of_a_group_can_be_changed() {
    if !std::path::Path::new("/sys/fs/cgroup/cpu/cpu.rt_runtime_us").exists() {
        eprintln!("skipped: this kernel has no realtime groups");
        return;
    }
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let call = [
        "update",
        "--cpu-rt-period",
        "500000",
        "--cpu-rt-runtime",
        "20000",
        &sandbox.id,
    ];
    let answer = sandbox.call(&call);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    assert_eq!(
        sandbox.cgroup_file("cpu.rt_runtime_us").as_deref(),
        Some("20000")
    );
}

#[test]
fn network_classes_and_rdma_are_set_or_missed_by_name() {
    let limits = [
        (json!({"network": {"classID": 1_048_577}}), "net_cls"),
        (
            json!({"network": {"priorities": [{"name": "lo", "priority": 3}]}}),
            "net_prio",
        ),
        (
            json!({"rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10}}}),
            "rdma",
        ),
    ];
    for (resources, controller) in limits {
        let mut sandbox = Sandbox::new("echo ran");
        sandbox.config["linux"]["resources"] = resources;
        let answer = sandbox.run();
        let needed = format!("the {controller} controller");
        let missing = answer.code == Some(1) && answer.stderr.contains(&needed);
        let no_such_device = answer.stderr.contains("mlx5_1");
        assert!(
            answer.stdout == "ran\n" || missing || no_such_device,
            "{controller}: {answer:?}"
        );
    }
}

#[test]
fn resource_limits_are_set_and_unknown_ones_refused() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "ulimit -n; ulimit -Hn; ulimit -c");
        sandbox.config["process"]["rlimits"] = json!([
            {"type": "RLIMIT_NOFILE", "soft": 100, "hard": 200}, {"type": "RLIMIT_CORE", "soft": 0, "hard": 0}
        ]);
        assert_eq!(sandbox.run().stdout, "100\n200\n0\n");
        sandbox.config["process"]["rlimits"] =
            json!([{"type": "RLIMIT_NOTHING", "soft": 1, "hard": 1}]);
        assert_eq!(sandbox.run().code, Some(1));
    }
}

#[test]
fn what_the_host_cannot_give_is_an_error_or_a_warning() {
    let status = std::fs::read_to_string("/proc/self/status").expect("status");
    let effective = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:\t"))
        .expect("a mask");
    let has_sys_resource = u64::from_str_radix(effective, 16).expect("hexadecimal") >> 24 & 1 == 1;
    let mut sandbox = Sandbox::new("cat /proc/self/oom_score_adj; ulimit -Hl");
    sandbox.config["process"]["oomScoreAdj"] = json!(-999);
    sandbox.config["process"]["rlimits"] = json!([{"type": "RLIMIT_NICE", "soft": 40, "hard": 40}]);
    let strict = sandbox.run();
    assert_eq!(
        strict.code == Some(0),
        has_sys_resource,
        "{}",
        strict.stderr
    );
    sandbox.write_config();
    let lenient = sandbox.call(&[
        "--lenient-limits",
        "run",
        "--bundle",
        sandbox.bundle(),
        &sandbox.id,
    ]);
    assert_eq!(lenient.code, Some(0), "{}", lenient.stderr);
}

#[test]
fn a_limit_without_its_controller_or_its_device_is_an_error_or_left_out() {
    let mut sandbox = Sandbox::new("echo ran");
    sandbox.config["linux"]["resources"] = json!({"unified": {"rdma.max": "mlx4_0 hca_handle=2"}});
    assert_eq!(sandbox.run().code, Some(1));
    let lenient = sandbox.call(&[
        "--lenient-limits",
        "run",
        "--bundle",
        sandbox.bundle(),
        &sandbox.id,
    ]);
    assert_eq!(lenient.stdout, "ran\n", "{}", lenient.stderr);
}

#[test]
fn each_limit_goes_to_the_hierarchy_that_has_its_controller() {
    let unified = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"];
    let controllers = unified
        .iter()
        .find_map(|root| std::fs::read_to_string(format!("{root}/cgroup.controllers")).ok());
    if !controllers.unwrap_or_default().contains("hugetlb") {
        // Nothing to see: the controller is not in v2 here.
        return;
    }
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["resources"] = json!({
        "hugepageLimits": [{"pageSize": "2MB", "limit": 4_194_304}],
        "pids": {"limit": 17}
    });
    sandbox.start();
    assert_eq!(
        sandbox.cgroup_file("hugetlb.2MB.max").as_deref(),
        Some("4194304")
    );
    assert_eq!(sandbox.cgroup_file("pids.max").as_deref(), Some("17"));
}

#[test]
fn the_sum_of_memory_and_swap_can_be_changed_alone() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.config["linux"]["resources"] =
            json!({"memory": {"limit": 33_554_432, "swap": 67_108_864}});
        sandbox.start();
        if runtime == Runtime::Runc && sandbox.cgroup_file("memory.memsw.limit_in_bytes").is_none()
        {
            eprintln!("skipped for runc: on v2 it wants both");
            continue;
        }
        let answer = sandbox.call(&["update", "--memory-swap", "100663296", &sandbox.id]);
        assert_eq!(answer.code, Some(0), "{runtime:?} {answer:?}");
        let sum = sandbox.cgroup_file("memory.memsw.limit_in_bytes");
        let swap = sandbox.cgroup_file("memory.swap.max");
        let told = sum.as_deref() == Some("100663296") || swap.as_deref() == Some("67108864");
        assert!(told, "{runtime:?} {sum:?} {swap:?}");
    }
}

//! What a container sees and may do.

use serde_json::json;

use crate::sandbox::{Sandbox, finish, runtimes};

#[test]
fn sees_its_own_processes_only() {
    for runtime in runtimes() {
        let answer = Sandbox::with(runtime, "echo /proc/[0-9]*; echo $$").run();
        assert_eq!(answer.stdout, "/proc/1\n1\n", "{}", answer.stderr);
    }
}

#[test]
fn has_its_own_host_name() {
    for runtime in runtimes() {
        assert_eq!(Sandbox::with(runtime, "hostname").run().stdout, "inside\n");
    }
}

#[test]
fn sees_no_mount_of_the_host() {
    for runtime in runtimes() {
        let answer = Sandbox::with(
            runtime,
            "cat /proc/self/mounts | grep -c -E 'tsorch|overlay|/tmp'; ls /",
        )
        .run();
        assert!(answer.stdout.starts_with("0\n"), "{}", answer.stdout);
        assert_eq!(
            answer.stdout.lines().skip(1).collect::<Vec<_>>(),
            ["bin", "dev", "etc", "proc", "sys", "tmp"]
        );
    }
}

#[test]
fn is_at_the_root_of_its_control_groups() {
    for runtime in runtimes() {
        let answer = Sandbox::with(runtime, "cat /proc/self/cgroup").run();
        assert!(
            answer.stdout.lines().all(|line| line.ends_with(":/")),
            "{}",
            answer.stdout
        );
    }
}

#[test]
fn cannot_read_masked_paths() {
    for runtime in runtimes() {
        let script = "wc -c < /proc/timer_list; cat /proc/keys | wc -c; ls /sys/firmware | wc -l; touch /sys/firmware/x";
        let answer = Sandbox::with(runtime, script).run();
        assert_eq!(answer.stdout, "0\n0\n0\n");
        assert!(
            answer.stderr.contains("Read-only file system"),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn cannot_write_read_only_paths() {
    for runtime in runtimes() {
        let answer = Sandbox::with(
            runtime,
            "echo 1 > /proc/sys/kernel/panic; echo 1 > /proc/sys/vm/swappiness",
        )
        .run();
        assert_eq!(
            answer.stderr.matches("Read-only file system").count(),
            2,
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn cannot_change_its_control_groups() {
    for runtime in runtimes() {
        let script = "for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir $d/x 2>/dev/null && echo made $d; done; echo end";
        assert_eq!(Sandbox::with(runtime, script).run().stdout, "end\n");
    }
}

#[test]
fn a_read_only_root_refuses_writes_but_its_tmpfs_do_not() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(
            runtime,
            "touch /x; touch /dev/shm/x && echo shm; stat -c %a /dev/shm",
        );
        sandbox.config["root"]["readonly"] = json!(true);
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "shm\n1777\n");
        assert!(
            answer.stderr.contains("Read-only file system"),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn has_the_default_devices_and_links() {
    for runtime in runtimes() {
        let script = "for d in null zero full random urandom tty; do stat -c '%n %t:%T %a' /dev/$d; done; \
                      readlink /dev/fd; readlink /dev/stdin; readlink /dev/ptmx; echo x > /dev/null; head -c 2 /dev/zero | wc -c";
        let answer = Sandbox::with(runtime, script).run();
        let devices = "/dev/null 1:3 666\n/dev/zero 1:5 666\n/dev/full 1:7 666\n/dev/random 1:8 666\n\
                       /dev/urandom 1:9 666\n/dev/tty 5:0 666\n";
        assert_eq!(
            answer.stdout,
            format!("{devices}/proc/self/fd\n/proc/self/fd/0\npts/ptmx\n2\n")
        );
    }
}

#[test]
fn cannot_open_devices_that_were_not_allowed() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "mknod /dev/mem2 c 1 1 && head -c 1 /dev/mem2");
        for set in ["bounding", "effective", "permitted"] {
            sandbox.config["process"]["capabilities"][set] = json!(["CAP_MKNOD", "CAP_SYS_RAWIO"]);
        }
        sandbox.config["linux"]["resources"] =
            json!({"devices": [{"allow": false, "access": "rwm"}]});
        let answer = sandbox.run();
        assert!(
            answer.stderr.contains("Operation not permitted"),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn has_the_capabilities_it_was_given_and_no_others() {
    for runtime in runtimes() {
        let answer = Sandbox::with(
            runtime,
            "grep -E '^(Cap|NoNewPrivs)' /proc/self/status | tr -d '\\t'",
        )
        .run();
        let mask = "0000000000000421";
        let expected = format!(
            "CapInh:0000000000000000\nCapPrm:{mask}\nCapEff:{mask}\nCapBnd:{mask}\nCapAmb:0000000000000000\nNoNewPrivs:1\n"
        );
        assert_eq!(answer.stdout, expected);
    }
}

#[test]
fn a_user_keeps_only_ambient_capabilities_over_execve() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(
            runtime,
            "id -u; id -g; id -G; grep CapEff /proc/self/status | tr -d '\\t'",
        );
        sandbox.config["process"]["user"] =
            json!({"uid": 33, "gid": 34, "additionalGids": [4, 7], "umask": 7});
        sandbox.config["process"]["capabilities"]["inheritable"] = json!(["CAP_KILL"]);
        sandbox.config["process"]["capabilities"]["ambient"] = json!(["CAP_KILL"]);
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "33\n34\n34 4 7\nCapEff:0000000000000020\n");
    }
}

#[test]
fn finds_its_home_in_its_own_passwd() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "echo $HOME");
        sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 33});
        assert_eq!(sandbox.run().stdout, "/var/www\n");
    }
}

#[test]
fn inherits_no_descriptor_and_no_ignored_signal() {
    let script =
        "ls /proc/self/fd | tr '\\n' ' '; grep -E 'Sig(Ign|Blk)' /proc/self/status | tr -d '\\t'";
    let answer = Sandbox::new(script).run();
    // 3 is the directory that ls itself reads.
    assert_eq!(
        answer.stdout,
        "0 1 2 3 SigBlk:0000000000000000\nSigIgn:0000000000000000\n"
    );
}

#[test]
fn a_working_directory_that_is_missing_is_made() {
    for runtime in runtimes() {
        let mut sandbox = Sandbox::with(runtime, "pwd");
        sandbox.config["process"]["cwd"] = json!("/srv/a/b");
        assert_eq!(sandbox.run().stdout, "/srv/a/b\n");
    }
}

#[test]
fn binds_files_and_directories_read_only_or_not() {
    for runtime in runtimes() {
        let script =
            "cat /a/b/file /data/inner; echo x > /a/b/file; echo y > /data/new && cat /data/new";
        let mut sandbox = Sandbox::with(runtime, script);
        std::fs::create_dir(sandbox.dir.join("data")).expect("made");
        std::fs::write(sandbox.dir.join("data/inner"), "inner\n").expect("written");
        std::fs::write(sandbox.dir.join("file"), "file\n").expect("written");
        let (file, data) = (sandbox.dir.join("file"), sandbox.dir.join("data"));
        let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
        mounts.push(json!({"destination": "/a/b/file", "type": "bind", "source": file, "options": ["bind", "ro"]}));
        mounts.push(json!({"destination": "/data", "type": "bind", "source": data, "options": ["rbind", "rw"]}));
        let answer = sandbox.run();
        assert_eq!(answer.stdout, "file\ninner\ny\n");
        assert!(
            answer.stderr.contains("Read-only file system"),
            "{}",
            answer.stderr
        );
    }
}

#[test]
fn gets_the_descriptors_that_are_to_be_kept_and_no_more() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "cat <&3; cat <&4 2>/dev/null || echo no 4");
        sandbox.write_config();
        std::fs::write(sandbox.dir.join("three"), "three\n").expect("written");
        let mut command = std::process::Command::new("/bin/sh");
        let inner = sandbox.command(&[
            "run",
            "--preserve-fds",
            "1",
            "--bundle",
            sandbox.bundle(),
            &sandbox.id,
        ]);
        let words: Vec<_> = inner
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let file = sandbox.dir.join("three");
        command
            .arg("-c")
            .arg(format!("exec 3<{0} 4<{0}; exec \"$@\"", file.display()))
            .arg("sh");
        let answer = finish(command.arg(inner.get_program()).args(words));
        assert_eq!(answer.stdout, "three\nno 4\n", "{runtime:?} {answer:?}");
    }
}

#[test]
fn sees_its_own_control_groups_only_without_a_namespace_for_them() {
    let mut sandbox = Sandbox::new("cat /sys/fs/cgroup/pids.max /sys/fs/cgroup/*/pids.max");
    sandbox.config["linux"]["resources"] = json!({"pids": {"limit": 77}});
    sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list")
        .retain(|namespace| namespace["type"] != "cgroup");
    assert_eq!(sandbox.run().stdout, "77\n");
}

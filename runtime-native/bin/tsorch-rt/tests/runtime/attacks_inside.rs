//! What a program inside a running container may try. Named after what the attacker does; the CVE shows who was hit by it.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::sandbox::{Sandbox, place_program};

/// Leaves `/dev` to the image: no mount covers it.
fn bare_dev(sandbox: &mut Sandbox) {
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.retain(|mount| {
        !mount["destination"]
            .as_str()
            .unwrap_or_default()
            .starts_with("/dev")
    });
}

/// CVE-2016-9962, CVE-2024-21626: whoever enters brings descriptors of the host along.
#[test]
fn looks_through_the_descriptors_of_processes_that_enter() {
    let spy = "touch /ready; while [ ! -e /stop ]; do ls -l /proc/[0-9]*/fd /proc/[0-9]*/cwd 2>/dev/null; done >> /seen; echo end";
    let sandbox = Sandbox::new(spy);
    sandbox.start();
    let ready = sandbox.rootfs().join("ready");
    sandbox.wait_until("the spy looks", || ready.exists());
    for _ in 0..25 {
        let answer = sandbox.call(&["exec", &sandbox.id, "true"]);
        assert_eq!(answer.code, Some(0), "{answer:?}");
    }
    fs::write(sandbox.rootfs().join("stop"), "").expect("written");
    sandbox.wait_until("the spy ends", || sandbox.output().contains("end"));
    let seen = fs::read_to_string(sandbox.rootfs().join("seen")).expect("text");
    assert!(seen.contains("/proc/1/fd"), "the spy saw nothing: {seen:?}");
    for word in ["cgroup", "config.json", "state", "tsorch-rt", "memfd"] {
        assert!(!seen.contains(word), "saw {word}: {seen}");
    }
}

/// CVE-2019-5736 by way of exec: the entering process is opened for writing while it is still the runtime.
#[test]
fn opens_the_binary_of_processes_that_enter() {
    let spy = "touch /ready; while [ ! -e /stop ]; do for p in /proc/[0-9]*; do (echo x >> $p/exe) 2>/dev/null && echo wrote $p; done; done; echo end";
    let sandbox = Sandbox::new(spy);
    sandbox.start();
    let binary = env!("CARGO_BIN_EXE_tsorch-rt");
    let before = fs::metadata(binary).expect("there").mtime_nsec();
    let ready = sandbox.rootfs().join("ready");
    sandbox.wait_until("the spy looks", || ready.exists());
    for _ in 0..15 {
        sandbox.call(&["exec", &sandbox.id, "/proc/self/exe", "--version"]);
    }
    fs::write(sandbox.rootfs().join("stop"), "").expect("written");
    sandbox.wait_until("the spy ends", || sandbox.output().contains("end"));
    assert_eq!(sandbox.output().trim(), "end");
    assert_eq!(fs::metadata(binary).expect("there").mtime_nsec(), before);
}

/// CVE-2019-5736 to its end: the binary is executed inside, held open, and written when nobody executes it any more.
#[test]
fn holds_the_runtimes_binary_until_it_can_be_written() {
    let script = "while [ ! -e /go ]; do sleep 0.05; done; \
        for p in /proc/[0-9]*; do case $(readlink $p/exe) in *busybox|'') ;; *) exec 7<$p/exe; pid=${p#/proc/};; esac; done; \
        echo held $(head -c 4 <&7 | wc -c); kill -9 $pid; \
        while readlink /proc/$pid/exe > /dev/null; do sleep 0.05; done; echo x >> /proc/self/fd/7; echo wrote $?";
    let sandbox = Sandbox::new(script);
    sandbox.start();
    // One that no other test executes: a busy file could not be written anyway.
    let binary = sandbox.dir.join("tsorch-rt");
    place_program(env!("CARGO_BIN_EXE_tsorch-rt"), &binary);
    let before = fs::metadata(&binary).expect("there");
    // Executes itself as an interpreter would be; `tsorch-init` stays as long as its child.
    let words = [
        "/proc/self/exe",
        "tsorch-init",
        "/bin/sleep",
        "sleep",
        "1000",
    ];
    let evil = sandbox.dir.join("evil");
    fs::write(&evil, "#!/proc/self/exe\n").expect("written");
    place_program(&evil, &sandbox.rootfs().join("bin/evil"));
    let exec = |words: &[&str]| {
        let ours = sandbox.command(words);
        // It stays, so its output must be nobody's pipe.
        Command::new(&binary)
            .args(ours.get_args())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
    };
    let _ = exec(&["exec", &sandbox.id, "/bin/evil"]);
    let status = exec(&[&["exec", "--detach", &sandbox.id][..], &words].concat());
    assert!(status.expect("executed").success());
    fs::write(sandbox.rootfs().join("go"), "").expect("written");
    sandbox.wait_until("it has tried", || sandbox.output().contains("wrote"));
    assert_eq!(sandbox.output(), "held 4\nwrote 1\n");
    let after = fs::metadata(&binary).expect("there");
    assert_eq!(
        (before.len(), before.mtime_nsec()),
        (after.len(), after.mtime_nsec())
    );
    let errors = fs::read_to_string(sandbox.dir.join("errors")).expect("text");
    assert!(errors.contains("Read-only file system"), "{errors}");
}

/// CVE-2024-21626 by way of exec.
#[test]
fn asks_an_exec_for_a_descriptor_as_its_working_directory() {
    let sandbox = Sandbox::new("sleep 1000");
    symlink("/proc/self/fd/3", sandbox.rootfs().join("work")).expect("linked");
    sandbox.start();
    let numbers = (0..16).map(|number| format!("/proc/self/fd/{number}"));
    for cwd in numbers.chain(["/work".to_owned()]) {
        let words = [
            "exec",
            "--cwd",
            &cwd,
            &sandbox.id,
            "ls",
            "../../../../etc/hostname",
        ];
        let answer = sandbox.call(&words);
        assert_ne!(answer.code, Some(0), "{cwd}: {answer:?}");
    }
}

/// Who joins the terminal's session could type for its owner (TIOCSTI, CVE-2017-5226).
#[test]
fn types_into_the_terminal_of_its_caller() {
    let sandbox = Sandbox::new("sleep 1000");
    sandbox.start();
    let script = "cut -d' ' -f6,7 /proc/$$/stat; echo $$; (: < /dev/tty) 2>/dev/null && echo has a terminal; true";
    let answer = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", script]);
    let lines: Vec<&str> = answer.stdout.lines().collect();
    // A session of its own, led by itself, without a terminal.
    assert_eq!(
        lines,
        [format!("{} 0", lines[1]).as_str(), lines[1]],
        "{answer:?}"
    );
}

/// CVE-2022-0492: the host would execute a program of the container when a group empties.
#[test]
fn names_a_release_agent() {
    let script = "mount -t cgroup -o rdma x /tmp 2>/dev/null && echo mounted; \
        unshare -UrmC sh -c 'mount -t cgroup -o rdma x /tmp' 2>/dev/null && echo mounted in new users; \
        for f in /sys/fs/cgroup/*/release_agent /sys/fs/cgroup/*/notify_on_release; do \
        (echo /evil > $f) 2>/dev/null && echo wrote $f; done; echo end";
    let mut sandbox = Sandbox::new(script);
    // Writable for the program, as far as files may be.
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    let groups = mounts.iter_mut().find(|mount| mount["type"] == "cgroup");
    groups.expect("one")["options"] = json!(["nosuid", "noexec", "nodev", "ro"]);
    assert_eq!(sandbox.run().stdout, "end\n");
}

/// CVE-2023-25809 for the rest of sysfs.
#[test]
fn writes_to_sysfs() {
    let script = "for f in /sys/kernel/uevent_helper /sys/kernel/mm/ksm/run /sys/power/state /sys/module/*/parameters/*; do \
        (echo x > $f) 2>/dev/null && echo wrote $f; done; mkdir /sys/fs/cgroup/x 2>/dev/null && echo made; echo end";
    assert_eq!(Sandbox::new(script).run().stdout, "end\n");
}

/// CVE-2025-52565, CVE-2026-88264: the console would be bound on, or made as, a file of the attacker's choice.
#[test]
fn makes_its_console_a_link() {
    let mut sandbox = Sandbox::new("true");
    bare_dev(&mut sandbox);
    sandbox.config["process"]["terminal"] = json!(true);
    let outside = sandbox.dir.join("outside");
    symlink(&outside, sandbox.rootfs().join("dev/console")).expect("linked");
    let socket = sandbox.dir.join("console.sock");
    let _listener = UnixListener::bind(&socket).expect("bound");
    sandbox.write_config();
    let socket = socket.to_str().expect("UTF-8");
    let answer = sandbox.call(&[
        "create",
        "--bundle",
        sandbox.bundle(),
        "--console-socket",
        socket,
        &sandbox.id,
    ]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    assert!(!outside.exists());
    sandbox.assert_nothing_left();
}

/// CVE-2026-88265: a file that looks like the null device would be given to root, or used as it is.
#[test]
fn offers_a_file_as_its_null_device() {
    let mut sandbox = Sandbox::new("true");
    bare_dev(&mut sandbox);
    let fake = sandbox.rootfs().join("dev/null");
    fs::write(&fake, "mine").expect("written");
    std::os::unix::fs::chown(&fake, Some(1000), Some(1000)).expect("given");
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let found = fs::metadata(&fake).expect("there");
    assert_eq!((found.uid(), found.len()), (1000, 4));
}

/// CVE-2023-25809, CVE-2022-0492: without a control group namespace the host's groups are in sight.
#[test]
fn writes_to_control_groups_of_the_host() {
    let script = "for f in $(ls -d /sys/fs/cgroup/cgroup.procs /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/*/release_agent 2>/dev/null); do \
        echo seen; (echo 1 > $f) 2>/dev/null && echo wrote $f; done; true";
    for is_private in [true, false] {
        let mut sandbox = Sandbox::new(script);
        let namespaces = sandbox.config["linux"]["namespaces"]
            .as_array_mut()
            .expect("a list");
        namespaces.retain(|namespace| is_private || namespace["type"] != "cgroup");
        let answer = sandbox.run();
        assert!(answer.stdout.contains("seen"), "{answer:?}");
        assert!(!answer.stdout.contains("wrote"), "{answer:?}");
    }
}

/// Hooks run with the rights of the runtime, but not with its descriptors.
#[test]
fn reads_what_a_hook_inherits() {
    let mut sandbox = Sandbox::new("true");
    let list = sandbox.dir.join("descriptors");
    let script = format!("ls /proc/self/fd > {}", list.display());
    let hook =
        json!({"path": "/bin/sh", "args": ["sh", "-c", script], "env": ["PATH=/usr/bin:/bin"]});
    sandbox.config["hooks"] = json!({"createRuntime": [hook]});
    assert_eq!(sandbox.run().code, Some(0));
    // 3 is what ls reads the directory by.
    assert_eq!(fs::read_to_string(list).expect("text"), "0\n1\n2\n3\n");
}

/// CVE-2020-15257: a socket without a file can be reached from any container in the host's network.
#[test]
fn looks_for_abstract_sockets() {
    let mut sandbox = Sandbox::new("cat /proc/net/unix");
    let namespaces = sandbox.config["linux"]["namespaces"]
        .as_array_mut()
        .expect("a list");
    namespaces.retain(|namespace| namespace["type"] != "network");
    // A sysfs belongs to the network namespace of who mounts it: here it would be the host's.
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.retain(|mount| mount["destination"] != "/sys");
    let answer = sandbox.run();
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(
        !answer
            .stdout
            .lines()
            .any(|line| line.contains('@') && line.contains("tsorch")),
        "{}",
        answer.stdout
    );
}

/// The program of the hook is the image's, and so would be without a filter what it likes.
#[test]
fn uses_a_hook_to_get_around_the_filter() {
    for no_new_privileges in [true, false] {
        let mut sandbox = Sandbox::new("mkdir /tmp/program; ls /tmp");
        sandbox.config["process"]["noNewPrivileges"] = json!(no_new_privileges);
        sandbox.config["linux"]["seccomp"] = json!({
            "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
            "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]
        });
        let script = "mkdir /tmp/hook; echo tried > /tmp/tried";
        let hook = json!({"path": "/bin/sh", "args": ["sh", "-c", script], "env": ["PATH=/bin"]});
        sandbox.config["hooks"] = json!({"startContainer": [hook]});
        let answer = sandbox.run();
        assert_eq!(
            answer.stdout, "tried\n",
            "no new privileges: {no_new_privileges}: {answer:?}"
        );
    }
}

/// Keys of whoever runs the runtime are in the session keyring that every process of its inherits.
#[test]
#[expect(clippy::print_stdout, reason = "a test that is not run says why")]
fn looks_for_keys_of_the_host() {
    // This thread's alone, which ends with its test.
    if tsorch_sys::execute::new_session_keyring(c"tsorch-hosts").is_err() {
        println!("not tried: this kernel has no keyrings");
        return;
    }
    const LOOK: &str = "grep -c tsorch-hosts /proc/keys; grep -c _ses /proc/keys";
    let mut sandbox = Sandbox::new("sleep 1000");
    sandbox.config["linux"]["maskedPaths"] = json!([]);
    // Another user sees what its process possesses.
    sandbox.config["process"]["user"] = json!({"uid": 33, "gid": 33});
    let tmp = sandbox.rootfs().join("tmp");
    let anybody = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
    std::fs::set_permissions(tmp, anybody).expect("set");
    let script = format!("({LOOK}) > /tmp/keys");
    let hook = json!({"path": "/bin/sh", "args": ["sh", "-c", script], "env": ["PATH=/bin"]});
    sandbox.config["hooks"] = json!({"startContainer": [hook]});
    sandbox.start();
    let seen = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let in_exec = sandbox.call(&["exec", &sandbox.id, "/bin/sh", "-c", LOOK]);
    assert_eq!(seen(&in_exec.stdout)[0], "0", "an exec: {in_exec:?}");
    let in_hook = sandbox.call(&["exec", &sandbox.id, "cat", "/tmp/keys"]);
    assert_eq!(seen(&in_hook.stdout)[0], "0", "a hook: {in_hook:?}");
    // They have one, not none: a process without one would be given that of its user, whom the host has, too.
    assert_ne!(seen(&in_exec.stdout)[1], "0", "{in_exec:?}");
    assert_ne!(seen(&in_hook.stdout)[1], "0", "{in_hook:?}");
}

//! What somebody does outside or beside while a container is made: names are swapped again and again, for a bounded
//! number of rounds. A round may fail or not; it must not reach the host.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;
use tsorch_sys::fd_passing::receive_with_fds;

use crate::sandbox::Sandbox;

const ROUNDS: usize = 40;

/// Swaps two names as fast as it can while `work` is done.
fn while_swapping<T>(names: (&Path, &Path), work: impl FnOnce() -> T) -> T {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                let exchange = rustix::fs::RenameFlags::EXCHANGE;
                let (cwd, (one, other)) = (rustix::fs::CWD, names);
                let _ = rustix::fs::renameat_with(cwd, one, cwd, other, exchange);
            }
        });
        let done = work();
        stop.store(true, Ordering::Relaxed);
        done
    })
}

/// A directory of the host that nobody may change.
struct Outside(PathBuf);

impl Outside {
    fn new(sandbox: &Sandbox) -> Self {
        let path = sandbox.dir.join("outside");
        fs::create_dir(&path).expect("made");
        fs::write(path.join("file"), "untouched").expect("written");
        fs::set_permissions(path.join("file"), PermissionsExt::from_mode(0o640)).expect("set");
        Self(path)
    }
    fn assert_untouched(&self) {
        let names: Vec<_> = fs::read_dir(&self.0).expect("there").flatten().collect();
        assert_eq!(names.len(), 1, "{names:?}");
        let file = self.0.join("file");
        assert_eq!(fs::read_to_string(&file).expect("text"), "untouched");
        let mode = fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o7777, 0o640);
        let mounts = fs::read_to_string("/proc/self/mountinfo").expect("text");
        assert!(!mounts.contains(self.0.to_str().expect("UTF-8")));
    }
}

/// A volume on `place` of the container.
fn add_volume(sandbox: &mut Sandbox, place: &str) -> PathBuf {
    let volume = sandbox.dir.join("volume");
    fs::create_dir(&volume).expect("made");
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.push(
        json!({"destination": place, "type": "bind", "source": volume, "options": ["rbind"]}),
    );
    volume
}

fn add(sandbox: &mut Sandbox, mount: serde_json::Value) {
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.push(mount);
}

/// CVE-2019-19921, CVE-2025-52881: labels and kernel parameters would be written to files of the attacker's choice.
#[test]
fn swaps_the_place_of_a_procfs_while_parameters_are_written() {
    let mut sandbox = Sandbox::new("cat /proc/sys/kernel/shmmni");
    let outside = Outside::new(&sandbox);
    let volume = add_volume(&mut sandbox, "/v");
    fs::create_dir(volume.join("proc")).expect("made");
    symlink(&outside.0, volume.join("link")).expect("linked");
    // The parameter's file, as a path through the volume would find it.
    fs::create_dir_all(volume.join("proc/sys/kernel")).expect("made");
    symlink(
        outside.0.join("file"),
        volume.join("proc/sys/kernel/shmmni"),
    )
    .expect("linked");
    add(
        &mut sandbox,
        json!({"destination": "/v/proc", "type": "proc", "source": "proc"}),
    );
    sandbox.config["linux"]["sysctl"] = json!({"kernel.shmmni": "1234"});
    let (one, other) = (volume.join("proc"), volume.join("link"));
    while_swapping((&one, &other), || {
        for _ in 0..ROUNDS {
            let answer = sandbox.run();
            if answer.code == Some(0) {
                assert_eq!(answer.stdout, "1234\n", "{answer:?}");
            }
        }
    });
    outside.assert_untouched();
}

/// CVE-2025-52565: the terminal would be bound over, or made as, a file of the attacker's choice.
#[test]
fn swaps_the_console_while_the_terminal_is_shown_there() {
    let mut sandbox = Sandbox::new("true");
    let outside = Outside::new(&sandbox);
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.retain(|mount| {
        !mount["destination"]
            .as_str()
            .unwrap_or_default()
            .starts_with("/dev")
    });
    let volume = add_volume(&mut sandbox, "/dev");
    add(
        &mut sandbox,
        json!({"destination": "/dev/pts", "type": "devpts", "source": "devpts",
               "options": ["newinstance", "ptmxmode=0666", "mode=0620"]}),
    );
    fs::write(volume.join("console"), "").expect("written");
    symlink(outside.0.join("file"), volume.join("other")).expect("linked");
    sandbox.config["process"]["terminal"] = json!(true);
    sandbox.write_config();
    let socket = sandbox.dir.join("console.sock");
    let listener = UnixListener::bind(&socket).expect("bound");
    listener.set_nonblocking(true).expect("set");
    let words = [
        "run",
        "--detach",
        "--bundle",
        sandbox.bundle(),
        "--console-socket",
        socket.to_str().expect("UTF-8"),
        &sandbox.id,
    ];
    let (one, other) = (volume.join("console"), volume.join("other"));
    while_swapping((&one, &other), || {
        for _ in 0..ROUNDS {
            sandbox.call(&words);
            if let Ok((connection, _)) = listener.accept() {
                let _ = receive_with_fds(&connection, &mut [0; 64]);
            }
            sandbox.call(&["delete", "--force", &sandbox.id]);
        }
    });
    outside.assert_untouched();
}

/// CVE-2025-31133: what covers a masked path would be of the attacker's choice.
#[test]
fn swaps_its_null_device_while_paths_are_masked() {
    let mut sandbox = Sandbox::new("wc -c < /proc/timer_list; head -c 5 /proc/timer_list");
    let outside = Outside::new(&sandbox);
    let mounts = sandbox.config["mounts"].as_array_mut().expect("a list");
    mounts.retain(|mount| {
        !mount["destination"]
            .as_str()
            .unwrap_or_default()
            .starts_with("/dev")
    });
    let volume = add_volume(&mut sandbox, "/dev");
    let null = rustix::fs::makedev(1, 3);
    let (mode, kind) = (
        rustix::fs::Mode::from_raw_mode(0o666),
        rustix::fs::FileType::CharacterDevice,
    );
    rustix::fs::mknodat(rustix::fs::CWD, volume.join("null"), kind, mode, null).expect("made");
    symlink(outside.0.join("file"), volume.join("other")).expect("linked");
    let (one, other) = (volume.join("null"), volume.join("other"));
    while_swapping((&one, &other), || {
        for _ in 0..ROUNDS {
            let answer = sandbox.run();
            if answer.code == Some(0) {
                assert_eq!(answer.stdout, "0\n", "{answer:?}");
            }
        }
    });
    outside.assert_untouched();
}

/// CVE-2024-45310: directories and files of the host would be made.
#[test]
fn swaps_a_directory_while_places_of_mounts_are_made() {
    let mut sandbox = Sandbox::new("true");
    let outside = Outside::new(&sandbox);
    let volume = add_volume(&mut sandbox, "/v");
    fs::create_dir(volume.join("deep")).expect("made");
    symlink(&outside.0, volume.join("link")).expect("linked");
    let file = sandbox.dir.join("source");
    fs::write(&file, "").expect("written");
    let known = sandbox.config["mounts"].clone();
    let (one, other) = (volume.join("deep"), volume.join("link"));
    while_swapping((&one, &other), || {
        for round in 0..ROUNDS {
            sandbox.config["mounts"] = known.clone();
            sandbox.config["process"]["cwd"] = json!(format!("/v/deep/work-{round}/here"));
            for number in 0..8 {
                let dir = format!("/v/deep/made-{round}-{number}/below");
                add(
                    &mut sandbox,
                    json!({"destination": dir, "type": "tmpfs", "source": "tmpfs"}),
                );
                let place = format!("/v/deep/file-{round}-{number}");
                add(
                    &mut sandbox,
                    json!({"destination": place, "type": "bind", "source": file, "options": ["bind"]}),
                );
            }
            let _ = sandbox.run();
        }
    });
    outside.assert_untouched();
}

/// What fills a tmpfs would come from the host.
#[test]
fn swaps_a_directory_while_it_is_copied_up() {
    let mut sandbox = Sandbox::new("cat /v/data/file 2>/dev/null; true");
    let outside = Outside::new(&sandbox);
    let volume = add_volume(&mut sandbox, "/v");
    fs::create_dir(volume.join("data")).expect("made");
    fs::write(volume.join("data/inside"), "").expect("written");
    symlink(&outside.0, volume.join("link")).expect("linked");
    add(
        &mut sandbox,
        json!({"destination": "/v/data", "type": "tmpfs", "source": "tmpfs", "options": ["tmpcopyup"]}),
    );
    let (one, other) = (volume.join("data"), volume.join("link"));
    while_swapping((&one, &other), || {
        for _ in 0..ROUNDS {
            let answer = sandbox.run();
            assert!(!answer.stdout.contains("untouched"), "{answer:?}");
        }
    });
    outside.assert_untouched();
}

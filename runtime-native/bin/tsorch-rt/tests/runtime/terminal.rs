//! Terminals.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;

use serde_json::json;
use tsorch_sys::fd_passing::receive_with_fds;

use crate::sandbox::{Sandbox, runtimes};

/// Receives the master of a container's terminal.
fn receive(listener: &UnixListener) -> OwnedFd {
    let (connection, _) = listener.accept().expect("a connection");
    let mut text = [0; 64];
    let (_, mut fds) = receive_with_fds(&connection, &mut text).expect("a message");
    fds.pop().expect("a descriptor")
}

/// Reads until `end` was read or the terminal is closed.
fn read_until(master: &mut std::fs::File, end: &str) -> String {
    let mut text = String::new();
    let mut buffer = [0; 512];
    while !text.contains(end) {
        match master.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(count) => text.push_str(&String::from_utf8_lossy(&buffer[..count])),
        }
    }
    text
}

#[test]
fn a_program_gets_a_terminal_of_its_own_devpts() {
    for runtime in runtimes() {
        let script = "tty; stty size; ls /dev/pts | tr '\\n' ' '; stat -c %t:%T /dev/console; read line; echo got $line";
        let mut sandbox = Sandbox::with(runtime, script);
        sandbox.config["process"]["terminal"] = json!(true);
        sandbox.config["process"]["consoleSize"] = json!({"height": 30, "width": 90});
        sandbox.write_config();
        let path = sandbox.dir.join("console");
        let listener = UnixListener::bind(&path).expect("a socket");
        let mut command = sandbox.command(&[
            "run",
            "--detach",
            "--bundle",
            sandbox.bundle(),
            "--console-socket",
        ]);
        let status = command
            .arg(&path)
            .arg(&sandbox.id)
            .status()
            .expect("executed");
        assert!(status.success());
        let mut master = std::fs::File::from(receive(&listener));
        let text = read_until(&mut master, "88:0");
        assert!(
            text.starts_with("/dev/pts/0\r\n30 90\r\n0 ptmx 88:0"),
            "{text:?}"
        );
        master.write_all(b"hello\n").expect("written");
        let text = read_until(&mut master, "got hello");
        assert!(text.contains("got hello"), "{text:?}");
    }
}

#[test]
fn an_exec_gets_one_as_well_and_controls_it() {
    for runtime in runtimes() {
        let sandbox = Sandbox::with(runtime, "sleep 1000");
        sandbox.start();
        let path = sandbox.dir.join("console");
        let listener = UnixListener::bind(&path).expect("a socket");
        let mut command = sandbox.command(&["exec", "--detach", "--tty", "--console-socket"]);
        command.arg(&path).args([
            &sandbox.id,
            "/bin/sh",
            "-c",
            "trap 'echo interrupted; exit' INT; tty; while :; do sleep 0.05; done",
        ]);
        assert!(command.status().expect("executed").success());
        let mut master = std::fs::File::from(receive(&listener));
        let text = read_until(&mut master, "/dev/pts/0");
        assert!(text.contains("/dev/pts/0"), "{text:?}");
        // Control-C reaches the foreground process group: the terminal is the session's own.
        master.write_all(&[3]).expect("written");
        let text = read_until(&mut master, "interrupted");
        assert!(text.contains("interrupted"), "{text:?}");
    }
}

#[test]
fn a_read_only_root_with_a_terminal_works() {
    let mut sandbox = Sandbox::new("tty");
    sandbox.config["process"]["terminal"] = json!(true);
    sandbox.config["root"]["readonly"] = json!(true);
    sandbox.write_config();
    let path = sandbox.dir.join("console");
    let listener = UnixListener::bind(&path).expect("a socket");
    let mut command = sandbox.command(&[
        "run",
        "--detach",
        "--bundle",
        sandbox.bundle(),
        "--console-socket",
    ]);
    assert!(
        command
            .arg(&path)
            .arg(&sandbox.id)
            .status()
            .expect("executed")
            .success()
    );
    let mut master = std::fs::File::from(receive(&listener));
    assert!(read_until(&mut master, "/dev/pts/0").contains("/dev/pts/0"));
}

#[test]
fn a_foreground_program_with_a_terminal_relays_and_ends() {
    let mut sandbox = Sandbox::new("tty; exit 5");
    sandbox.config["process"]["terminal"] = json!(true);
    let answer = sandbox.run();
    assert_eq!(
        (answer.code, answer.stdout.as_str()),
        (Some(5), "/dev/pts/0\n"),
        "{}",
        answer.stderr
    );
}

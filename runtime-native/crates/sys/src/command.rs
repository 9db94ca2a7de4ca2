//! Programs executed by a process that blocks signals.
#![expect(unsafe_code, reason = "pre_exec runs in the forked child")]

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::signal::{reset_dispositions, unblock_all};

/// Has `command` begin with no signal blocked or ignored. The standard library hands the caller's mask on, and a
/// supervisor's is full: the program could not be stopped.
pub fn with_fresh_signals(command: &mut Command) -> &mut Command {
    let refresh = || {
        reset_dispositions();
        unblock_all().map_err(std::io::Error::from)
    };
    // SAFETY: both functions make system calls only, which is allowed between fork and exec.
    unsafe { command.pre_exec(refresh) }
}

#[cfg(test)]
mod tests {
    use super::with_fresh_signals;
    use crate::signal::block_all;
    use std::process::{Command, Stdio};

    #[test]
    fn a_program_begins_with_no_signal_blocked() {
        block_all().unwrap();
        let mut command = Command::new("/bin/cat");
        command.arg("/proc/self/status").stdout(Stdio::piped());
        let child = with_fresh_signals(&mut command).spawn().unwrap();
        let status = child.wait_with_output().unwrap();
        let text = String::from_utf8(status.stdout).unwrap();
        let blocked = text
            .lines()
            .find(|line| line.starts_with("SigBlk"))
            .unwrap();
        assert!(blocked.ends_with("\t0000000000000000"), "{blocked}");
        // The C library keeps 32 and 33 for itself, so they stay as they were.
        let ignored = text
            .lines()
            .find(|line| line.starts_with("SigIgn"))
            .unwrap();
        assert!(
            ignored.ends_with("00000000") || ignored.ends_with("80000000"),
            "{ignored}"
        );
    }
}

//! Programs executed by a process that blocks signals.
#![expect(unsafe_code, reason = "pre_exec runs in the forked child")]

use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::io::Errno;
use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

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

/// Has `command` be killed when this process ends, which has one thread: what it was to do is for nobody then. PR_SET_PDEATHSIG(2const)
pub fn that_ends_with_us(command: &mut Command) -> &mut Command {
    let parent = getpid();
    let bind = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // We may have ended before that.
        match getppid() {
            Some(found) if found == parent => Ok(()),
            _ => Err(std::io::Error::from(Errno::SRCH)),
        }
    };
    // SAFETY: the function makes system calls only, which is allowed between fork and exec.
    unsafe { command.pre_exec(bind) }
}

#[cfg(test)]
mod tests {
    use super::{that_ends_with_us, with_fresh_signals};
    use crate::signal::block_all;
    use std::process::{Command, Stdio};

    #[test]
    fn a_program_knows_that_it_ends_with_its_parent() {
        // Its parent is the thread of the test, which ends with the test at the latest.
        let mut command = Command::new("/bin/sleep");
        let mut child = that_ends_with_us(command.arg("0.05")).spawn().unwrap();
        assert!(child.wait().unwrap().success());
        let thread = std::thread::scope(|scope| {
            let began = scope.spawn(|| {
                let mut command = Command::new("/bin/sleep");
                that_ends_with_us(command.arg("1000")).spawn().unwrap()
            });
            began.join().unwrap()
        });
        let mut orphan = thread;
        assert_eq!(orphan.wait().unwrap().code(), None, "a signal ends it");
    }

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

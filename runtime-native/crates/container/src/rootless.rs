//! Mappings of ids that somebody without rights of root may write: the own id, or what newuidmap(1) and newgidmap(1) find
//! in /etc/subuid and /etc/subgid.

use std::process::{Command, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, getegid, geteuid};
use tsorch_oci::IdMapping;

use crate::error::Failure;
use crate::mappings;
use crate::step::Step;

/// Gives the user namespace of a child its mappings.
pub(crate) fn write_mappings(
    pid: Pid,
    uids: &[IdMapping],
    gids: &[IdMapping],
) -> Result<(), Failure> {
    if is_only(gids, getegid().as_raw()) {
        // Else the kernel refuses: who leaves a group could get past a file that is closed to its members.
        deny_groups(pid)?;
        mappings::write_one(pid, "gid_map", gids)?;
    } else {
        call("newgidmap", pid, gids)?;
    }
    match is_only(uids, geteuid().as_raw()) {
        true => mappings::write_one(pid, "uid_map", uids),
        false => call("newuidmap", pid, uids),
    }
}

fn is_only(mappings: &[IdMapping], own: u32) -> bool {
    matches!(mappings, [only] if (only.host_id, only.size) == (own, 1))
}

fn deny_groups(pid: Pid) -> Result<(), Failure> {
    let path = format!("/proc/{}/setgroups", pid.as_raw_nonzero());
    rustix::fs::open(path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())
        .and_then(|file| rustix::io::write(&file, b"deny"))
        .step(|| "deny changes of groups")
        .map(drop)
}

fn call(helper: &str, pid: Pid, mappings: &[IdMapping]) -> Result<(), Failure> {
    let arguments = words(mappings);
    let status = Command::new(helper)
        .arg(pid.as_raw_nonzero().to_string())
        .args(&arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(Failure::plain(format!(
            "map the ids {}: {helper} refuses (it asks /etc/subuid and /etc/subgid)",
            arguments.join(" ")
        ))),
        Err(error) => {
            let errno = Errno::from_io_error(&error).unwrap_or(Errno::IO);
            let step = format!("execute {helper}, which more ids than the own one need");
            Err(Failure::new(step, errno))
        }
    }
}

/// Three numbers for each range.
fn words(mappings: &[IdMapping]) -> Vec<String> {
    let one = |mapping: &IdMapping| [mapping.container_id, mapping.host_id, mapping.size];
    let numbers = mappings.iter().flat_map(one);
    numbers.map(|number| number.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn mapping(container_id: u32, host_id: u32, size: u32) -> IdMapping {
        IdMapping {
            container_id,
            host_id,
            size,
        }
    }

    #[test]
    fn only_the_own_id_needs_no_helper() {
        assert!(is_only(&[mapping(0, 1000, 1)], 1000));
        assert!(!is_only(&[mapping(0, 1000, 2)], 1000));
        assert!(!is_only(&[mapping(0, 1001, 1)], 1000));
        assert!(!is_only(
            &[mapping(0, 1000, 1), mapping(1, 100_000, 9)],
            1000
        ));
    }

    #[test]
    fn helpers_get_three_numbers_for_each_range() {
        let ranges = [mapping(0, 1000, 1), mapping(1, 100_000, 9)];
        assert_eq!(words(&ranges), ["0", "1000", "1", "1", "100000", "9"]);
    }
}

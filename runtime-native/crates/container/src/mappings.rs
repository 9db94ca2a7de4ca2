//! Mappings of user and group ids between a user namespace and its parent. user_namespaces(7)

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::process::Pid;
use tsorch_oci::IdMapping;
use tsorch_sys::clone::{Namespaces, clone_into};
use tsorch_sys::fork::{Forked, close_all_but, exit_now};

use crate::error::Failure;
use crate::first_process::end_child;
use crate::step::Step;

/// Gives the user namespace of a child its mappings, once for ever.
pub(crate) fn write(pid: Pid, uids: &[IdMapping], gids: &[IdMapping]) -> Result<(), Failure> {
    write_one(pid, "gid_map", gids)?;
    write_one(pid, "uid_map", uids)
}

/// The kernel takes a mapping with one write.
pub(crate) fn write_one(pid: Pid, file: &str, mappings: &[IdMapping]) -> Result<(), Failure> {
    let line = |mapping: &IdMapping| {
        format!(
            "{} {} {}\n",
            mapping.container_id, mapping.host_id, mapping.size
        )
    };
    let text: String = mappings.iter().map(line).collect();
    let path = format!("/proc/{}/{file}", pid.as_raw_nonzero());
    rustix::fs::open(&path, OFlags::WRONLY | OFlags::CLOEXEC, Mode::empty())
        .and_then(|opened| rustix::io::write(&opened, text.as_bytes()))
        .step(|| format!("write the mapping {file}"))
        .map(drop)
}

/// The id that a new member of a user namespace takes: root, where root is mapped. Ids that are not mapped own nothing.
pub(crate) fn first_id(mappings: &[IdMapping]) -> u32 {
    let has_root = mappings
        .iter()
        .any(|mapping| mapping.container_id == 0 && mapping.size > 0);
    match mappings.first() {
        Some(first) if !has_root => first.container_id,
        _ => 0,
    }
}

/// What an id inside is outside; `None` = nobody.
pub(crate) fn outside(mappings: &[IdMapping], id: u32) -> Option<u32> {
    let found = mappings.iter().find_map(|mapping| {
        let distance = id.checked_sub(mapping.container_id)?;
        (distance < mapping.size).then(|| mapping.host_id.checked_add(distance))
    });
    found.flatten()
}

/// Makes a user namespace in which nobody lives: it carries mappings for mounts.
///
/// # Errors
/// [`Failure`]: the kernel refuses the mappings, or user namespaces.
pub fn carrier(uids: &[IdMapping], gids: &[IdMapping]) -> Result<OwnedFd, Failure> {
    let name = || "make a user namespace for mappings of ids";
    let (reader, writer) = pipe_with(PipeFlags::CLOEXEC).step(name)?;
    let child = match clone_into(Namespaces::USER, None).step(name)? {
        Forked::Parent(child) => child,
        Forked::Child => {
            // It ends with its maker, whatever happens to that.
            let closed = close_all_but(&[reader.as_fd()]);
            while closed.is_ok() && rustix::io::read(&reader, &mut [0u8]) == Err(Errno::INTR) {}
            exit_now(0)
        }
    };
    let path = format!("/proc/{}/ns/user", child.pid.as_raw_nonzero());
    let opened = write(child.pid, uids, gids).and_then(|()| {
        rustix::fs::open(&path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).step(name)
    });
    drop(writer);
    end_child(&child);
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    const RANGE: IdMapping = IdMapping {
        container_id: 10,
        host_id: 100_000,
        size: 5,
    };

    #[test]
    fn finds_what_an_id_is_outside() {
        assert_eq!(outside(&[RANGE], 14), Some(100_004));
        assert_eq!(outside(&[RANGE], 15), None);
        assert_eq!(outside(&[RANGE], 9), None);
    }

    #[test]
    fn a_member_is_root_only_where_root_is_mapped() {
        assert_eq!(first_id(&[RANGE]), 10);
        let root = IdMapping {
            container_id: 0,
            ..RANGE
        };
        assert_eq!(first_id(&[RANGE, root]), 0);
        assert_eq!(first_id(&[]), 0);
    }
}

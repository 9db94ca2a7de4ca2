//! Takes everything from the worker that it does not need: it parses bytes from every container.

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Gid, Uid};
use rustix::thread::{
    CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs, set_thread_groups,
    set_thread_res_gid, set_thread_res_uid,
};
use tsorch_sys::network_filter::NETWORK_WORK;
use tsorch_sys::syscall_filter::allow_only;

/// `nobody` and `nogroup` everywhere.
const NOBODY: u32 = 65534;

/// Occupies 0, 1 and 2 as long as the result lives, so that nothing ever written to stderr reaches a client.
pub(crate) fn occupy_standard_streams() -> Result<[OwnedFd; 3], Errno> {
    let null = || rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty());
    Ok([null()?, null()?, null()?])
}

/// hostd is among the last to be killed when memory runs out; what grows with its clients is not.
pub(crate) fn reset_oom_score() {
    let _ = std::fs::write("/proc/self/oom_score_adj", "0");
}

/// No user, no groups, no capabilities, no way to get any, only the system calls of a network server.
pub(crate) fn enter() -> Result<(), Errno> {
    let (uid, gid) = (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY));
    set_no_new_privs(true)?;
    set_thread_groups(&[])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)?;
    let none = CapabilitySet::empty();
    let sets = CapabilitySets {
        effective: none,
        permitted: none,
        inheritable: none,
    };
    set_capabilities(None, sets)?;
    tsorch_sys::execute::set_undumpable()?;
    let filter = allow_only(NETWORK_WORK).ok_or(Errno::TOOBIG)?;
    match filter.load() {
        // A kernel without filters: everything else holds.
        Ok(_) | Err(Errno::INVAL | Errno::NOSYS) => Ok(()),
        Err(errno) => Err(errno),
    }
}

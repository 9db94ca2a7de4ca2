//! Scheduling attributes of processes: sched_setattr(2), ioprio_set(2).
#![expect(unsafe_code, reason = "neither call has a wrapper")]

use rustix::io::Errno;
use rustix::process::Pid;

use crate::errno::last_errno;

/// What sched_setattr(2) takes; numbers as in `include/uapi/linux/sched.h`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchedulingAttributes {
    /// `SCHED_...`.
    pub policy: u32,
    /// `SCHED_FLAG_...` bits.
    pub flags: u64,
    /// -20..=19.
    pub nice: i32,
    /// 1..=99 for realtime policies, else 0.
    pub priority: u32,
    /// Nanoseconds.
    pub runtime: u64,
    /// Nanoseconds.
    pub deadline: u64,
    /// Nanoseconds.
    pub period: u64,
}

/// `struct sched_attr` up to its first version.
#[repr(C)]
struct Attributes {
    size: u32,
    policy: u32,
    flags: u64,
    nice: i32,
    priority: u32,
    runtime: u64,
    deadline: u64,
    period: u64,
}

/// Sets the scheduling policy of process `pid`.
///
/// # Errors
/// EPERM without the right, or in a v1 `cpu` group without realtime for a realtime policy; EINVAL for what the kernel does not
/// know or take; EBUSY when a deadline cannot be promised.
pub fn set_scheduler(pid: Pid, wanted: &SchedulingAttributes) -> Result<(), Errno> {
    let size = u32::try_from(size_of::<Attributes>()).map_err(|_| Errno::INVAL)?;
    let attributes = Attributes {
        size,
        policy: wanted.policy,
        flags: wanted.flags,
        nice: wanted.nice,
        priority: wanted.priority,
        runtime: wanted.runtime,
        deadline: wanted.deadline,
        period: wanted.period,
    };
    let (pid, pointer) = (pid.as_raw_nonzero().get(), &raw const attributes);
    // SAFETY: the attributes are `size` bytes long, live during the call and are only read.
    match unsafe { libc::syscall(libc::SYS_sched_setattr, pid, pointer, 0) } {
        -1 => Err(last_errno()),
        _ => Ok(()),
    }
}

/// Sets the I/O priority of process `pid`: class (1 realtime, 2 best effort, 3 idle) and level 0..=7.
///
/// # Errors
/// EPERM without the right.
pub fn set_io_priority(pid: Pid, class: u8, level: u8) -> Result<(), Errno> {
    const WHO_PROCESS: libc::c_int = 1;
    const CLASS_SHIFT: u32 = 13;
    let value = u32::from(class) << CLASS_SHIFT | u32::from(level);
    let pid = pid.as_raw_nonzero().get();
    // SAFETY: takes numbers only.
    match unsafe { libc::syscall(libc::SYS_ioprio_set, WHO_PROCESS, pid, value) } {
        -1 => Err(last_errno()),
        _ => Ok(()),
    }
}

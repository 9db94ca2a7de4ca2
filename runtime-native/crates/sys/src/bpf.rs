//! eBPF programs that decide about device access in a v2 control group. bpf(2), `include/uapi/linux/bpf.h`.
#![expect(unsafe_code, reason = "bpf(2) takes a pointer to an attribute block")]

use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd, RawFd};

use rustix::io::Errno;

use crate::errno::last_errno;

const PROG_LOAD: libc::c_int = 5;
const PROG_ATTACH: libc::c_int = 8;
const PROG_DETACH: libc::c_int = 9;
const PROG_GET_FD_BY_ID: libc::c_int = 13;
const PROG_QUERY: libc::c_int = 16;
const TYPE_CGROUP_DEVICE: u32 = 15;
const ATTACH_CGROUP_DEVICE: u32 = 6;
const ALLOW_MULTI: u32 = 2;
/// As many programs as the kernel attaches to one group.
const MOST_PROGRAMS: usize = 64;

/// `union bpf_attr` for `BPF_PROG_LOAD`, up to the fields that are used; the kernel takes the rest as zero.
#[repr(C)]
struct Load {
    prog_type: u32,
    insn_cnt: u32,
    insns: u64,
    license: u64,
    log_level: u32,
    log_size: u32,
    log_buf: u64,
    kern_version: u32,
    prog_flags: u32,
}

/// For `BPF_PROG_ATTACH` and `BPF_PROG_DETACH`.
#[repr(C)]
struct Attach {
    target_fd: u32,
    attach_bpf_fd: u32,
    attach_type: u32,
    attach_flags: u32,
}

/// For `BPF_PROG_QUERY`.
#[repr(C)]
struct Query {
    target_fd: u32,
    attach_type: u32,
    query_flags: u32,
    attach_flags: u32,
    prog_ids: u64,
    prog_cnt: u32,
    padding: u32,
}

/// For `BPF_PROG_GET_FD_BY_ID`.
#[repr(C)]
struct ById {
    prog_id: u32,
    next_id: u32,
    open_flags: u32,
}

/// # Safety
/// `T` is the kernel's attribute block for `command`, and the addresses in it are valid during the call.
unsafe fn bpf<T>(command: libc::c_int, attributes: &mut T) -> Result<RawFd, Errno> {
    let attributes = std::ptr::from_mut(attributes);
    // SAFETY: the caller vouches for the block; its size goes with it.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, attributes, size_of::<T>()) };
    if result < 0 {
        Err(last_errno())
    } else {
        RawFd::try_from(result).map_err(|_| Errno::OVERFLOW)
    }
}

fn number(fd: impl AsFd) -> u32 {
    // Descriptors are never negative.
    u32::try_from(fd.as_fd().as_raw_fd()).unwrap_or(u32::MAX)
}

fn address<T>(pointer: *const T) -> u64 {
    pointer as usize as u64
}

/// Loads a program of type `BPF_PROG_TYPE_CGROUP_DEVICE`; each element is one instruction.
///
/// # Errors
/// EPERM without the right, EINVAL or EACCES when the verifier refuses it.
pub fn load_device_program(instructions: &[u64]) -> Result<OwnedFd, Errno> {
    let mut attributes = Load {
        prog_type: TYPE_CGROUP_DEVICE,
        insn_cnt: u32::try_from(instructions.len()).map_err(|_| Errno::TOOBIG)?,
        insns: address(instructions.as_ptr()),
        license: address(c"Apache-2.0".as_ptr()),
        log_level: 0,
        log_size: 0,
        log_buf: 0,
        kern_version: 0,
        prog_flags: 0,
    };
    // SAFETY: `Load` is the block of PROG_LOAD; instructions and licence live during the call.
    let raw = unsafe { bpf(PROG_LOAD, &mut attributes) }?;
    // SAFETY: a new descriptor, close-on-exec, nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(raw) })
}

/// Adds a program to those that decide for the group opened as `group`: all of them must allow.
///
/// # Errors
/// EPERM without the right or when a parent forbids it.
pub fn attach_device_program(group: impl AsFd, program: impl AsFd) -> Result<(), Errno> {
    change(PROG_ATTACH, group, program, ALLOW_MULTI)
}

/// Removes a program.
///
/// # Errors
/// ENOENT when it is not attached.
pub fn detach_device_program(group: impl AsFd, program: impl AsFd) -> Result<(), Errno> {
    change(PROG_DETACH, group, program, 0)
}

fn change(
    command: libc::c_int,
    group: impl AsFd,
    program: impl AsFd,
    attach_flags: u32,
) -> Result<(), Errno> {
    let mut attributes = Attach {
        target_fd: number(group),
        attach_bpf_fd: number(program),
        attach_type: ATTACH_CGROUP_DEVICE,
        attach_flags,
    };
    // SAFETY: `Attach` is the block of both commands and holds no addresses.
    unsafe { bpf(command, &mut attributes) }.map(drop)
}

/// The programs attached to the group itself.
///
/// # Errors
/// EPERM without the right.
pub fn device_programs(group: impl AsFd) -> Result<Vec<OwnedFd>, Errno> {
    let mut ids = [0u32; MOST_PROGRAMS];
    let mut attributes = Query {
        target_fd: number(group),
        attach_type: ATTACH_CGROUP_DEVICE,
        query_flags: 0,
        attach_flags: 0,
        prog_ids: address(ids.as_mut_ptr()),
        prog_cnt: u32::try_from(MOST_PROGRAMS).unwrap_or(0),
        padding: 0,
    };
    // SAFETY: `Query` is the block of PROG_QUERY; `ids` has room for `prog_cnt` numbers.
    unsafe { bpf(PROG_QUERY, &mut attributes) }?;
    let count = usize::try_from(attributes.prog_cnt)
        .unwrap_or(0)
        .min(MOST_PROGRAMS);
    ids[..count].iter().map(|id| by_id(*id)).collect()
}

fn by_id(prog_id: u32) -> Result<OwnedFd, Errno> {
    let mut attributes = ById {
        prog_id,
        next_id: 0,
        open_flags: 0,
    };
    // SAFETY: `ById` is the block of PROG_GET_FD_BY_ID and holds no addresses.
    let raw = unsafe { bpf(PROG_GET_FD_BY_ID, &mut attributes) }?;
    // SAFETY: a new descriptor, close-on-exec, nobody else's.
    Ok(unsafe { OwnedFd::from_raw_fd(raw) })
}

//! What goes in front of the library's program: calls newer than the library.
//!
//! glibc falls back to an older call only when a newer one fails with ENOSYS; a filter that answers EPERM to calls it
//! has never heard of breaks programs on every new kernel. So, unless unknown calls are allowed anyway:
//!
//! ```text
//!   for each architecture:  newer calls that the profile names     -> their action
//!                           numbers above the newest one it names  -> ENOSYS
//!   everything else                                                -> the library's program
//! ```

use libseccomp::{ScmpArch, ScmpSyscall};
use tsorch_oci::Seccomp;

use super::words;
use crate::error::Failure;

/// Raised when this file changes what it emits: part of the cache key.
pub(super) const VERSION: u32 = 1;

/// Calls newer than the library may be; their numbers are the same on every architecture (since Linux 5.1).
const NEWER: [(&str, u32); 20] = [
    ("cachestat", 451),
    ("fchmodat2", 452),
    ("map_shadow_stack", 453),
    ("futex_wake", 454),
    ("futex_wait", 455),
    ("futex_requeue", 456),
    ("statmount", 457),
    ("listmount", 458),
    ("lsm_get_self_attr", 459),
    ("lsm_set_self_attr", 460),
    ("lsm_list_modules", 461),
    ("mseal", 462),
    ("setxattrat", 463),
    ("getxattrat", 464),
    ("listxattrat", 465),
    ("removexattrat", 466),
    ("open_tree_attr", 467),
    ("file_getattr", 468),
    ("file_setattr", 469),
    ("listns", 470),
];

/// `AUDIT_ARCH_` numbers of `include/uapi/linux/audit.h`.
pub(super) fn audit_number(architecture: ScmpArch) -> Option<u32> {
    match architecture {
        ScmpArch::X8664 => Some(0xC000_003E),
        ScmpArch::X86 => Some(0x4000_0003),
        ScmpArch::Aarch64 => Some(0xC000_00B7),
        ScmpArch::Arm => Some(0x4000_0028),
        ScmpArch::Riscv64 => Some(0xC000_00F3),
        ScmpArch::Ppc64Le => Some(0xC000_0015),
        ScmpArch::S390X => Some(0x8000_0016),
        _ => None,
    }
}

/// x32 calls carry this bit on x86-64; they are the library's business.
const X32_BIT: u32 = 0x4000_0000;
const RETURN_ERRNO: u32 = 0x0005_0000;
const ENOSYS: u32 = 38;
/// Offsets in `struct seccomp_data`.
const OFFSET_NUMBER: u32 = 0;
const OFFSET_ARCHITECTURE: u32 = 4;

/// Codes of classic BPF, `include/uapi/linux/filter.h`.
const LOAD: u16 = 0x20;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_GREATER_EQUAL: u16 = 0x35;
const JUMP: u16 = 0x05;
const RETURN: u16 = 0x06;

fn instruction(code: u16, (on_true, on_false): (u8, u8), value: u32) -> [u8; 8] {
    let ([c0, c1], [v0, v1, v2, v3]) = (code.to_ne_bytes(), value.to_ne_bytes());
    [c0, c1, on_true, on_false, v0, v1, v2, v3]
}

/// The prefix for a profile; empty when its default lets unknown calls through.
pub(super) fn prefix(
    profile: &Seccomp,
    architectures: &[ScmpArch],
) -> Result<Vec<[u8; 8]>, Failure> {
    if matches!(
        profile.default_action.as_str(),
        "SCMP_ACT_ALLOW" | "SCMP_ACT_LOG" | "SCMP_ACT_TRACE"
    ) {
        return Ok(Vec::new());
    }
    let blocks = architectures.iter().filter_map(|architecture| {
        let number = audit_number(*architecture)?;
        Some(block(profile, *architecture).map(|block| (number, block)))
    });
    let blocks = blocks.collect::<Result<Vec<_>, Failure>>()?;
    let mut program = vec![instruction(LOAD, (0, 0), OFFSET_ARCHITECTURE)];
    for (index, (number, block)) in blocks.iter().enumerate() {
        let length = u8::try_from(block.len() + 1)
            .map_err(|_| Failure::plain("compile the system call filter: too many newer calls"))?;
        program.push(instruction(JUMP_EQUAL, (0, length), *number));
        program.extend(block);
        // To the library's program, over the blocks of the other architectures.
        let rest: usize = blocks[index + 1..]
            .iter()
            .map(|(_, block)| block.len() + 2)
            .sum();
        program.push(instruction(JUMP, (0, 0), u32::try_from(rest).unwrap_or(0)));
    }
    Ok(program)
}

/// What is decided for one architecture; falls through at its end for the rest.
fn block(profile: &Seccomp, architecture: ScmpArch) -> Result<Vec<[u8; 8]>, Failure> {
    let mut newest = 0;
    let mut newer: Vec<(u32, u32)> = Vec::new();
    for rule in &profile.syscalls {
        for name in &rule.names {
            let known = ScmpSyscall::from_name_by_arch(name, architecture).ok();
            let known = known.and_then(|call| u32::try_from(i32::from(call)).ok());
            let later = NEWER
                .iter()
                .find(|(newer, _)| newer == name)
                .map(|(_, number)| *number);
            newest = newest.max(
                known
                    .or(later)
                    .filter(|number| *number < X32_BIT)
                    .unwrap_or(0),
            );
            if let (None, Some(number), true) = (known, later, rule.args.is_empty()) {
                newer.push((number, return_value(&rule.action, rule.errno_ret)?));
            }
        }
    }
    let mut block = vec![instruction(LOAD, (0, 0), OFFSET_NUMBER)];
    for (number, value) in newer {
        block.push(instruction(JUMP_EQUAL, (0, 1), number));
        block.push(instruction(RETURN, (0, 0), value));
    }
    block.push(instruction(JUMP_GREATER_EQUAL, (2, 0), X32_BIT));
    block.push(instruction(JUMP_GREATER_EQUAL, (0, 1), newest + 1));
    block.push(instruction(RETURN, (0, 0), RETURN_ERRNO | ENOSYS));
    Ok(block)
}

/// The kernel's number for an action, `include/uapi/linux/seccomp.h`.
pub(super) fn return_value(word: &str, errno: Option<u32>) -> Result<u32, Failure> {
    words::action(word, errno)?;
    let data = errno.unwrap_or(1) & 0xffff;
    Ok(match word {
        "SCMP_ACT_ALLOW" => 0x7fff_0000,
        "SCMP_ACT_LOG" => 0x7ffc_0000,
        "SCMP_ACT_TRACE" => 0x7ff0_0000 | data,
        "SCMP_ACT_ERRNO" => RETURN_ERRNO | data,
        "SCMP_ACT_TRAP" => 0x0003_0000,
        "SCMP_ACT_NOTIFY" => 0x7fc0_0000,
        "SCMP_ACT_KILL_PROCESS" => 0x8000_0000,
        _ => 0,
    })
}

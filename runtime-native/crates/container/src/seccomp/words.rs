//! The specification's words for actions, comparisons, architectures and flags, as the library has them.

use libseccomp::{ScmpAction, ScmpArch, ScmpArgCompare, ScmpCompareOp, ScmpVersion};
use tsorch_oci::Seccomp;
use tsorch_oci::seccomp::ArgumentRule;
use tsorch_sys::seccomp::flag_is_supported;

use super::notify;
use crate::error::Failure;

/// What `SCMP_ACT_ERRNO` and `SCMP_ACT_TRACE` return when nothing is said: EPERM.
const DEFAULT_ERRNO: u32 = 1;

fn bad(what: &str, word: &str) -> Failure {
    Failure::plain(format!(
        "compile the system call filter: {what} {word:?} is not supported"
    ))
}

/// An action; an error number given to one that takes none is an error.
pub(super) fn action(word: &str, errno: Option<u32>) -> Result<ScmpAction, Failure> {
    let number = errno.unwrap_or(DEFAULT_ERRNO);
    let takes_number = matches!(word, "SCMP_ACT_ERRNO" | "SCMP_ACT_TRACE");
    if errno.is_some() && !takes_number {
        return Err(bad("an error number for action", word));
    }
    let out_of_range = || bad("error number", &number.to_string());
    match word {
        "SCMP_ACT_ALLOW" => Ok(ScmpAction::Allow),
        "SCMP_ACT_LOG" => Ok(ScmpAction::Log),
        "SCMP_ACT_TRAP" => Ok(ScmpAction::Trap),
        "SCMP_ACT_KILL" | "SCMP_ACT_KILL_THREAD" => Ok(ScmpAction::KillThread),
        "SCMP_ACT_KILL_PROCESS" => Ok(ScmpAction::KillProcess),
        "SCMP_ACT_ERRNO" => {
            let number = i32::try_from(number).ok().filter(|number| *number < 4096);
            number.map(ScmpAction::Errno).ok_or_else(out_of_range)
        }
        "SCMP_ACT_TRACE" => u16::try_from(number)
            .map(ScmpAction::Trace)
            .map_err(|_| out_of_range()),
        "SCMP_ACT_NOTIFY" => Ok(ScmpAction::Notify),
        other => Err(bad("action", other)),
    }
}

/// The comparison of one argument.
pub(super) fn comparison(rule: &ArgumentRule) -> Result<ScmpArgCompare, Failure> {
    if rule.index > 5 {
        return Err(bad("argument", &rule.index.to_string()));
    }
    let (operator, datum) = match rule.op.as_str() {
        "SCMP_CMP_NE" => (ScmpCompareOp::NotEqual, rule.value),
        "SCMP_CMP_LT" => (ScmpCompareOp::Less, rule.value),
        "SCMP_CMP_LE" => (ScmpCompareOp::LessOrEqual, rule.value),
        "SCMP_CMP_EQ" => (ScmpCompareOp::Equal, rule.value),
        "SCMP_CMP_GE" => (ScmpCompareOp::GreaterEqual, rule.value),
        "SCMP_CMP_GT" => (ScmpCompareOp::Greater, rule.value),
        "SCMP_CMP_MASKED_EQ" => (ScmpCompareOp::MaskedEqual(rule.value), rule.value_two),
        other => return Err(bad("comparison", other)),
    };
    Ok(ScmpArgCompare::new(rule.index, operator, datum))
}

/// An architecture; `None` for one that cannot be part of the filter. Its calls then are of a foreign architecture, which the
/// filter does not let through.
pub(super) fn architecture(word: &str) -> Result<Option<ScmpArch>, Failure> {
    let known = match word {
        "SCMP_ARCH_NATIVE" => ScmpArch::Native,
        "SCMP_ARCH_X86" => ScmpArch::X86,
        "SCMP_ARCH_X86_64" => ScmpArch::X8664,
        "SCMP_ARCH_X32" => ScmpArch::X32,
        "SCMP_ARCH_ARM" => ScmpArch::Arm,
        "SCMP_ARCH_AARCH64" => ScmpArch::Aarch64,
        "SCMP_ARCH_MIPSEL" => ScmpArch::Mipsel,
        "SCMP_ARCH_MIPSEL64" => ScmpArch::Mipsel64,
        "SCMP_ARCH_MIPSEL64N32" => ScmpArch::Mipsel64N32,
        "SCMP_ARCH_PPC64LE" => ScmpArch::Ppc64Le,
        "SCMP_ARCH_RISCV64" => ScmpArch::Riscv64,
        // Big-endian: the library cannot have them in one filter with ours, and no machine runs both.
        "SCMP_ARCH_M68K"
        | "SCMP_ARCH_MIPS"
        | "SCMP_ARCH_MIPS64"
        | "SCMP_ARCH_MIPS64N32"
        | "SCMP_ARCH_PARISC"
        | "SCMP_ARCH_PARISC64"
        | "SCMP_ARCH_PPC"
        | "SCMP_ARCH_PPC64"
        | "SCMP_ARCH_S390"
        | "SCMP_ARCH_S390X"
        | "SCMP_ARCH_SHEB" => return Ok(None),
        "SCMP_ARCH_LOONGARCH64" => return Ok(newer(ScmpArch::Loongarch64)),
        "SCMP_ARCH_SH" => return Ok(newer(ScmpArch::Sh)),
        other => return Err(bad("architecture", other)),
    };
    Ok(Some(known))
}

/// Architectures that came with libseccomp 2.6.
fn newer(architecture: ScmpArch) -> Option<ScmpArch> {
    let version = ScmpVersion::current().ok()?;
    ((version.major, version.minor) >= (2, 6)).then_some(architecture)
}

/// The `SECCOMP_FILTER_FLAG_` bits of `include/uapi/linux/seccomp.h`.
pub(super) fn flags(profile: &Seccomp) -> Result<u32, Failure> {
    const TSYNC: u32 = 1;
    const NEW_LISTENER: u32 = 8;
    /// Without it the answer to TSYNC and the listener would come in the same number.
    const TSYNC_ESRCH: u32 = 16;
    const WAIT_KILLABLE_RECV: u32 = 32;
    let mut bits = profile.flags.iter().try_fold(0, |bits, flag| {
        let bit = match flag.as_str() {
            "SECCOMP_FILTER_FLAG_TSYNC" => TSYNC,
            "SECCOMP_FILTER_FLAG_LOG" => 2,
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 4,
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => WAIT_KILLABLE_RECV,
            other => return Err(bad("flag", other)),
        };
        Ok(bits | bit)
    })?;
    if !notify::is_used(profile) {
        // It says how a call waits for its answer, and none does.
        return Ok(bits & !WAIT_KILLABLE_RECV);
    }
    if bits & TSYNC != 0 {
        bits |= TSYNC_ESRCH;
    }
    if bits & WAIT_KILLABLE_RECV != 0 && !flag_is_supported(WAIT_KILLABLE_RECV | NEW_LISTENER) {
        return Err(bad(
            "by this kernel the flag",
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
        ));
    }
    Ok(bits | NEW_LISTENER)
}

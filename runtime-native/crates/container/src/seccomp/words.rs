//! The specification's words for actions, comparisons, architectures and flags, as the library has them.

use libseccomp::{ScmpAction, ScmpArch, ScmpArgCompare, ScmpCompareOp};
use tsorch_oci::Seccomp;
use tsorch_oci::seccomp::ArgumentRule;

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
        // Handing notifications to a listener is not carried out; refusing is safer than running without.
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

/// An architecture.
pub(super) fn architecture(word: &str) -> Result<ScmpArch, Failure> {
    let known = match word {
        "SCMP_ARCH_NATIVE" => ScmpArch::Native,
        "SCMP_ARCH_X86" => ScmpArch::X86,
        "SCMP_ARCH_X86_64" => ScmpArch::X8664,
        "SCMP_ARCH_X32" => ScmpArch::X32,
        "SCMP_ARCH_ARM" => ScmpArch::Arm,
        "SCMP_ARCH_AARCH64" => ScmpArch::Aarch64,
        "SCMP_ARCH_MIPS" => ScmpArch::Mips,
        "SCMP_ARCH_MIPS64" => ScmpArch::Mips64,
        "SCMP_ARCH_MIPS64N32" => ScmpArch::Mips64N32,
        "SCMP_ARCH_MIPSEL" => ScmpArch::Mipsel,
        "SCMP_ARCH_MIPSEL64" => ScmpArch::Mipsel64,
        "SCMP_ARCH_MIPSEL64N32" => ScmpArch::Mipsel64N32,
        "SCMP_ARCH_PPC" => ScmpArch::Ppc,
        "SCMP_ARCH_PPC64" => ScmpArch::Ppc64,
        "SCMP_ARCH_PPC64LE" => ScmpArch::Ppc64Le,
        "SCMP_ARCH_S390" => ScmpArch::S390,
        "SCMP_ARCH_S390X" => ScmpArch::S390X,
        "SCMP_ARCH_PARISC" => ScmpArch::Parisc,
        "SCMP_ARCH_PARISC64" => ScmpArch::Parisc64,
        "SCMP_ARCH_RISCV64" => ScmpArch::Riscv64,
        other => return Err(bad("architecture", other)),
    };
    Ok(known)
}

/// The `SECCOMP_FILTER_FLAG_` bits of `include/uapi/linux/seccomp.h`.
pub(super) fn flags(profile: &Seccomp) -> Result<u32, Failure> {
    if profile.listener_path.is_some() || profile.listener_metadata.is_some() {
        return Err(bad(
            "listener",
            profile.listener_path.as_deref().unwrap_or("metadata"),
        ));
    }
    profile.flags.iter().try_fold(0, |bits, flag| {
        let bit = match flag.as_str() {
            "SECCOMP_FILTER_FLAG_TSYNC" => 1,
            "SECCOMP_FILTER_FLAG_LOG" => 2,
            "SECCOMP_FILTER_FLAG_SPEC_ALLOW" => 4,
            "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" => {
                return Err(bad("flag without a listener", flag));
            }
            other => return Err(bad("flag", other)),
        };
        Ok(bits | bit)
    })
}

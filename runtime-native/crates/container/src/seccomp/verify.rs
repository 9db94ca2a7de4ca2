//! Checking a compiled filter against its profile.
//!
//! libseccomp before 2.6.1 merges conditions on 64-bit arguments wrongly in some combinations (GHSA-4q85-33p6-j5g6; our
//! own tests found `GE` beside `LT`): the filter is then weaker than written. Which combinations is hard to say, so every
//! call with conditions is tried out: filter and profile are asked about all arguments at which either could change its
//! mind, and a filter that answers otherwise is refused.

use std::collections::BTreeSet;

use libseccomp::{ScmpArch, ScmpSyscall};
use tsorch_oci::Seccomp;
use tsorch_oci::seccomp::{ArgumentRule, SyscallRule};

use super::interpreter::{Call, run};
use super::prefix::{audit_number, return_value};
use crate::error::Failure;

/// More combinations for one call than this are not tried out; the profile is refused.
const MOST_COMBINATIONS: usize = 400_000;

/// Tries the filter out.
pub(super) fn verify(
    program: &[[u8; 8]],
    profile: &Seccomp,
    architectures: &[ScmpArch],
) -> Result<(), Failure> {
    let conditional = profile.syscalls.iter().filter(|rule| !rule.args.is_empty());
    let names: BTreeSet<&str> = conditional
        .flat_map(|rule| rule.names.iter().map(String::as_str))
        .collect();
    for name in names {
        let rules: Vec<&SyscallRule> = profile
            .syscalls
            .iter()
            .filter(|rule| rule.names.iter().any(|other| other == name))
            .collect();
        for architecture in architectures {
            let number = ScmpSyscall::from_name_by_arch(name, *architecture).ok();
            let number = number.and_then(|call| u32::try_from(i32::from(call)).ok());
            let (Some(number), Some(audit)) = (number, audit_number(*architecture)) else {
                continue;
            };
            let question = Question {
                name,
                number,
                audit,
                is_wide: is_wide(*architecture),
            };
            question.ask(program, profile, &rules)?;
        }
    }
    Ok(())
}

fn is_wide(architecture: ScmpArch) -> bool {
    !matches!(architecture, ScmpArch::X86 | ScmpArch::Arm)
}

/// One call on one architecture.
struct Question<'a> {
    name: &'a str,
    number: u32,
    audit: u32,
    /// Arguments have 64 bits.
    is_wide: bool,
}

impl Question<'_> {
    fn ask(
        &self,
        program: &[[u8; 8]],
        profile: &Seccomp,
        rules: &[&SyscallRule],
    ) -> Result<(), Failure> {
        let conditions: Vec<&ArgumentRule> = rules.iter().flat_map(|rule| &rule.args).collect();
        if !self.is_wide
            && conditions
                .iter()
                .any(|rule| rule.value.max(rule.value_two) > u64::from(u32::MAX))
        {
            // On a 32-bit machine such a condition has no meaning that could be compared.
            return Ok(());
        }
        let points: Vec<Vec<u64>> = (0..6)
            .map(|index| self.points(&conditions, index))
            .collect();
        let count = points
            .iter()
            .try_fold(1usize, |count, points| count.checked_mul(points.len()));
        if count.is_none_or(|count| count > MOST_COMBINATIONS) {
            return Err(self.failure("has too many conditions to be checked"));
        }
        let default = return_value(&profile.default_action, profile.default_errno_ret)?;
        for combination in 0..count.unwrap_or(0) {
            let mut rest = combination;
            let mut arguments = [0; 6];
            for (argument, points) in arguments.iter_mut().zip(&points) {
                *argument = points[rest % points.len()];
                rest /= points.len();
            }
            let call = Call {
                number: self.number,
                architecture: self.audit,
                arguments,
            };
            let answer = run(program, &call)
                .ok_or_else(|| self.failure("makes a program that cannot be followed"))?;
            if !is_right(answer, rules, (&arguments, default))? {
                return Err(self.failure("would be compiled to a weaker filter by this libseccomp"));
            }
        }
        Ok(())
    }

    fn failure(&self, what: &str) -> Failure {
        Failure::plain(format!(
            "compile the system call filter: the rule for {} {what}",
            self.name
        ))
    }

    /// The values of one argument around which conditions change, in both halves: the compiled program compares halves.
    fn points(&self, conditions: &[&ArgumentRule], index: u32) -> Vec<u64> {
        let (mut high, mut low) = (BTreeSet::from([0]), BTreeSet::from([0]));
        for rule in conditions.iter().filter(|rule| rule.index == index) {
            let masked = if rule.op == "SCMP_CMP_MASKED_EQ" {
                Some((rule.value_two, !rule.value))
            } else {
                None
            };
            let values = match masked {
                // What must be equal, with the free bits clear and set; and each with one more bit wrong.
                Some((value, free)) => vec![value, value | free, value ^ rule.value, !rule.value],
                None => vec![rule.value],
            };
            for value in values {
                let (upper, lower) = (value >> 32, value & u64::from(u32::MAX));
                for (set, half) in [(&mut high, upper), (&mut low, lower)] {
                    set.extend([
                        half.saturating_sub(1),
                        half,
                        (half + 1).min(u64::from(u32::MAX)),
                    ]);
                }
            }
            low.insert(u64::from(u32::MAX));
            high.insert(u64::from(u32::MAX));
        }
        if !self.is_wide {
            high = BTreeSet::from([0]);
        }
        high.iter()
            .flat_map(|upper| low.iter().map(move |lower| upper << 32 | lower))
            .collect()
    }
}

/// Where rules of different actions hold together, the library may choose; where one of none holds, it may not.
fn is_right(
    answer: u32,
    rules: &[&SyscallRule],
    (arguments, default): (&[u64; 6], u32),
) -> Result<bool, Failure> {
    let mut any = false;
    for rule in rules.iter().filter(|rule| holds(rule, arguments)) {
        any = true;
        if return_value(&rule.action, rule.errno_ret)? == answer {
            return Ok(true);
        }
    }
    Ok(!any && answer == default)
}

/// All conditions must hold; of several on one argument, one (they are rules of their own).
fn holds(rule: &SyscallRule, arguments: &[u64; 6]) -> bool {
    let indexes: BTreeSet<u32> = rule.args.iter().map(|argument| argument.index).collect();
    let mut results = rule
        .args
        .iter()
        .map(|argument| condition_holds(argument, arguments));
    if indexes.len() == rule.args.len() {
        results.all(|holds| holds)
    } else {
        results.any(|holds| holds)
    }
}

fn condition_holds(rule: &ArgumentRule, arguments: &[u64; 6]) -> bool {
    let given = usize::try_from(rule.index)
        .ok()
        .and_then(|index| arguments.get(index))
        .copied();
    given.is_some_and(|given| match rule.op.as_str() {
        "SCMP_CMP_NE" => given != rule.value,
        "SCMP_CMP_LT" => given < rule.value,
        "SCMP_CMP_LE" => given <= rule.value,
        "SCMP_CMP_EQ" => given == rule.value,
        "SCMP_CMP_GE" => given >= rule.value,
        "SCMP_CMP_GT" => given > rule.value,
        // The library masks both sides.
        "SCMP_CMP_MASKED_EQ" => given & rule.value == rule.value_two & rule.value,
        _ => false,
    })
}

/// For tests: whether a profile lets a call of this name take the action of a rule.
#[cfg(test)]
pub(super) fn matches(profile: &Seccomp, name: &str, arguments: &[u64; 6]) -> bool {
    let mut rules = profile
        .syscalls
        .iter()
        .filter(|rule| rule.names.iter().any(|known| known == name));
    rules.any(|rule| holds(rule, arguments))
}

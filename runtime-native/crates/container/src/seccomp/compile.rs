//! From a profile to instructions: libseccomp resolves names and builds the tree, our prefix goes in front.

use std::collections::BTreeSet;

use libseccomp::{ScmpAction, ScmpArch, ScmpFilterContext, ScmpSyscall};
use rustix::fs::{MemfdFlags, SeekFrom, memfd_create, seek};
use rustix::io::Errno;
use tsorch_oci::Seccomp;
use tsorch_oci::seccomp::SyscallRule;

use super::{prefix, verify, words};
use crate::error::Failure;
use crate::step::Step;

/// One instruction of classic BPF.
type Instruction = [u8; 8];

/// Compiles a profile.
pub(super) fn compile(profile: &Seccomp) -> Result<Vec<Instruction>, Failure> {
    let default = words::action(&profile.default_action, profile.default_errno_ret)?;
    let mut context = ScmpFilterContext::new(default).map_err(|error| failed("begin", &error))?;
    let architectures = architectures(profile)?;
    for architecture in &architectures {
        context
            .add_arch(*architecture)
            .map_err(|error| failed("add an architecture to", &error))?;
    }
    // A binary tree instead of a list: 330 allowed calls are found in nine steps.
    context
        .set_ctl_optimize(2)
        .map_err(|error| failed("optimise", &error))?;
    for rule in &profile.syscalls {
        add_rule(&mut context, rule, default)?;
    }
    let mut instructions = prefix::prefix(profile, &architectures)?;
    instructions.extend(export(&context)?);
    verify::verify(&instructions, profile, &architectures)?;
    Ok(instructions)
}

fn failed(what: &str, error: &libseccomp::error::SeccompError) -> Failure {
    Failure::plain(format!("{what} the system call filter: {error}"))
}

/// The machine's own architecture first, then those of the profile.
pub(super) fn architectures(profile: &Seccomp) -> Result<Vec<ScmpArch>, Failure> {
    let mut list = vec![ScmpArch::native()];
    for word in &profile.architectures {
        let architecture = match words::architecture(word)? {
            None => continue,
            Some(ScmpArch::Native) => ScmpArch::native(),
            Some(other) => other,
        };
        if !list.contains(&architecture) {
            list.push(architecture);
        }
    }
    Ok(list)
}

fn add_rule(
    context: &mut ScmpFilterContext,
    rule: &SyscallRule,
    default: ScmpAction,
) -> Result<(), Failure> {
    let action = words::action(&rule.action, rule.errno_ret)?;
    if action == default {
        return Ok(());
    }
    let comparisons = rule
        .args
        .iter()
        .map(words::comparison)
        .collect::<Result<Vec<_>, _>>()?;
    let indexes: BTreeSet<u32> = rule.args.iter().map(|argument| argument.index).collect();
    for name in &rule.names {
        // A name that the library does not know: an older or foreign call, or a newer one, which the prefix handles.
        let Ok(call) = ScmpSyscall::from_name(name) else {
            continue;
        };
        let added = if rule.args.is_empty() {
            context.add_rule(action, call).map(drop)
        } else if indexes.len() == rule.args.len() {
            context
                .add_rule_conditional(action, call, &comparisons)
                .map(drop)
        } else {
            // Several conditions on one argument cannot hold together: each is a rule of its own, as runc has it.
            let mut one_by_one = comparisons.iter();
            one_by_one.try_for_each(|one| {
                context
                    .add_rule_conditional(action, call, &[*one])
                    .map(drop)
            })
        };
        added.map_err(|error| failed(&format!("add a rule for {name} to"), &error))?;
    }
    Ok(())
}

fn export(context: &ScmpFilterContext) -> Result<Vec<Instruction>, Failure> {
    let name = || "export the system call filter";
    let memory = memfd_create("seccomp", MemfdFlags::CLOEXEC).step(name)?;
    context
        .export_bpf(&memory)
        .map_err(|error| failed("export", &error))?;
    seek(&memory, SeekFrom::Start(0)).step(name)?;
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut std::fs::File::from(memory), &mut bytes)
        .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
        .step(name)?;
    super::split(&bytes).ok_or_else(|| Failure::plain(name()))
}

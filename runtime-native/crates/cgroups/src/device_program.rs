//! Device rules as an eBPF program for `BPF_PROG_TYPE_CGROUP_DEVICE`.
//!
//! The rules mean what they mean in v1: there is a default, set by the last rule about everything, and exceptions to
//! it, which later rules extend or shrink. Source: the kernel's `security/device_cgroup.c` and
//! `include/uapi/linux/bpf.h` (`bpf_cgroup_dev_ctx`).

use crate::devices::{Access, DeviceNumber, Rule, RuleKind};

/// The effect of a list of rules.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Policy {
    allow_by_default: bool,
    exceptions: Vec<Rule>,
}

impl Policy {
    fn of(rules: &[Rule]) -> Self {
        let mut policy = Self {
            allow_by_default: false,
            exceptions: Vec::new(),
        };
        for rule in rules {
            match rule.kind {
                RuleKind::All => {
                    policy = Self {
                        allow_by_default: rule.allow,
                        exceptions: Vec::new(),
                    }
                }
                _ if rule.allow == policy.allow_by_default => policy.shrink(rule),
                _ => policy.extend(rule),
            }
        }
        policy
    }

    fn same(one: &Rule, other: &Rule) -> bool {
        (one.kind, one.major, one.minor) == (other.kind, other.major, other.minor)
    }

    fn extend(&mut self, rule: &Rule) {
        match self
            .exceptions
            .iter_mut()
            .find(|exception| Self::same(exception, rule))
        {
            Some(exception) => exception.access.0 |= rule.access.0,
            None => self.exceptions.push(*rule),
        }
    }

    fn shrink(&mut self, rule: &Rule) {
        for exception in self
            .exceptions
            .iter_mut()
            .filter(|exception| Self::same(exception, rule))
        {
            exception.access.0 &= !rule.access.0;
        }
        self.exceptions.retain(|exception| exception.access.0 != 0);
    }
}

/// Registers of the program: the request, taken apart by the prologue.
const SCRATCH: u8 = 1;
const KIND: u8 = 2;
const ACCESS: u8 = 3;
const MAJOR: u8 = 4;
const MINOR: u8 = 5;

/// One instruction as the kernel lays it out: code, registers, jump offset, immediate.
fn instruction(code: u8, (target, source): (u8, u8), offset: i16, immediate: u32) -> u64 {
    let [o0, o1] = offset.to_ne_bytes();
    let [i0, i1, i2, i3] = immediate.to_ne_bytes();
    let registers = if cfg!(target_endian = "little") {
        source << 4 | target
    } else {
        target << 4 | source
    };
    u64::from_ne_bytes([code, registers, o0, o1, i0, i1, i2, i3])
}

fn load(target: u8, offset: i16) -> u64 {
    instruction(0x61, (target, 1), offset, 0)
}
fn copy(target: u8, source: u8) -> u64 {
    instruction(0xbc, (target, source), 0, 0)
}
fn and(target: u8, mask: u32) -> u64 {
    instruction(0x54, (target, 0), 0, mask)
}
fn shift_right(target: u8, bits: u32) -> u64 {
    instruction(0x74, (target, 0), 0, bits)
}
fn answer(allow: bool) -> [u64; 2] {
    [
        instruction(0xb4, (0, 0), 0, u32::from(allow)),
        instruction(0x95, (0, 0), 0, 0),
    ]
}

/// The conditions of one exception; each test jumps to the next exception when it does not hold.
fn tests(rule: &Rule, allow_by_default: bool) -> Vec<Vec<u64>> {
    let not_equal = |register, value| vec![instruction(0x56, (register, 0), 0, value)];
    let mut tests = Vec::new();
    match rule.kind {
        RuleKind::All => {}
        RuleKind::Block => tests.push(not_equal(KIND, 1)),
        RuleKind::Char => tests.push(not_equal(KIND, 2)),
    }
    if let DeviceNumber::Is(number) = rule.major {
        tests.push(not_equal(MAJOR, number));
    }
    if let DeviceNumber::Is(number) = rule.minor {
        tests.push(not_equal(MINOR, number));
    }
    if rule.access != Access::ALL {
        let mut test = vec![
            copy(SCRATCH, ACCESS),
            and(SCRATCH, u32::from(rule.access.0)),
        ];
        // An allowing exception must cover the request; a denying one must touch it.
        test.push(if allow_by_default {
            instruction(0x16, (SCRATCH, 0), 0, 0)
        } else {
            instruction(0x5e, (SCRATCH, ACCESS), 0, 0)
        });
        tests.push(test);
    }
    tests
}

/// The program for a list of rules.
#[must_use]
pub fn device_program(rules: &[Rule]) -> Vec<u64> {
    let policy = Policy::of(rules);
    // access_type holds the sort of node in its low half and the access bits in its high half.
    let mut program = vec![
        load(KIND, 0),
        copy(ACCESS, KIND),
        and(KIND, 0xffff),
        shift_right(ACCESS, 16),
        load(MAJOR, 4),
        load(MINOR, 8),
    ];
    for rule in &policy.exceptions {
        let tests = tests(rule, policy.allow_by_default).concat();
        let length = tests.len();
        for (index, word) in tests.into_iter().enumerate() {
            let is_jump = matches!(word.to_ne_bytes()[0], 0x56 | 0x16 | 0x5e);
            // To behind this exception: the rest of its tests and its two-instruction answer.
            let skip = i16::try_from(length - index - 1 + 2).unwrap_or(i16::MAX);
            program.push(if is_jump {
                with_offset(word, skip)
            } else {
                word
            });
        }
        program.extend(answer(!policy.allow_by_default));
    }
    program.extend(answer(policy.allow_by_default));
    program
}

fn with_offset(word: u64, offset: i16) -> u64 {
    let mut bytes = word.to_ne_bytes();
    [bytes[2], bytes[3]] = offset.to_ne_bytes();
    u64::from_ne_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs a program of ours on a request, as the kernel would.
    fn run(program: &[u64], kind: u32, access: u32, (major, minor): (u32, u32)) -> bool {
        let context = [access << 16 | kind, major, minor];
        let mut registers = [0u32; 16];
        let mut next = 0;
        loop {
            let [code, pair, o0, o1, i0, i1, i2, i3] = program[next].to_ne_bytes();
            let (target, source) = (usize::from(pair & 15), usize::from(pair >> 4));
            let offset = usize::from(u16::from_ne_bytes([o0, o1]));
            let value = u32::from_ne_bytes([i0, i1, i2, i3]);
            next += 1;
            let jump = match code {
                0x61 => {
                    registers[target] = context[offset / 4];
                    false
                }
                0xbc => {
                    registers[target] = registers[source];
                    false
                }
                0x54 => {
                    registers[target] &= value;
                    false
                }
                0x74 => {
                    registers[target] >>= value;
                    false
                }
                0xb4 => {
                    registers[target] = value;
                    false
                }
                0x56 => registers[target] != value,
                0x16 => registers[target] == value,
                0x5e => registers[target] != registers[source],
                0x95 => return registers[0] == 1,
                other => panic!("instruction {other:#x}"),
            };
            next += if jump { offset } else { 0 };
        }
    }

    fn rule(allow: bool, kind: RuleKind, numbers: (u32, u32), access: u8) -> Rule {
        let number = |number| {
            if number == u32::MAX {
                DeviceNumber::Any
            } else {
                DeviceNumber::Is(number)
            }
        };
        Rule {
            allow,
            kind,
            major: number(numbers.0),
            minor: number(numbers.1),
            access: Access(access),
        }
    }

    const ANY: u32 = u32::MAX;
    const READ: u32 = 2;
    const WRITE: u32 = 4;

    #[test]
    fn allows_what_one_exception_covers_and_nothing_else() {
        let rules = [
            rule(false, RuleKind::All, (ANY, ANY), 7),
            rule(true, RuleKind::Char, (1, 3), 2),
            rule(true, RuleKind::Char, (1, 3), 4),
            rule(true, RuleKind::Block, (8, ANY), 2),
        ];
        let program = device_program(&rules);
        assert!(run(&program, 2, READ | WRITE, (1, 3)));
        assert!(!run(&program, 2, READ | 1, (1, 3)));
        assert!(!run(&program, 1, READ, (1, 3)));
        assert!(run(&program, 1, READ, (8, 77)));
        assert!(!run(&program, 1, WRITE, (8, 77)));
    }

    #[test]
    fn denies_what_touches_an_exception_when_all_is_allowed() {
        let rules = [
            rule(true, RuleKind::All, (ANY, ANY), 7),
            rule(false, RuleKind::Char, (10, 200), 4),
        ];
        let program = device_program(&rules);
        assert!(!run(&program, 2, READ | WRITE, (10, 200)));
        assert!(run(&program, 2, READ, (10, 200)));
        assert!(run(&program, 1, WRITE, (10, 200)));
    }

    #[test]
    fn a_rule_about_everything_forgets_what_was_before() {
        let rules = [
            rule(true, RuleKind::Char, (1, 3), 7),
            rule(false, RuleKind::All, (ANY, ANY), 7),
        ];
        assert_eq!(device_program(&rules).len(), 8);
    }
}

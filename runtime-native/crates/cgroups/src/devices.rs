//! Device rules: what the configuration says, as v1 lines or as a v2 program.

use std::fmt;

use rustix::io::Errno;
use tsorch_oci::DeviceRule;

use crate::cgroup::{Cgroup, OnMissing, Skipped, describe};
use crate::device_program::device_program;
use crate::error::CgroupError;
use crate::hierarchies::Version;
use crate::node::{Node, group_error};

/// Which sort of node a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleKind {
    /// Both sorts, every number: replaces everything said before.
    All,
    /// Block devices.
    Block,
    /// Character devices.
    Char,
}

/// A major or minor number in a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceNumber {
    /// Every number.
    Any,
    /// This one.
    Is(u32),
}

/// A set of `m` (mknod), `r` and `w`, as the kernel's bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access(pub u8);

impl Access {
    /// All three.
    pub const ALL: Self = Self(7);
    /// Making a node only.
    pub const MKNOD: Self = Self(1);

    fn parse(letters: &str) -> Option<Self> {
        let bit = |letter| match letter {
            'm' => Some(1u8),
            'r' => Some(2),
            'w' => Some(4),
            _ => None,
        };
        let bits = letters
            .chars()
            .try_fold(0u8, |bits, letter| Some(bits | bit(letter)?))?;
        (bits != 0).then_some(Self(bits))
    }
}

/// One device rule, parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Allow or deny.
    pub allow: bool,
    /// Sort of node.
    pub kind: RuleKind,
    /// Major number.
    pub major: DeviceNumber,
    /// Minor number.
    pub minor: DeviceNumber,
    /// What is allowed or denied.
    pub access: Access,
}

/// The devices that every container has (config-linux.md, "Default Devices"), and making nodes of any: `(major, minor)`.
const DEFAULT_DEVICES: [(u32, DeviceNumber); 8] = [
    (1, DeviceNumber::Is(3)),
    (1, DeviceNumber::Is(5)),
    (1, DeviceNumber::Is(7)),
    (1, DeviceNumber::Is(8)),
    (1, DeviceNumber::Is(9)),
    (5, DeviceNumber::Is(0)),
    (5, DeviceNumber::Is(2)),
    (136, DeviceNumber::Any),
];

/// The rules of a container in the order in which they are to be obeyed: deny all, the configuration's, the defaults.
///
/// # Errors
/// [`CgroupError::BadLimit`] for an unknown type, letter or number.
pub fn device_rules(configured: &[DeviceRule]) -> Result<Vec<Rule>, CgroupError> {
    let any = DeviceNumber::Any;
    let everything = Rule {
        allow: false,
        kind: RuleKind::All,
        major: any,
        minor: any,
        access: Access::ALL,
    };
    let node = |kind, major, minor, access| Rule {
        allow: true,
        kind,
        major,
        minor,
        access,
    };
    let mut rules = vec![everything];
    for rule in configured {
        rules.push(parse(rule)?);
    }
    // Configurations begin with "deny all", too.
    rules.dedup();
    rules.push(node(RuleKind::Char, any, any, Access::MKNOD));
    rules.push(node(RuleKind::Block, any, any, Access::MKNOD));
    let defaults = DEFAULT_DEVICES
        .map(|(major, minor)| node(RuleKind::Char, DeviceNumber::Is(major), minor, Access::ALL));
    rules.extend(defaults);
    Ok(rules)
}

fn parse(rule: &DeviceRule) -> Result<Rule, CgroupError> {
    let bad = |reason: String| CgroupError::BadLimit {
        limit: "devices".to_owned(),
        reason,
    };
    let kind = match rule.kind.as_deref() {
        None | Some("a" | "") => RuleKind::All,
        Some("b") => RuleKind::Block,
        Some("c" | "u") => RuleKind::Char,
        Some(other) => return Err(bad(format!("{other:?} is no device type"))),
    };
    let number = |number: Option<i64>| match number {
        None | Some(-1) => Ok(DeviceNumber::Any),
        Some(number) => u32::try_from(number)
            .map(DeviceNumber::Is)
            .map_err(|_| bad(format!("{number} is no device number"))),
    };
    let access = match rule.access.as_deref() {
        None | Some("") => Access::ALL,
        Some(letters) => Access::parse(letters)
            .ok_or_else(|| bad(format!("{letters:?} is no set of r, w, m")))?,
    };
    Ok(Rule {
        allow: rule.allow,
        kind,
        major: number(rule.major)?,
        minor: number(rule.minor)?,
        access,
    })
}

/// Sets a group's device rules, by files in v1 and by a program in v2.
pub(crate) fn restrict(
    group: &Cgroup,
    configured: &[DeviceRule],
    on_missing: OnMissing,
) -> Result<Vec<Skipped>, CgroupError> {
    let rules = device_rules(configured)?;
    let done = match (group.node("devices"), group.v2()) {
        (Some(node), _) if node.version == Version::V1 => write_v1(node, &rules),
        (_, Some(node)) => attach_program(node, &rules),
        _ => Err(CgroupError::MissingController {
            controller: "devices",
            limit: "devices".to_owned(),
        }),
    };
    match done {
        Ok(()) => Ok(Vec::new()),
        Err(error) if on_missing == OnMissing::Skip => Ok(vec![Skipped {
            limit: "devices".to_owned(),
            reason: describe(&error),
        }]),
        Err(error) => Err(error),
    }
}

fn write_v1(node: &Node, rules: &[Rule]) -> Result<(), CgroupError> {
    let (mut allow, mut deny) = (None, None);
    for rule in rules {
        let (name, opened) = match rule.allow {
            true => ("devices.allow", &mut allow),
            false => ("devices.deny", &mut deny),
        };
        node.write_again(opened, name, &rule.to_string())?;
    }
    Ok(())
}

/// The new program is attached before the old ones go: in between both must allow, so nothing opens by accident.
fn attach_program(node: &Node, rules: &[Rule]) -> Result<(), CgroupError> {
    let failed = |errno: Errno| group_error("restrict the devices of", &node.place, errno);
    // BPF takes a real descriptor of the directory.
    let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY;
    let dir = crate::file::open(&node.dir, ".", flags).map_err(failed)?;
    let before = tsorch_sys::bpf::device_programs(&dir).map_err(failed)?;
    let program = tsorch_sys::bpf::load_device_program(&device_program(rules)).map_err(failed)?;
    tsorch_sys::bpf::attach_device_program(&dir, &program).map_err(failed)?;
    for old in before {
        tsorch_sys::bpf::detach_device_program(&dir, &old).map_err(failed)?;
    }
    Ok(())
}

/// The form of the v1 files: `c 1:3 rwm`.
impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            RuleKind::All => return formatter.write_str("a"),
            RuleKind::Block => 'b',
            RuleKind::Char => 'c',
        };
        write!(formatter, "{letter} {}:{} ", self.major, self.minor)?;
        let letters = [(2, "r"), (4, "w"), (1, "m")];
        let given = letters.iter().filter(|(bit, _)| self.access.0 & bit != 0);
        given
            .map(|(_, letter)| *letter)
            .try_for_each(|letter| formatter.write_str(letter))
    }
}

impl fmt::Display for DeviceNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("*"),
            Self::Is(number) => number.fmt(formatter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: &str, major: i64, access: &str) -> DeviceRule {
        DeviceRule {
            allow: true,
            kind: Some(kind.to_owned()),
            major: Some(major),
            minor: None,
            access: Some(access.to_owned()),
        }
    }

    #[test]
    fn writes_rules_in_the_kernels_form_between_deny_all_and_the_defaults() {
        let rules = device_rules(&[rule("c", 10, "rw")]).expect("good");
        let lines: Vec<String> = rules.iter().take(4).map(ToString::to_string).collect();
        assert_eq!(lines, ["a", "c 10:* rw", "c *:* m", "b *:* m"]);
        assert!(rules.iter().any(|rule| rule.to_string() == "c 1:3 rwm"));
    }

    #[test]
    fn refuses_unknown_types_letters_and_numbers() {
        for bad in [rule("x", 1, "r"), rule("c", 1, "rx"), rule("c", -2, "r")] {
            assert!(device_rules(&[bad]).is_err());
        }
    }
}

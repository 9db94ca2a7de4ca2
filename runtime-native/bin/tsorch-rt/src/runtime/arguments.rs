//! Global options, and reading arguments strictly.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use lexopt::{Arg, ValueExt};
use tsorch_container::store::Store;
use tsorch_container::{CgroupManager, Leniency};
use tsorch_oci::ContainerId;
use tsorch_sys::execute;

use super::log::Log;

/// An option's name as it was written, `--user` or `-u`, detached from the parser so that its value can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OptionName(pub(crate) String);

impl From<Arg<'_>> for OptionName {
    fn from(argument: Arg<'_>) -> Self {
        match argument {
            Arg::Long(name) => Self(format!("--{name}")),
            Arg::Short(letter) => Self(format!("-{letter}")),
            Arg::Value(value) => Self(value.to_string_lossy().into_owned()),
        }
    }
}

/// What `--rootless` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rootless {
    /// By the user.
    Auto,
    Yes,
    No,
}

/// Options before the verb.
#[derive(Debug)]
pub(crate) struct Global {
    pub(crate) root: PathBuf,
    /// It was named by the caller.
    pub(crate) root_is_given: bool,
    pub(crate) log: Log,
    pub(crate) leniency: Leniency,
    pub(crate) cgroup_manager: CgroupManager,
    /// Who says so is not root on this host: a directory of the user's, no control groups unless they are asked for.
    rootless: Rootless,
    cgroup_manager_is_given: bool,
    /// Whether systemd is to make a scope around the group of a new container.
    pub(crate) wants_scope: bool,
    /// How many descriptors from 3 on our caller has left open. Counted before we open any.
    pub(crate) inherited: u32,
}

impl Global {
    /// To be called first of all.
    pub(crate) fn new() -> Self {
        let inherited = (3..).take_while(|number| execute::inherited(*number).is_some());
        Self {
            root: PathBuf::from("/run/tsorch-runtime"),
            root_is_given: false,
            log: Log::default(),
            leniency: Leniency::Strict,
            cgroup_manager: CgroupManager::Cgroupfs,
            rootless: Rootless::Auto,
            cgroup_manager_is_given: false,
            wants_scope: false,
            inherited: u32::try_from(inherited.count()).unwrap_or(0),
        }
    }

    /// Descriptors to hand on: what is not inherited would be one of ours.
    pub(crate) fn preserved(&self, wanted: u32) -> anyhow::Result<u32> {
        if wanted > self.inherited {
            bail!(
                "--preserve-fds {wanted}: only {} descriptors from 3 on are open",
                self.inherited
            );
        }
        Ok(wanted)
    }
}

impl Global {
    /// Takes one global option. One that is known but not built is an error, never ignored.
    pub(crate) fn take(
        &mut self,
        option: OptionName,
        arguments: &mut lexopt::Parser,
    ) -> anyhow::Result<()> {
        match option.0.as_str() {
            "--root" => {
                self.root = arguments.value()?.into();
                self.root_is_given = true;
            }
            "--log" => self.log.open(&PathBuf::from(arguments.value()?))?,
            "--log-format" => self.log.set_format(&text(arguments.value()?)?)?,
            "--log-level" => drop(text(arguments.value()?)?),
            "--debug" => {}
            "--lenient-limits" => self.leniency = Leniency::Lenient,
            "--cgroup-manager" => self.set_cgroup_manager(&text(arguments.value()?)?)?,
            "--rootless" => {
                self.rootless = match text(arguments.value()?)?.as_str() {
                    "auto" => Rootless::Auto,
                    "true" => Rootless::Yes,
                    "false" => Rootless::No,
                    other => bail!("--rootless {other:?} is none of auto, true, false"),
                }
            }
            "--systemd-cgroup" => self.set_cgroup_manager("systemd")?,
            other => bail!("there is no option {other:?}; see --help"),
        }
        Ok(())
    }

    /// What follows from all options, before the verb.
    pub(crate) fn settle(&mut self) -> anyhow::Result<()> {
        let is_root = rustix::process::geteuid().is_root();
        let is_rootless = match self.rootless {
            Rootless::Auto => !is_root,
            Rootless::Yes => true,
            Rootless::No => false,
        };
        if !is_rootless {
            return Ok(());
        }
        if !self.cgroup_manager_is_given {
            self.cgroup_manager = CgroupManager::Disabled;
        }
        if !self.root_is_given && !is_root {
            let directory = std::env::var_os("XDG_RUNTIME_DIR").filter(|name| !name.is_empty());
            let directory = directory.context(
                "XDG_RUNTIME_DIR is not set: say with --root where containers are recorded",
            )?;
            self.root = PathBuf::from(directory).join("tsorch-runtime");
        }
        Ok(())
    }

    fn set_cgroup_manager(&mut self, name: &str) -> anyhow::Result<()> {
        self.cgroup_manager_is_given = true;
        (self.cgroup_manager, self.wants_scope) = match name {
            "cgroupfs" => (CgroupManager::Cgroupfs, false),
            "systemd" => (CgroupManager::Cgroupfs, true),
            "disabled" => (CgroupManager::Disabled, false),
            other => bail!("--cgroup-manager {other:?} is none of cgroupfs, systemd, disabled"),
        };
        Ok(())
    }

    /// Where the containers are recorded; nothing is made, and a directory that is not there holds none.
    pub(crate) fn store(&self) -> anyhow::Result<Store> {
        Ok(Store::look(&self.root)?)
    }

    /// The same, for a container that is to be added.
    pub(crate) fn store_to_add(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.root)?)
    }
}

/// A value that must be UTF-8.
pub(crate) fn text(value: OsString) -> anyhow::Result<String> {
    value.string().context("an argument is not UTF-8")
}

/// A whole number: no sign, nothing behind it.
pub(crate) fn number(value: OsString, option: &str) -> anyhow::Result<u32> {
    let value = text(value)?;
    let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = is_plain.then(|| value.parse().ok()).flatten();
    parsed.ok_or_else(|| anyhow!("{option}: {value:?} is not a number from 0 to {}", u32::MAX))
}

/// Sets the container id from a positional argument; only one is taken.
pub(crate) fn take_id(id: &mut Option<ContainerId>, value: OsString) -> anyhow::Result<()> {
    let value = text(value)?;
    if id.is_some() {
        bail!("{value:?} is one argument too many");
    }
    *id = Some(ContainerId::parse(&value)?);
    Ok(())
}

/// The id that must have been given.
pub(crate) fn required(id: Option<ContainerId>) -> anyhow::Result<ContainerId> {
    id.context("a container id is needed")
}

/// Reads the one id of a verb that takes nothing else.
pub(crate) fn only_id(arguments: &mut lexopt::Parser) -> anyhow::Result<ContainerId> {
    let mut id = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Value(value) => take_id(&mut id, value)?,
            other => return Err(other.unexpected().into()),
        }
    }
    required(id)
}

//! The options of `exec`, and the process they describe.

use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use lexopt::Arg;
use tsorch_oci::{Capabilities, Config, ContainerId, Process};

use super::arguments::{OptionName, number, take_id, text};

/// What stands behind `exec`.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) id: Option<ContainerId>,
    process: Option<PathBuf>,
    pub(crate) detach: bool,
    pub(crate) pid_file: Option<PathBuf>,
    pub(crate) console_socket: Option<PathBuf>,
    pub(crate) pidfd_socket: Option<PathBuf>,
    /// `PATH` or `CONTROLLER,...:PATH` below the container's control group.
    pub(crate) cgroup: Option<String>,
    terminal: bool,
    env: Vec<String>,
    cwd: Option<PathBuf>,
    user: Option<(u32, Option<u32>)>,
    additional_gids: Vec<u32>,
    capabilities: Vec<String>,
    no_new_privileges: bool,
    apparmor: Option<String>,
    label: Option<String>,
    pub(crate) preserve_fds: u32,
    pub(crate) ignore_paused: bool,
    command: Vec<String>,
}

impl Options {
    /// Reads what follows the verb.
    pub(crate) fn read(arguments: &mut lexopt::Parser) -> anyhow::Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next()? {
            if let Arg::Value(value) = argument {
                take_id(&mut options.id, value)?;
                for word in arguments.raw_args()? {
                    options.command.push(text(word)?);
                }
                return Ok(options);
            }
            options.take(OptionName::from(argument), arguments)?;
        }
        Ok(options)
    }

    fn take(&mut self, option: OptionName, arguments: &mut lexopt::Parser) -> anyhow::Result<()> {
        let mut value = || arguments.value();
        match option.0.as_str() {
            "--process" | "-p" => self.process = Some(value()?.into()),
            "--detach" | "-d" => self.detach = true,
            "--pid-file" => self.pid_file = Some(value()?.into()),
            "--console-socket" => self.console_socket = Some(value()?.into()),
            "--pidfd-socket" => self.pidfd_socket = Some(value()?.into()),
            "--cgroup" => self.cgroup = Some(text(value()?)?),
            "--tty" | "-t" => self.terminal = true,
            "--env" | "-e" => self.env.push(text(value()?)?),
            "--cwd" => self.cwd = Some(value()?.into()),
            "--user" | "-u" => self.user = Some(user(&text(value()?)?)?),
            "--additional-gids" | "-g" => self
                .additional_gids
                .push(number(value()?, "--additional-gids")?),
            "--cap" | "-c" => self.capabilities.push(text(value()?)?),
            "--no-new-privs" => self.no_new_privileges = true,
            "--apparmor" => self.apparmor = Some(text(value()?)?),
            "--process-label" => self.label = Some(text(value()?)?),
            "--preserve-fds" => self.preserve_fds = number(value()?, "--preserve-fds")?,
            "--ignore-paused" => self.ignore_paused = true,
            other => bail!("there is no option {other:?} (or it is not supported)"),
        }
        Ok(())
    }

    /// The process: from a file, or the container's own with a command and changes.
    pub(crate) fn process(&self, config: &Config) -> anyhow::Result<Process> {
        if let Some(path) = &self.process {
            let text =
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            return Ok(Process::parse(&text)?);
        }
        let mut process = config
            .process
            .clone()
            .context("the container has no process to take settings from")?;
        process.args.clone_from(&self.command);
        process.terminal = self.terminal;
        process.console_size = None;
        // In place of the container's: getenv(3) finds the first of a name.
        let name_of = |entry: &str| entry.split('=').next().unwrap_or_default().to_owned();
        let given: Vec<String> = self.env.iter().map(|entry| name_of(entry)).collect();
        process.env.retain(|entry| !given.contains(&name_of(entry)));
        process.env.extend(self.env.iter().cloned());
        if let Some(cwd) = &self.cwd {
            process.cwd.clone_from(cwd);
        }
        if let Some((uid, gid)) = self.user {
            process.user = tsorch_oci::User {
                uid,
                gid: gid.unwrap_or(0),
                umask: process.user.umask,
                additional_gids: Vec::new(),
            };
        }
        process.user.additional_gids.extend(&self.additional_gids);
        if !self.capabilities.is_empty() {
            add_capabilities(
                process.capabilities.get_or_insert_default(),
                &self.capabilities,
            );
        }
        process.no_new_privileges |= self.no_new_privileges;
        process.apparmor_profile = self.apparmor.clone().or(process.apparmor_profile);
        process.selinux_label = self.label.clone().or(process.selinux_label);
        process.check()?;
        Ok(process)
    }
}

/// `UID[:GID]`, whole numbers: `1` is not root (CVE-2026-30892).
fn user(given: &str) -> anyhow::Result<(u32, Option<u32>)> {
    let one = |part: &str| number(part.into(), "--user");
    match given.split_once(':') {
        None => Ok((one(given)?, None)),
        Some((uid, gid)) => Ok((one(uid)?, Some(one(gid)?))),
    }
    .map_err(|error: anyhow::Error| anyhow!("{error}; UID or UID:GID is wanted"))
}

/// The inheritable set stays as it is, it would survive the next execve; what it holds may be ambient as well.
fn add_capabilities(sets: &mut Capabilities, names: &[String]) {
    for set in [&mut sets.bounding, &mut sets.effective, &mut sets.permitted] {
        set.extend(
            names
                .iter()
                .filter(|name| !set.contains(name))
                .cloned()
                .collect::<Vec<_>>(),
        );
    }
    let inherited = names.iter().filter(|name| sets.inheritable.contains(name));
    sets.ambient.extend(inherited.cloned());
}

#[cfg(test)]
mod tests {
    use super::user;

    #[test]
    fn users_are_whole_numbers() {
        assert_eq!(user("1").ok(), Some((1, None)));
        assert_eq!(user("1000:0").ok(), Some((1000, Some(0))));
        for text in [
            "",
            "1x",
            "-1",
            "+1",
            " 1",
            "1:",
            ":1",
            "root",
            "1:2:3",
            "4294967296",
        ] {
            assert!(user(text).is_err(), "{text}");
        }
    }
}

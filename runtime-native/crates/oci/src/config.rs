//! `config.json`: the top level, root, mounts and hooks.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use crate::SPEC_VERSION;
use crate::linux::Linux;
use crate::process::Process;
use crate::without_nulls::from_json;

/// A container's configuration, the content of a bundle's `config.json`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// Version of the specification that the document follows.
    pub oci_version: String,
    /// The root filesystem; required on Linux.
    pub root: Option<Root>,
    /// The program; required before `start`.
    pub process: Option<Process>,
    /// Host name inside, when the container has a UTS namespace.
    pub hostname: Option<String>,
    /// Domain name inside.
    pub domainname: Option<String>,
    /// Mounts, carried out in this order.
    #[serde(default)]
    pub mounts: Vec<Mount>,
    /// Programs to run at points of the life cycle.
    #[serde(default)]
    pub hooks: Hooks,
    /// Free key-value pairs, shown in the state.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
    /// Everything that only Linux has.
    #[serde(default)]
    pub linux: Linux,
}

/// `root`: where the root filesystem is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Root {
    /// Absolute, or relative to the bundle.
    pub path: PathBuf,
    /// The root must be read-only inside.
    #[serde(default)]
    pub readonly: bool,
}

/// One entry of `mounts`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mount {
    /// Absolute path inside; a relative one counts from `/`.
    pub destination: PathBuf,
    /// Filesystem type; `bind` or absent for bind mounts.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Device, path or word that the filesystem takes as its source; relative paths count from the bundle.
    pub source: Option<PathBuf>,
    /// Mount options, `fstab` style.
    #[serde(default)]
    pub options: Vec<String>,
    /// User id mappings of an idmapped mount.
    #[serde(default)]
    pub uid_mappings: Vec<IdMapping>,
    /// Group id mappings of an idmapped mount.
    #[serde(default)]
    pub gid_mappings: Vec<IdMapping>,
}

/// One range of a user or group id mapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IdMapping {
    /// First id inside.
    #[serde(rename = "containerID")]
    pub container_id: u32,
    /// First id outside.
    #[serde(rename = "hostID")]
    pub host_id: u32,
    /// How many.
    pub size: u32,
}

/// `hooks`: programs by point of the life cycle, in the order of the specification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hooks {
    /// Deprecated, run like `createRuntime` and before it.
    pub prestart: Vec<Hook>,
    /// In the runtime's namespaces, after the namespaces were made, before `pivot_root`.
    pub create_runtime: Vec<Hook>,
    /// In the container's namespaces, before `pivot_root`.
    pub create_container: Vec<Hook>,
    /// In the container, right before the program.
    pub start_container: Vec<Hook>,
    /// Outside, after the program was executed.
    pub poststart: Vec<Hook>,
    /// Outside, after the container was deleted.
    pub poststop: Vec<Hook>,
}

/// One hook: a program that gets the container's state on its standard input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Hook {
    /// Absolute path of the program.
    pub path: PathBuf,
    /// Its arguments, the first is its own name.
    #[serde(default)]
    pub args: Vec<String>,
    /// Its environment, `KEY=value`.
    #[serde(default)]
    pub env: Vec<String>,
    /// Seconds until it is killed.
    pub timeout: Option<u64>,
}

/// Why a `config.json` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON, or a field of the wrong type.
    #[error("config.json is not a valid OCI configuration")]
    Syntax(#[source] serde_json::Error),
    /// A version of the specification that this program does not know.
    #[error("ociVersion {0:?} is not supported: 1.0 to {SPEC_VERSION} are")]
    Version(String),
    /// A field that must be there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A field whose value makes no sense.
    #[error("{field} is {value:?}: {reason}")]
    Bad {
        /// JSON path of the field.
        field: &'static str,
        /// What it holds.
        value: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

impl Config {
    /// Reads a `config.json` and checks what needs no host: version, required fields, absolute paths.
    ///
    /// # Errors
    /// [`ConfigError`], the first problem found.
    pub fn parse(text: &[u8]) -> Result<Self, ConfigError> {
        let mut config: Self = from_json(text).map_err(ConfigError::Syntax)?;
        config.check()?;
        config.read_as_its_version_means();
        Ok(config)
    }

    /// Up to version 1.2 `pids.limit` 0 was "no limit" to most writers (podman writes it for -1); since 1.3 it is a limit.
    fn read_as_its_version_means(&mut self) {
        let mut version = self.oci_version.split(['.', '-', '+']).skip(1);
        let minor = version.next().and_then(|minor| minor.parse::<u32>().ok());
        let pids = self.linux.resources.as_mut();
        if let Some(pids) = pids.and_then(|resources| resources.pids.as_mut())
            && minor.is_some_and(|minor| minor < 3)
            && pids.limit == Some(0)
        {
            pids.limit = Some(-1);
        }
    }

    fn check(&self) -> Result<(), ConfigError> {
        let mut version = self.oci_version.split(['.', '-', '+']);
        if version.next() != Some("1") || version.next().is_none() {
            return Err(ConfigError::Version(self.oci_version.clone()));
        }
        if self
            .root
            .as_ref()
            .is_none_or(|root| root.path.as_os_str().is_empty())
        {
            return Err(ConfigError::Missing("root.path"));
        }
        if let Some(process) = &self.process {
            process.check()?;
        }
        let hooks = &self.hooks;
        let groups = [
            &hooks.prestart,
            &hooks.create_runtime,
            &hooks.create_container,
            &hooks.start_container,
            &hooks.poststart,
            &hooks.poststop,
        ];
        for hook in groups.into_iter().flatten() {
            if !hook.path.is_absolute() {
                return Err(ConfigError::Bad {
                    field: "hooks[].path",
                    value: hook.path.display().to_string(),
                    reason: "it must be absolute",
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text.as_bytes())
    }

    #[test]
    fn reads_the_fields_it_knows_and_ignores_the_others() {
        let config = parse(
            r#"{"ociVersion": "1.0.2", "x": 1, "root": {"path": "rootfs", "readonly": true},
                "process": {"cwd": "/", "args": ["sh"], "user": {"uid": 7, "gid": 8}},
                "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
                "linux": {"namespaces": [{"type": "pid"}, {"type": "network", "path": "/n"}]}}"#,
        )
        .expect("valid");
        assert_eq!(
            config.root,
            Some(Root {
                path: "rootfs".into(),
                readonly: true
            })
        );
        assert_eq!(
            config
                .process
                .map(|process| (process.user.uid, process.user.gid)),
            Some((7, 8))
        );
        assert_eq!(config.linux.namespaces.len(), 2);
    }

    #[test]
    fn takes_versions_of_the_first_major_number_only() {
        let with = |version: &str| {
            parse(&format!(
                r#"{{"ociVersion": "{version}", "root": {{"path": "r"}}}}"#
            ))
        };
        for version in ["1.0.0", "1.0.2-dev", "1.1.0+build", "1.2.1", "1.3.0"] {
            assert!(with(version).is_ok(), "{version}");
        }
        for version in ["2.0.0", "0.9.0", "1", "", "10.0.0", "x.1"] {
            let error = with(version).expect_err("refused").to_string();
            assert!(
                error.contains("is not supported: 1.0 to 1.3.0 are"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_null_is_no_word_at_all() {
        let text = r#"{"ociVersion": "1.0.0", "root": {"path": "r"}, "mounts": null, "annotations": null,
                       "hooks": {"prestart": null}, "linux": {"timeOffsets": null, "devices": null}}"#;
        assert_eq!(parse(text).expect("valid").mounts, []);
    }

    #[test]
    fn a_syntax_error_has_its_place() {
        let error = parse("{\n  \"ociVersion\": null,\n  \"mounts\": 7}").expect_err("refused");
        let cause = std::error::Error::source(&error)
            .expect("a cause")
            .to_string();
        assert!(
            cause.contains("line 2") || cause.contains("line 3"),
            "{cause}"
        );
    }

    #[test]
    fn refuses_unknown_versions_missing_roots_and_relative_paths() {
        assert!(matches!(
            parse(r#"{"ociVersion": "2.0"}"#),
            Err(ConfigError::Version(_))
        ));
        assert!(matches!(
            parse(r#"{"ociVersion": "1.0.0"}"#),
            Err(ConfigError::Missing("root.path"))
        ));
        let process = r#"{"ociVersion": "1.0.0", "root": {"path": "r"}, "process": {"cwd": "x", "args": ["a"]}}"#;
        assert!(matches!(
            parse(process),
            Err(ConfigError::Bad {
                field: "process.cwd",
                ..
            })
        ));
        assert!(matches!(parse("{"), Err(ConfigError::Syntax(_))));
    }

    #[test]
    fn refuses_numbers_outside_their_range() {
        let text = r#"{"ociVersion": "1.0.0", "root": {"path": "r"},
                       "process": {"cwd": "/", "args": ["a"], "user": {"uid": -1, "gid": 4294967296}}}"#;
        assert!(matches!(parse(text), Err(ConfigError::Syntax(_))));
    }
}

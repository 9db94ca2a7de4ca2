//! `spec`: writes an example configuration.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::arguments::{Global, OptionName};

/// A shell with the usual mounts, namespaces, masked paths and Docker's usual capabilities.
const EXAMPLE: &str = include_str!("example-config.json");

pub(crate) fn main(_: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    let (mut bundle, mut rootless) = (PathBuf::from("."), false);
    while let Some(argument) = arguments.next()? {
        match OptionName::from(argument).0.as_str() {
            "--bundle" | "-b" => bundle = arguments.value()?.into(),
            "--rootless" => rootless = true,
            other => bail!("there is no option {other:?} (or it is not supported)"),
        }
    }
    let text = match rootless {
        true => for_own_user()?,
        false => EXAMPLE.to_owned(),
    };
    let path = bundle.join("config.json");
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// The example for somebody without rights of root: only the own user inside, the host's network, no limits.
fn for_own_user() -> anyhow::Result<String> {
    use rustix::process::{getegid, geteuid};
    let mut config: Value = serde_json::from_str(EXAMPLE)?;
    let mapping = |id: u32| json!([{"containerID": 0, "hostID": id, "size": 1}]);
    let linux = &mut config["linux"];
    linux["uidMappings"] = mapping(geteuid().as_raw());
    linux["gidMappings"] = mapping(getegid().as_raw());
    if let Some(linux) = linux.as_object_mut() {
        linux.remove("resources");
    }
    if let Some(namespaces) = linux["namespaces"].as_array_mut() {
        namespaces.retain(|namespace| namespace["type"] != "network");
        namespaces.push(json!({"type": "user"}));
    }
    for mount in config["mounts"].as_array_mut().into_iter().flatten() {
        match mount["destination"].as_str() {
            // That group is not mapped.
            Some("/dev/pts") => {
                if let Some(options) = mount["options"].as_array_mut() {
                    options.retain(|option| option != "gid=5");
                }
            }
            // It shows the network, which is the host's.
            Some("/sys") => {
                *mount = json!({"destination": "/sys", "type": "none", "source": "/sys",
                                "options": ["rbind", "nosuid", "noexec", "nodev", "ro"]});
            }
            _ => {}
        }
    }
    // Those of the host are among what is bound.
    if let Some(mounts) = config["mounts"].as_array_mut() {
        mounts.retain(|mount| mount["type"] != "cgroup");
    }
    Ok(format!("{}\n", serde_json::to_string_pretty(&config)?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_example_is_a_valid_configuration() {
        assert!(tsorch_oci::Config::parse(super::EXAMPLE.as_bytes()).is_ok());
    }
}

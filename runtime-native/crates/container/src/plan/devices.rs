//! Device nodes of a container: the default ones and the configuration's.

use std::path::PathBuf;

use tsorch_oci::{Device, DeviceKind};

use super::PlanError;

/// A node to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceNode {
    pub(crate) path: PathBuf,
    pub(crate) kind: DeviceKind,
    pub(crate) major: u32,
    pub(crate) minor: u32,
    /// Permission bits.
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// config-linux.md, "Default Devices"; `/dev/ptmx` is a link and `/dev/console` belongs to the terminal.
const DEFAULTS: [(&str, u32, u32); 6] = [
    ("/dev/null", 1, 3),
    ("/dev/zero", 1, 5),
    ("/dev/full", 1, 7),
    ("/dev/random", 1, 8),
    ("/dev/urandom", 1, 9),
    ("/dev/tty", 5, 0),
];

/// The links that every container has in `/dev`: name and target.
pub(crate) const LINKS: [(&str, &str); 5] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
    ("ptmx", "pts/ptmx"),
];

/// The default nodes, unless the configuration describes one of them itself, and the configuration's.
pub(crate) fn nodes(configured: &[Device]) -> Result<Vec<DeviceNode>, PlanError> {
    let described = |path: &str| {
        configured
            .iter()
            .any(|device| device.path.as_os_str() == path)
    };
    let defaults = DEFAULTS.iter().filter(|(path, ..)| !described(path));
    let mut nodes: Vec<DeviceNode> = defaults
        .map(|(path, major, minor)| default(path, *major, *minor))
        .collect();
    for device in configured {
        if !device.path.is_absolute() || device.path.file_name().is_none() {
            let path = device.path.display();
            return Err(PlanError::new(format!(
                "linux.devices: {path} is no absolute path of a node"
            )));
        }
        nodes.push(DeviceNode {
            path: device.path.clone(),
            kind: device.kind,
            major: device.major,
            minor: device.minor,
            mode: device.file_mode.unwrap_or(0o666) & 0o7777,
            uid: device.uid.unwrap_or(0),
            gid: device.gid.unwrap_or(0),
        });
    }
    Ok(nodes)
}

fn default(path: &str, major: u32, minor: u32) -> DeviceNode {
    DeviceNode {
        path: path.into(),
        kind: DeviceKind::Char,
        major,
        minor,
        mode: 0o666,
        uid: 0,
        gid: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(path: &str) -> Device {
        Device {
            kind: DeviceKind::Char,
            path: path.into(),
            major: 10,
            minor: 229,
            file_mode: Some(0o600),
            uid: None,
            gid: None,
        }
    }

    #[test]
    fn the_configuration_may_describe_a_default_device_itself() {
        let nodes = nodes(&[device("/dev/fuse"), device("/dev/tty")]).expect("good");
        assert_eq!(nodes.len(), 7);
        assert_eq!(
            nodes
                .iter()
                .filter(|node| node.path.as_os_str() == "/dev/tty")
                .count(),
            1
        );
    }

    #[test]
    fn refuses_relative_paths_and_the_root() {
        assert!(nodes(&[device("dev/fuse")]).is_err());
        assert!(nodes(&[device("/")]).is_err());
    }
}

//! Settings below /proc/sys/net, which shows the network namespace of whoever opens it (kernel: ip-sysctl.rst).

use std::path::{Path, PathBuf};

use rustix::io::Errno;

const IPV4_FORWARDING: &str = "/proc/sys/net/ipv4/ip_forward";
const IPV6_CONF: &str = "/proc/sys/net/ipv6/conf";

/// Settings of an interface, or of `default` and `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conf {
    /// `accept_ra`
    AcceptRouterAdvertisements,
    /// `accept_dad`: duplicate detection, which keeps a new link-local address unusable for a second. Addresses are ours
    /// to give, so there are no duplicates.
    DetectDuplicates,
    /// `disable_ipv6`
    Disable,
}

/// Whether the kernel runs IPv6 at all.
pub(crate) fn has_ipv6() -> bool {
    Path::new(IPV6_CONF).exists()
}

/// Changes a setting of IPv6. No error on a kernel without IPv6.
pub(crate) fn set_ipv6(interface: &str, setting: Conf, on: bool) -> Result<(), Errno> {
    let name = match setting {
        Conf::AcceptRouterAdvertisements => "accept_ra",
        Conf::DetectDuplicates => "accept_dad",
        Conf::Disable => "disable_ipv6",
    };
    let path: PathBuf = [IPV6_CONF, interface, name].iter().collect();
    match write(&path, if on { "1" } else { "0" }) {
        Err(Errno::NOENT) if !has_ipv6() => Ok(()),
        other => other,
    }
}

/// Lets the host forward IPv4; tells whether it had to be switched on.
pub(crate) fn enable_ipv4_forwarding() -> Result<bool, Errno> {
    write_switch(Path::new(IPV4_FORWARDING), true)
}

/// Lets the host forward IPv6 without losing its own default route: with forwarding on, the kernel ignores router
/// advertisements on interfaces whose `accept_ra` is 1.
pub(crate) fn enable_ipv6_forwarding() -> Result<bool, Errno> {
    let all: PathBuf = [IPV6_CONF, "all", "forwarding"].iter().collect();
    if read(&all)? == "1" {
        return Ok(false);
    }
    for entry in std::fs::read_dir(IPV6_CONF).map_err(errno_of)? {
        let path = entry.map_err(errno_of)?.path().join("accept_ra");
        if read(&path).is_ok_and(|value| value == "1") {
            write(&path, "2")?;
        }
    }
    write_switch(&all, true)
}

fn write_switch(path: &Path, on: bool) -> Result<bool, Errno> {
    let wanted = if on { "1" } else { "0" };
    if read(path)? == wanted {
        return Ok(false);
    }
    write(path, wanted).map(|()| true)
}

fn read(path: &Path) -> Result<String, Errno> {
    std::fs::read_to_string(path)
        .map(|text| text.trim().to_owned())
        .map_err(errno_of)
}

fn write(path: &Path, value: &str) -> Result<(), Errno> {
    std::fs::write(path, value).map_err(errno_of)
}

fn errno_of(error: std::io::Error) -> Errno {
    Errno::from_io_error(&error).unwrap_or(Errno::IO)
}

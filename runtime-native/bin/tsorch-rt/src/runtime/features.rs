//! `features`: what this runtime supports, as the specification's features document.

use std::process::ExitCode;

use super::arguments::Global;
use super::say;

pub(crate) fn main(_: &Global, arguments: &mut lexopt::Parser) -> anyhow::Result<ExitCode> {
    if let Some(argument) = arguments.next()? {
        return Err(argument.unexpected().into());
    }
    let document = serde_json::json!({
        "ociVersionMin": "1.0.0",
        "ociVersionMax": tsorch_oci::SPEC_VERSION,
        "hooks": tsorch_container::features::HOOKS,
        "mountOptions": tsorch_container::features::mount_options(),
        "linux": {
            "namespaces": tsorch_container::features::NAMESPACES,
            "capabilities": tsorch_container::features::capabilities(),
            "cgroup": {"v1": true, "v2": true, "systemd": true, "systemdUser": false, "rdma": true},
            "seccomp": {
                "enabled": true,
                "actions": tsorch_container::features::SECCOMP_ACTIONS,
                "operators": tsorch_container::features::SECCOMP_OPERATORS,
                "archs": tsorch_container::features::SECCOMP_ARCHITECTURES,
                "knownFlags": tsorch_container::features::SECCOMP_FLAGS,
                "supportedFlags": tsorch_container::features::supported_seccomp_flags(),
            },
            "apparmor": {"enabled": true},
            "selinux": {"enabled": true},
            "intelRdt": {"enabled": true, "schemata": true, "monitoring": true},
            "memoryPolicy": {
                "modes": tsorch_container::features::memory_policy_modes(),
                "flags": tsorch_container::features::memory_policy_flags(),
            },
            "netDevices": {"enabled": true},
            "mountExtensions": {"idmap": {"enabled": true}},
        },
        // No annotation changes what is done.
        "potentiallyUnsafeConfigAnnotations": [],
        "annotations": {"org.tsorch.version": env!("CARGO_PKG_VERSION")},
    });
    say(&format!("{}\n", serde_json::to_string_pretty(&document)?))
}

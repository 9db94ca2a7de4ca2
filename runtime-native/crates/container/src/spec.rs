//! What a caller says when it creates a container.

use std::os::fd::OwnedFd;
use std::path::Path;

use tsorch_cgroups::Hierarchies;
use tsorch_oci::{Config, ConsoleSize, ContainerId};

/// Three descriptors that become a process's standard streams. They are closed in the caller by moving them in here.
#[derive(Debug)]
pub struct Stdio {
    /// Becomes descriptor 0.
    pub stdin: OwnedFd,
    /// Becomes descriptor 1.
    pub stdout: OwnedFd,
    /// Becomes descriptor 2.
    pub stderr: OwnedFd,
}

/// What a process's standard streams are.
#[derive(Debug)]
pub enum Io {
    /// Pipes, files or whatever else the caller opened.
    Pipes(Stdio),
    /// A new pseudoterminal in the container's devpts; its master comes back to the caller.
    Terminal {
        /// First size.
        size: Option<ConsoleSize>,
    },
}

/// What to do about a limit or right that the configuration asks for and the host cannot give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leniency {
    /// Fail: the specification says MUST. `tsorch-runtime`'s rule.
    Strict,
    /// Give what there is and tell it by a [`Warning`]. The daemon's rule.
    Lenient,
}

/// Who makes a container's control groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CgroupManager {
    /// We, with directories in the mounted hierarchies.
    #[default]
    Cgroupfs,
    /// Nobody: the container stays in its maker's groups, and no hierarchy is looked at.
    Disabled,
}

/// Something that is not as the configuration says, but not bad enough to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What sort of thing.
    pub kind: WarningKind,
    /// One sentence for people.
    pub message: String,
}

/// The sorts of [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum WarningKind {
    /// A resource limit was clamped to what the caller may give.
    Rlimit,
    /// The out-of-memory score could not be lowered.
    OomScore,
    /// A capability is unknown or not ours to give.
    Capability,
    /// A control group limit was left out: its controller is not there.
    Cgroup,
    /// A mount option or another wish has no effect here.
    Unsupported,
    /// A hook that follows the start failed, and the container was ended for it.
    Hook,
}

/// How init hears that it shall execute the program.
#[derive(Debug)]
pub enum StartGate {
    /// By [`crate::Created::start`] in this process.
    Caller,
    /// By whoever connects to this listening unix socket, perhaps another process much later.
    /// The connection then carries the error of `execve`, or ends without a byte.
    Listener(OwnedFd),
}

/// How a container's root becomes its first process's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RootChange {
    /// By pivot_root(2): the host's tree is gone from the container's mount table.
    #[default]
    Pivot,
    /// It is moved over the host's root, for hosts that run from their initial memory filesystem, which cannot be
    /// pivoted away. Whoever has CAP_SYS_CHROOT inside can leave.
    Move,
}

/// Whose session keyring the processes of a container have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keyring {
    /// Each process that enters the container begins a session of its own.
    #[default]
    Own,
    /// That of whoever made it: keys of the host can be used inside.
    Callers,
}

/// Everything [`crate::create`] needs to know.
#[derive(Debug)]
pub struct Spec<'a> {
    /// The container's id.
    pub id: &'a ContainerId,
    /// Its configuration, already checked.
    pub config: &'a Config,
    /// Absolute path of the bundle; relative paths of the configuration count from here.
    pub bundle: &'a Path,
    /// Absolute path of the root filesystem, mounted or filled by the caller.
    pub rootfs: &'a Path,
    /// Standard streams.
    pub io: Io,
    /// What to do about what the host cannot give.
    pub leniency: Leniency,
    /// Who makes its control groups.
    pub cgroup_manager: CgroupManager,
    /// Where, when the caller has looked already.
    pub hierarchies: Option<&'a Hierarchies>,
    /// The program `tsorch-init`, opened; it then becomes the first process and the configuration's program its child.
    pub init_program: Option<OwnedFd>,
    /// Directory of compiled system call filters; `None` = compile each time.
    pub seccomp_cache: Option<&'a Path>,
    /// How many descriptors from 3 on the program inherits.
    pub preserve_fds: u32,
    /// Who opens the start gate.
    pub gate: StartGate,
    /// How the root is changed.
    pub root_change: RootChange,
    /// Whose keyring it has.
    pub keyring: Keyring,
}

//! Why hostd cannot run.

use rustix::io::Errno;
use tsorch_cgroups::CgroupError;
use tsorch_network::NetworkError;
use tsorch_protocol::{Code, ErrorBody, code};

/// Why hostd cannot start, or had to end.
#[derive(Debug, thiserror::Error)]
pub enum HostdError {
    /// It acts on the host.
    #[error("tsorch-hostd must run as root")]
    NotRoot,
    /// One per run directory and one per root.
    #[error("another tsorch-hostd serves {directory}{}", from(.run_dir))]
    AlreadyRunning {
        /// The one that is taken.
        directory: String,
        /// Where the other one has its sockets, when that is somewhere else.
        run_dir: Option<String>,
    },
    /// An option is unusable.
    #[error("{option} {value:?} {problem}")]
    BadOption {
        /// `--run-dir`
        option: &'static str,
        /// As given.
        value: String,
        /// `is not an absolute path`
        problem: &'static str,
    },
    /// The host refused something that hostd cannot do without.
    #[error("cannot {operation} {object}")]
    Host {
        /// `create`
        operation: &'static str,
        /// `/run/tsorch/shims`
        object: String,
        /// Why.
        #[source]
        errno: Errno,
    },
    /// Control groups are not usable.
    #[error("cannot use the host's control groups")]
    Cgroups(#[from] CgroupError),
    /// The network cannot be taken over.
    #[error("cannot open the node's network")]
    Network(#[from] NetworkError),
    /// The layers cannot be opened.
    #[error("cannot open the store of layers: {0}")]
    Layers(ErrorBody),
}

fn from(run_dir: &Option<String>) -> String {
    let told = run_dir.as_ref();
    told.map_or_else(String::new, |run_dir| format!(", from {run_dir}"))
}

impl HostdError {
    /// The code of schemas/error-codes.json.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NotRoot => code!("node.not-root"),
            Self::AlreadyRunning { .. } => code!("node.already-running"),
            Self::BadOption { .. } => code!("usage.bad-argument"),
            Self::Host {
                errno: Errno::PERM | Errno::ACCESS,
                ..
            } => code!("host.permission"),
            Self::Host { .. } => code!("host.failed"),
            Self::Cgroups(_) => code!("host.missing-feature"),
            Self::Network(error) => error.code(),
            Self::Layers(error) => error.code,
        }
    }

    /// For `map_err`: an operation on an object failed.
    pub(crate) fn host(
        operation: &'static str,
        object: impl Into<String>,
    ) -> impl FnOnce(Errno) -> Self {
        let object = object.into();
        move |errno| Self::Host {
            operation,
            object,
            errno,
        }
    }
}

//! Errors of this crate as answers tell them.

use std::error::Error;

use rustix::io::Errno;
use tsorch_cgroups::CgroupError;
use tsorch_container::users::UserError;
use tsorch_container::{CreateError, ExecError, StartError};
use tsorch_protocol::{Code, ErrorBody, code};

use crate::rootfs::RootfsError;
use crate::shim_config::ShimConfigError;

/// A step of the host failed: `host.failed`.
pub(crate) fn host_failed(step: &str, errno: Errno) -> ErrorBody {
    let code = match errno {
        Errno::NOSPC | Errno::DQUOT => code!("content.no-space"),
        Errno::PERM | Errno::ACCESS => code!("host.permission"),
        _ => code!("host.failed"),
    };
    ErrorBody::new(code, format!("cannot {step}: {errno}")).errno(errno)
}

/// The request makes no sense: `protocol.bad-request`.
pub(crate) fn bad_request(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(code!("protocol.bad-request"), message)
}

/// No task runs.
pub(crate) fn not_running() -> ErrorBody {
    ErrorBody::new(
        code!("container.not-running"),
        "the container is not running",
    )
}

/// The container's task does not allow it now.
pub(crate) fn busy(message: impl Into<String>) -> ErrorBody {
    ErrorBody::new(code!("node.busy"), message)
}

pub(crate) fn rootfs_failed(error: &RootfsError) -> ErrorBody {
    let mut body = host_failed("mount the container's root", error.errno);
    body.message = with_causes(error);
    body
}

pub(crate) fn bad_shim_config(error: &ShimConfigError) -> ErrorBody {
    bad_request(with_causes(error))
}

pub(crate) fn bad_user(error: &UserError) -> ErrorBody {
    ErrorBody::new(code!("container.bad-user"), with_causes(error))
}

pub(crate) fn cgroup_failed(error: &CgroupError) -> ErrorBody {
    let body = ErrorBody::new(code!("host.failed"), with_causes(error));
    match error.errno() {
        Some(errno) => body.errno(errno),
        None => body,
    }
}

pub(crate) fn create_failed(error: &CreateError) -> ErrorBody {
    let body = ErrorBody::new(listed(error.code()), with_causes(error));
    match error {
        CreateError::Host(failure) | CreateError::Init(failure) => with_errno(body, failure.errno),
        CreateError::Cgroup(cause) => with_errno(body, cause.errno().map(Errno::raw_os_error)),
        _ => body,
    }
}

pub(crate) fn start_failed(error: &StartError) -> ErrorBody {
    let body = ErrorBody::new(listed(error.code()), with_causes(error));
    match error {
        StartError::Program(failure) => with_errno(body, failure.errno),
        StartError::Died => body,
    }
}

pub(crate) fn exec_failed(error: &ExecError) -> ErrorBody {
    let body = ErrorBody::new(listed(error.code()), with_causes(error));
    match error {
        ExecError::Host(failure) | ExecError::Program(failure) => with_errno(body, failure.errno),
        _ => body,
    }
}

fn with_errno(body: ErrorBody, errno: Option<i32>) -> ErrorBody {
    match errno {
        Some(errno) => body.errno(Errno::from_raw_os_error(errno)),
        None => body,
    }
}

/// A code that another crate names; one that is not in the list would be our bug.
fn listed(code: &str) -> Code {
    Code::find(code).unwrap_or(code!("internal.bug"))
}

/// The error and what lies below it, in one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

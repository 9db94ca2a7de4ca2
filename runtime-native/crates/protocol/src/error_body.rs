//! The `error` of an answer.

use rustix::io::Errno;
use serde::{Deserialize, Serialize};

use crate::code::Code;
use crate::errno::errno_name;

/// What went wrong, told for people and for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// One of schemas/error-codes.json.
    pub code: Code,
    /// Lower case, without a full stop; names object and value.
    pub message: String,
    /// What it is about: an id, a network, `tcp 0.0.0.0:8080`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// An imperative; absent = the hint of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// `EADDRINUSE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errno: Option<String>,
    /// Whether the same call may succeed later without anybody changing anything.
    #[serde(default)]
    pub retryable: bool,
}

impl ErrorBody {
    /// An error that is not retryable.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            object: None,
            hint: None,
            errno: None,
            retryable: false,
        }
    }

    /// Says what it is about.
    #[must_use]
    pub fn about(mut self, object: impl Into<String>) -> Self {
        self.object = Some(object.into());
        self
    }

    /// Says what the reader can do, where that is more than the list's hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the system's error number.
    #[must_use]
    pub fn errno(mut self, errno: Errno) -> Self {
        self.errno = Some(errno_name(errno));
        self
    }

    /// Says that the same call may succeed later.
    #[must_use]
    pub fn retryable(mut self) -> Self {
        self.retryable = true;
        self
    }
}

impl std::fmt::Display for ErrorBody {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} [{}]", self.message, self.code)
    }
}

impl std::error::Error for ErrorBody {}

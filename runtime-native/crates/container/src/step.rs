//! Naming the step that failed.

use rustix::io::Errno;

use crate::error::Failure;

/// Turns the kernel's error number into a [`Failure`] that names the step and its object.
pub(crate) trait Step<T> {
    /// `name` is asked only after a failure.
    fn step<S: Into<String>>(self, name: impl FnOnce() -> S) -> Result<T, Failure>;
}

impl<T> Step<T> for Result<T, Errno> {
    fn step<S: Into<String>>(self, name: impl FnOnce() -> S) -> Result<T, Failure> {
        self.map_err(|errno| Failure::new(name(), errno))
    }
}

//! The crate from outside: what layers become, and what hostile ones do not achieve. Needs root, as the worker does.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod hostile;
mod overlay_form;
mod store;
mod stream;
mod support;
mod trees;

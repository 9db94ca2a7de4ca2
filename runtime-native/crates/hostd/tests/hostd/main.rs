//! hostd as a process, with toy shims, on the real host. Needs root and control groups.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod layers;
mod node;
mod requests;
mod supervision;
mod support;

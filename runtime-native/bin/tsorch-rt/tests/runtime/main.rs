//! `tsorch-runtime` as its callers see it: real containers from a busybox root. Needs root and Debian's busybox-static.
//!
//! Where the behaviour is the specification's, the same test runs against runc, if it is installed: that tests the test.

mod attacks;
mod attacks_inside;
mod attacks_races;
mod checklist;
mod command_line;
mod drop_in;
mod exec;
mod flags;
mod hooks;
mod isolation;
mod leaks;
mod lifecycle;
mod limits;
mod mount_options;
mod mount_tables;
mod mounts;
mod namespaces;
mod net_devices;
mod propagation;
mod regressions;
mod rootless;
mod sandbox;
mod scheduling;
mod seccomp;
mod seccomp_notify;
mod terminal;
mod users;

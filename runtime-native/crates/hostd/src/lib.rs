//! The resident process that acts on the host: forks shims and workers, owns the network.
#![forbid(unsafe_code)]

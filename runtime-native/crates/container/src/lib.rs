//! Creates, starts, enters and deletes containers from an OCI configuration.
#![forbid(unsafe_code)]

//! Names of services: zones, answering, forwarding, and the local proxy for published ports.
#![forbid(unsafe_code)]

//! Watches one container: stdio, log, exec sessions, probes, exit record.
#![forbid(unsafe_code)]

//! Length-prefixed JSON frames and the messages spoken between daemon, hostd and shims (schemas/protocol).
#![forbid(unsafe_code)]

//! Length-prefixed JSON frames and the messages spoken between daemon, hostd and shims (schemas/protocol).
//!
//! [`frame`] cuts bytes into frames, [`message`] gives them meaning, [`Connection`] speaks them over a non-blocking
//! socket in an event loop, [`Client`] over a blocking one in tests and tools.
#![forbid(unsafe_code)]

pub mod client;
pub mod code;
pub mod connection;
pub mod errno;
pub mod error_body;
pub mod frame;
pub mod keeping;
pub mod message;
pub mod output_queue;
pub mod shim_files;

pub use client::{Client, ClientError};
pub use code::Code;
pub use connection::{Connection, ConnectionError, Received};
pub use error_body::ErrorBody;
pub use message::{Event, Hello, Message, Request};

/// The version in `hello`. Another one closes the connection.
pub const PROTOCOL_VERSION: u32 = 1;

//! Names of services: zones, answering, forwarding, and the local proxy for published ports.
//!
//! All of it runs in one worker process without privileges ([`client::Worker`] forks and drives it), because it reads
//! bytes that containers and strangers send. hostd makes the sockets, in whatever namespace, and hands them over.
#![forbid(unsafe_code)]

pub mod client;
pub mod control;
mod deadlines;
mod flight;
mod forward;
mod proxy;
mod random;
mod resolver;
mod sandbox;
mod server;
mod stream;
mod token;
mod upstream;
pub mod wire;
mod worker;
mod zones;

pub use client::{Worker, WorkerOptions};

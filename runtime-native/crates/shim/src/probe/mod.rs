//! Probes: what is asked of a container again and again, and the verdict about its health.
//!
//! ```text
//!   config   what is asked, and how often          (shim.json, `update`)
//!   verdict  results -> starting, healthy, unhealthy
//!   exec     a program in the container            (crate::exec)
//!   network  a socket that was opened inside the container's namespaces, watched by the event loop
//!     `- dialogue   what is said over it: nothing, HTTP/1.1 or gRPC; no I/O in there
//! ```

mod body;
pub(crate) mod config;
mod dialogue;
mod grpc;
mod grpc_message;
mod hpack;
mod http;
mod http2;
mod http_head;
mod huffman;
pub(crate) mod network;
pub(crate) mod result;
mod route;
mod socket;
pub(crate) mod verdict;

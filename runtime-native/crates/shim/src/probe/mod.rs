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

/// What an HTTP and a gRPC probe find in `answer` that comes in pieces of `length` bytes, until they know enough.
#[cfg(any(feature = "fuzz", test))]
pub(crate) fn findings(answer: &[u8], length: usize) -> Vec<result::ProbeResult> {
    let checks = [
        r#"{"kind": "http", "to": {"port": 1}, "body": "ready"}"#,
        r#"{"kind": "grpc", "to": {"port": 1}}"#,
    ];
    let configs = checks
        .iter()
        .filter_map(|text| serde_json::from_str::<config::ProbeConfig>(text).ok());
    let find = |config: config::ProbeConfig| {
        let (mut dialogue, _) = dialogue::Dialogue::for_check(&config.check)?;
        let mut replies = Vec::new();
        for piece in answer.chunks(length.max(1)) {
            if dialogue.take(piece, &mut replies) == dialogue::Progress::Over {
                break;
            }
        }
        Some(dialogue.finding(dialogue::End::Closed))
    };
    configs.filter_map(find).collect()
}

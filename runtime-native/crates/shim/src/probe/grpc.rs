//! `grpc.health.v1.Health/Check` over clear-text HTTP/2 with prior knowledge: the gRPC health checking protocol.

use super::dialogue::{End, Progress, silence};
use super::grpc_message::{health_request, percent_decoded, serving_status, status_name};
use super::hpack;
use super::http2::{Connection, Said, request};
use super::result::{Outcome, ProbeResult};

/// The answer is a few bytes.
const MAX_MESSAGE_BYTES: usize = 4096;
/// `HealthCheckResponse.ServingStatus`.
const SERVING_STATUS: [&str; 4] = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const SERVING: u64 = 1;

/// One call, and what has come of its answer.
#[derive(Debug)]
pub(crate) struct GrpcDialogue {
    request: Vec<u8>,
    connection: Connection,
    message: Vec<u8>,
    http_status: Option<i32>,
    grpc_status: Option<i32>,
    grpc_message: String,
    is_over: bool,
    fault: Option<String>,
}

impl GrpcDialogue {
    /// `host` is sent as `:authority`; an empty `service` asks for the server as a whole.
    pub(crate) fn new(host: &str, service: &str) -> Self {
        let mut fields = Vec::new();
        for (name, value) in [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", "/grpc.health.v1.Health/Check"),
            (":authority", host),
            ("te", "trailers"),
            ("content-type", "application/grpc"),
            (
                "user-agent",
                concat!("tsorch-probe/", env!("CARGO_PKG_VERSION")),
            ),
        ] {
            hpack::write_field(&mut fields, name, value);
        }
        Self {
            request: request(&fields, &health_request(service)),
            connection: Connection::default(),
            message: Vec::new(),
            http_status: None,
            grpc_status: None,
            grpc_message: String::new(),
            is_over: false,
            fault: None,
        }
    }

    pub(crate) fn take_request(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.request)
    }

    pub(crate) fn take(&mut self, bytes: &[u8], replies: &mut Vec<u8>) -> Progress {
        for said in self.connection.take(bytes, replies) {
            if self.is_over || self.fault.is_some() {
                break;
            }
            self.on_said(said);
        }
        if self.is_over || self.fault.is_some() {
            Progress::Over
        } else {
            Progress::More
        }
    }

    fn on_said(&mut self, said: Said) {
        match said {
            Said::Data(bytes) if self.message.len() + bytes.len() <= MAX_MESSAGE_BYTES => {
                self.message.extend_from_slice(&bytes);
            }
            Said::Data(_) => {
                self.fault = Some("the answer is too long for a health check".to_owned())
            }
            Said::Fields(block) => self.on_fields(&block),
            Said::End => self.is_over = true,
            Said::Fault(fault) => self.fault = Some(fault),
        }
    }

    fn on_fields(&mut self, block: &[u8]) {
        let number = |value: &[u8]| {
            std::str::from_utf8(value)
                .ok()
                .and_then(|text| text.parse().ok())
        };
        let read = hpack::read_fields(block, |name, value| match name {
            b":status" => self.http_status = number(value),
            b"grpc-status" => self.grpc_status = number(value),
            b"grpc-message" => self.grpc_message = percent_decoded(value),
            _ => {}
        });
        if read.is_none() {
            self.fault = Some("the header fields of the server cannot be read".to_owned());
        }
    }

    pub(crate) fn finding(&self, end: End) -> ProbeResult {
        if let Some(fault) = &self.fault {
            return ProbeResult::failed(fault.as_str());
        }
        if !self.is_over {
            return silence(end);
        }
        match (self.http_status, self.grpc_status) {
            (Some(200) | None, Some(0)) => self.serving(),
            (Some(200) | None, Some(code)) => {
                let text = format!(
                    "{} (gRPC status {code}): {}",
                    status_name(code),
                    self.grpc_message
                );
                ProbeResult {
                    code: Some(code),
                    ..ProbeResult::failed(text.trim_end_matches(": "))
                }
            }
            (status, _) => {
                let text = format!(
                    "the answer is not gRPC (HTTP status {})",
                    status.unwrap_or_default()
                );
                ProbeResult {
                    code: status,
                    ..ProbeResult::failed(text)
                }
            }
        }
    }

    fn serving(&self) -> ProbeResult {
        let Some(status) = serving_status(&self.message) else {
            return ProbeResult::failed("the answer is not of grpc.health.v1");
        };
        let name = usize::try_from(status)
            .ok()
            .and_then(|status| SERVING_STATUS.get(status));
        let outcome = if status == SERVING {
            Outcome::Passed
        } else {
            Outcome::Failed
        };
        let output = name.map_or_else(
            || format!("serving status {status}"),
            |name| (*name).to_owned(),
        );
        ProbeResult {
            outcome,
            code: Some(0),
            output: output.into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        let [_, _, high, low] = u32::try_from(payload.len()).unwrap().to_be_bytes();
        [&[0, high, low, kind, flags, 0, 0, 0, stream], payload].concat()
    }

    fn fields(list: &[(&str, &str)]) -> Vec<u8> {
        let mut block = Vec::new();
        for (name, value) in list {
            hpack::write_field(&mut block, name, value);
        }
        block
    }

    /// SETTINGS, fields, a message, trailers.
    fn answer(message: &[u8], trailers: &[(&str, &str)]) -> Vec<u8> {
        [
            frame(4, 0, 0, &[]),
            frame(1, 4, 1, &[0x88]),
            frame(0, 0, 1, message),
            frame(1, 5, 1, &fields(trailers)),
        ]
        .concat()
    }

    fn finding(answer: &[u8], end: End) -> ProbeResult {
        let mut dialogue = GrpcDialogue::new("localhost:1", "");
        dialogue.take(answer, &mut Vec::new());
        dialogue.finding(end)
    }

    #[test]
    fn serving_passes_and_everything_else_fails() {
        let ok = [("grpc-status", "0")];
        let serving = finding(&answer(&[0, 0, 0, 0, 2, 8, 1], &ok), End::Complete);
        assert_eq!(
            (serving.outcome, serving.output),
            (Outcome::Passed, b"SERVING".to_vec())
        );
        let not_serving = finding(&answer(&[0, 0, 0, 0, 2, 8, 2], &ok), End::Complete);
        assert_eq!(
            (not_serving.outcome, not_serving.output),
            (Outcome::Failed, b"NOT_SERVING".to_vec())
        );
        let empty = finding(&answer(&[0, 0, 0, 0, 0], &ok), End::Complete);
        assert_eq!(empty.output, b"UNKNOWN");
        assert!(!finding(&answer(&[0, 0, 0, 0, 9, 8, 1], &ok), End::Complete).is_success());
        assert!(!finding(&answer(&[1, 0, 0, 0, 2, 8, 1], &ok), End::Complete).is_success());
        assert!(
            !finding(
                &answer(&[0, 0, 0, 0, 2, 8, 1], &[("grpc-status", "13")]),
                End::Complete
            )
            .is_success()
        );
        assert!(!finding(&answer(&[0, 0, 0, 0, 2, 8, 1], &[]), End::Complete).is_success());
    }

    #[test]
    fn an_error_is_told_by_its_name() {
        let trailers = fields(&[
            ("grpc-status", "5"),
            ("grpc-message", "unknown%20service x%"),
        ]);
        let only = [
            frame(4, 0, 0, &[]),
            frame(1, 5, 1, &[vec![0x88], trailers].concat()),
        ]
        .concat();
        let found = finding(&only, End::Complete);
        assert_eq!(found.code, Some(5));
        assert_eq!(
            found.output,
            b"NOT_FOUND (gRPC status 5): unknown service x%"
        );
    }

    #[test]
    fn what_comes_behind_the_end_is_not_looked_at() {
        let serving = answer(&[0, 0, 0, 0, 2, 8, 1], &[("grpc-status", "0")]);
        let reset = [serving, frame(3, 0, 1, &[0, 0, 0, 0])].concat();
        assert!(finding(&reset, End::Complete).is_success());
    }

    #[test]
    fn silence_and_other_protocols_fail() {
        assert_eq!(finding(&[], End::Expired).outcome, Outcome::TimedOut);
        assert_eq!(
            finding(&frame(4, 0, 0, &[]), End::Closed).outcome,
            Outcome::Failed
        );
        let http1 = finding(b"HTTP/1.1 400 Bad Request\r\n\r\n", End::Closed);
        assert_eq!(http1.output, b"the answer is not HTTP/2");
        let plain = [frame(4, 0, 0, &[]), frame(1, 5, 1, &[0x8d])].concat();
        assert_eq!(
            finding(&plain, End::Complete).output,
            b"the answer is not gRPC (HTTP status 404)"
        );
    }
}

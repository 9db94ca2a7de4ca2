//! One request and its answer in HTTP/1.1 (RFC 9112): as much of it as a probe needs.

use super::config::HttpCheck;
use super::dialogue::{End, Progress, silence};
use super::http_head::{Answer, head_end, parse_head, request_text};
use super::result::{Outcome, ProbeResult};

/// Longest head of an answer.
const MAX_HEAD_BYTES: usize = 16 * 1024;

/// A request that is made, and what has come of its answer.
#[derive(Debug)]
pub(crate) struct HttpDialogue {
    request: Vec<u8>,
    is_head_request: bool,
    wanted_status: (u16, u16),
    wanted_text: Option<Vec<u8>>,
    /// Of the answer's head, until it is whole.
    head: Vec<u8>,
    answer: Option<Answer>,
    fault: Option<&'static str>,
}

impl HttpDialogue {
    pub(crate) fn new(check: &HttpCheck) -> Self {
        Self {
            request: request_text(check).into_bytes(),
            is_head_request: check.method == "HEAD",
            wanted_status: check.status,
            wanted_text: check.body.clone().map(String::into_bytes),
            head: Vec::new(),
            answer: None,
            fault: None,
        }
    }

    pub(crate) fn take_request(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.request)
    }

    pub(crate) fn take(&mut self, bytes: &[u8]) -> Progress {
        if let Some(answer) = &mut self.answer {
            answer.body.take(bytes);
        } else {
            self.take_head(bytes);
        }
        self.progress()
    }

    /// Collects the head; interim answers (1xx) are passed over.
    fn take_head(&mut self, bytes: &[u8]) {
        self.head.extend_from_slice(bytes);
        while let (None, Some(end)) = (&self.answer, head_end(&self.head)) {
            let rest = self.head.split_off(end);
            let head = std::mem::replace(&mut self.head, rest);
            match parse_head(&head, self.is_head_request) {
                Some(answer) if (100..200).contains(&answer.status) && answer.status != 101 => {}
                Some(mut answer) => {
                    answer.body.take(&std::mem::take(&mut self.head));
                    self.answer = Some(answer);
                }
                None => {
                    self.fault = Some("the answer is not HTTP/1");
                    return;
                }
            }
        }
        if self.answer.is_none() && self.head.len() > MAX_HEAD_BYTES {
            self.fault = Some("the head of the answer is longer than 16 KiB");
        }
    }

    fn progress(&self) -> Progress {
        let Some(answer) = &self.answer else {
            return if self.fault.is_some() {
                Progress::Over
            } else {
                Progress::More
            };
        };
        if answer.body.is_over() {
            return Progress::Over;
        }
        let is_sure = match &self.wanted_text {
            Some(text) if self.passes(answer.status) => {
                answer.body.is_cut() || answer.body.contains(text)
            }
            _ => true,
        };
        if is_sure {
            Progress::Known
        } else {
            Progress::More
        }
    }

    fn passes(&self, status: u16) -> bool {
        (self.wanted_status.0..=self.wanted_status.1).contains(&status)
    }

    pub(crate) fn finding(&self, end: End) -> ProbeResult {
        if let Some(fault) = self.fault {
            return ProbeResult::failed(fault);
        }
        let Some(answer) = &self.answer else {
            return silence(end);
        };
        let lacks = self
            .wanted_text
            .as_ref()
            .filter(|text| !answer.body.contains(text));
        let mut output = answer.status_line.clone();
        let outcome = match lacks {
            _ if !self.passes(answer.status) => Outcome::Failed,
            None => Outcome::Passed,
            Some(text) => {
                output.extend_from_slice(b"\nthe body lacks ");
                output.extend_from_slice(String::from_utf8_lossy(text).as_bytes());
                if end == End::Expired && !answer.body.is_cut() {
                    Outcome::TimedOut
                } else {
                    Outcome::Failed
                }
            }
        };
        if outcome != Outcome::Passed {
            output.push(b'\n');
            output.extend_from_slice(answer.body.bytes());
        }
        ProbeResult {
            outcome,
            code: Some(i32::from(answer.status)),
            output,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::HttpDialogue;
    use crate::probe::config::{Check, HttpCheck, ProbeConfig};
    use crate::probe::dialogue::{End, Progress};
    use crate::probe::result::Outcome;
    use proptest::prelude::*;

    fn check(more: &str) -> HttpCheck {
        let json = format!(r#"{{"kind": "http", "to": {{"port": 8080}}{more}}}"#);
        let config: ProbeConfig = serde_json::from_str(&json).unwrap();
        match config.check {
            Check::Http(http) => http,
            other => panic!("{other:?}"),
        }
    }

    fn ask(more: &str, answer: &[u8]) -> (Progress, HttpDialogue) {
        let mut dialogue = HttpDialogue::new(&check(more));
        let progress = dialogue.take(answer);
        (progress, dialogue)
    }

    #[test]
    fn the_request_says_what_is_configured() {
        let more = r#", "path": "/up?a=1", "headers": {"host": "shop.example", "X-Key": "k"}"#;
        let request = HttpDialogue::new(&check(more)).take_request();
        let text = String::from_utf8(request).unwrap();
        assert!(text.starts_with("GET /up?a=1 HTTP/1.1\r\n"), "{text}");
        assert!(
            text.contains("\r\nhost: shop.example\r\n") && text.contains("\r\nX-Key: k\r\n"),
            "{text}"
        );
        assert!(
            !text.contains("localhost") && text.ends_with("\r\nConnection: close\r\n\r\n"),
            "{text}"
        );
        let plain = String::from_utf8(HttpDialogue::new(&check("")).take_request()).unwrap();
        assert!(plain.contains("\r\nHost: localhost:8080\r\n"), "{plain}");
    }

    #[test]
    fn a_status_in_the_range_passes_at_once() {
        let (progress, dialogue) = ask("", b"HTTP/1.1 204 No Content\r\n\r\n");
        assert_eq!(progress, Progress::Over);
        let found = dialogue.finding(End::Complete);
        assert_eq!((found.outcome, found.code), (Outcome::Passed, Some(204)));
        let (progress, dialogue) = ask("", b"HTTP/1.0 200 OK\r\nServer: x\r\n\r\nlong");
        assert_eq!(progress, Progress::Known);
        assert!(dialogue.finding(End::Expired).is_success());
    }

    #[test]
    fn another_status_fails_with_the_beginning_of_the_body() {
        let answer = b"HTTP/1.1 503 Busy\r\nContent-Length: 7\r\n\r\ndb down";
        let (progress, dialogue) = ask("", answer);
        assert_eq!(progress, Progress::Over);
        let found = dialogue.finding(End::Complete);
        assert_eq!((found.outcome, found.code), (Outcome::Failed, Some(503)));
        assert_eq!(found.output, b"HTTP/1.1 503 Busy\ndb down");
        let (_, redirect) = ask(r#", "status": [200, 299]"#, b"HTTP/1.1 301 Moved\n\n");
        assert!(!redirect.finding(End::Closed).is_success());
    }

    #[test]
    fn a_wanted_text_is_found_across_chunks() {
        let more = r#", "body": "ready""#;
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        let (_, mut dialogue) = ask(more, head);
        assert_eq!(dialogue.take(b"5\r\nis re\r\n3;x=y\r\nad"), Progress::More);
        assert_eq!(dialogue.take(b"y\r\n"), Progress::Known);
        assert!(dialogue.finding(End::Complete).is_success());
        assert_eq!(dialogue.take(b"0\r\n\r\n"), Progress::Over);
        let (_, other) = ask(more, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nread");
        assert_eq!(other.finding(End::Complete).outcome, Outcome::Failed);
        let (progress, slow) = ask(more, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nread");
        assert_eq!(progress, Progress::More);
        assert_eq!(slow.finding(End::Expired).outcome, Outcome::TimedOut);
    }

    #[test]
    fn interim_answers_are_passed_over() {
        let (_, dialogue) = ask(
            "",
            b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        );
        assert_eq!(dialogue.finding(End::Complete).code, Some(200));
    }

    #[test]
    fn what_is_not_http_fails() {
        for answer in [
            &b"SSH-2.0-OpenSSH\r\n\r\n"[..],
            b"HTTP/1.1 2000 OK\r\n\r\n",
            b"HTTP/1.1 099 X\r\n\r\n",
            b"HTTP/2 200\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        ] {
            let (progress, dialogue) = ask("", answer);
            assert_eq!(
                progress,
                Progress::Over,
                "{}",
                String::from_utf8_lossy(answer)
            );
            assert!(!dialogue.finding(End::Complete).is_success());
        }
        let (progress, dialogue) = ask("", &[b'x'; 17 * 1024]);
        assert_eq!(progress, Progress::Over);
        assert!(!dialogue.finding(End::Closed).is_success());
        let (_, silent) = ask("", b"HTTP/1.1 200 OK\r\n");
        assert_eq!(silent.finding(End::Closed).outcome, Outcome::Failed);
        assert_eq!(silent.finding(End::Expired).outcome, Outcome::TimedOut);
    }

    proptest! {
        #[test]
        fn how_an_answer_is_cut_does_not_matter(cuts in proptest::collection::vec(1_usize..9, 0..40)) {
            let answer: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nread\r\n2\r\ny!\r\n0\r\nT: x\r\n\r\n";
            let mut dialogue = HttpDialogue::new(&check(r#", "body": "ready!""#));
            let mut rest = answer;
            let mut progress = Progress::More;
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                progress = dialogue.take(now);
                rest = later;
            }
            if !rest.is_empty() {
                progress = dialogue.take(rest);
            }
            prop_assert_eq!(progress, Progress::Over);
            prop_assert!(dialogue.finding(End::Complete).is_success());
        }

        #[test]
        fn any_answer_is_survived(answer in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (_, dialogue) = ask(r#", "body": "x""#, &answer);
            let _ = dialogue.finding(End::Closed);
            let (_, dialogue) = ask("", &[b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", &*answer].concat());
            let _ = dialogue.finding(End::Closed);
        }
    }
}

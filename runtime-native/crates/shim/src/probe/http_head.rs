//! The head of a request as it goes out, and that of an answer as it comes in (RFC 9112).

use std::fmt::Write as _;

use super::body::{Body, BodyLength};
use super::config::HttpCheck;

/// An answer whose head is whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// As the server wrote it, without its line end.
    pub(super) status_line: Vec<u8>,
    pub(super) body: Body,
}

/// The request as it goes out; the check was found to be without fault.
pub(super) fn request_text(check: &HttpCheck) -> String {
    let mut text = format!("{} {} HTTP/1.1\r\n", check.method, check.path);
    let has = |wanted: &str| {
        check
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case(wanted))
    };
    let defaults = [
        ("Host", check.to.host()),
        (
            "User-Agent",
            concat!("tsorch-probe/", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
        ("Accept", "*/*".to_owned()),
    ];
    let added = defaults.iter().filter(|(name, _)| !has(name));
    let own = check
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in added
        .map(|(name, value)| (*name, value.as_str()))
        .chain(own)
    {
        // Writing into a String does not fail.
        let _ = write!(text, "{name}: {value}\r\n");
    }
    text.push_str("Connection: close\r\n\r\n");
    text
}

/// Where the first head ends, its empty line included.
pub(super) fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    loop {
        let length = bytes.get(start..)?.iter().position(|byte| *byte == b'\n')?;
        let line = bytes.get(start..start + length)?;
        start += length + 1;
        let is_first = start == length + 1;
        if !is_first && matches!(line, b"" | b"\r") {
            return Some(start);
        }
    }
}

pub(super) fn parse_head(head: &[u8], is_head_request: bool) -> Option<Answer> {
    let mut lines = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let status_line = lines.next()?;
    let status = parse_status(status_line)?;
    let has_no_body = is_head_request || matches!(status, 100..200 | 204 | 304);
    let length = if has_no_body {
        BodyLength::Known(0)
    } else {
        body_length(lines)?
    };
    Some(Answer {
        status,
        status_line: status_line.to_vec(),
        body: Body::new(length),
    })
}

/// `HTTP/1.1 200 OK` -> 200.
fn parse_status(line: &[u8]) -> Option<u16> {
    let rest = line
        .strip_prefix(b"HTTP/1.1 ")
        .or_else(|| line.strip_prefix(b"HTTP/1.0 "))?;
    let (digits, rest) = rest.split_at_checked(3)?;
    let is_end = rest.first().is_none_or(|byte| *byte == b' ');
    if !is_end || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let status = std::str::from_utf8(digits).ok()?.parse().ok()?;
    (status >= 100).then_some(status)
}

/// `None` when the fields contradict HTTP.
fn body_length<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<BodyLength> {
    let mut length = BodyLength::UntilClosed;
    for line in lines.take_while(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        let value = value.get(1..)?.trim_ascii();
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            length = if value.to_ascii_lowercase().ends_with(b"chunked") {
                BodyLength::Chunked
            } else {
                BodyLength::UntilClosed
            };
        } else if name.eq_ignore_ascii_case(b"content-length") && length != BodyLength::Chunked {
            let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
            let number = std::str::from_utf8(value).ok().filter(|_| is_number)?;
            length = BodyLength::Known(number.parse().ok()?);
        }
    }
    Some(length)
}

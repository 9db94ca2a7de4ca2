//! Frames of HTTP/2 (RFC 9113): as much of them as one request and its answer need.

/// Sent first by a client; a SETTINGS frame follows.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// No dynamic header table, no pushes.
const SETTINGS: &[u8] = &[0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0];
/// A frame, and the header fields of an answer, are not longer: we allow no more.
const MAX_PAYLOAD: usize = 16_384;
const HEADER_BYTES: usize = 9;
/// Of the only stream.
const STREAM: u32 = 1;

const END_STREAM: u8 = 1;
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;
const PRIORITY: u8 = 0x20;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS_TYPE: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

/// What a server says on our stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// A whole block of header fields, still encoded.
    Fields(Vec<u8>),
    Data(Vec<u8>),
    /// Nothing more comes.
    End,
    /// What the server does against the protocol, or why it does not answer; nothing of use comes behind it.
    Fault(String),
}

/// The client's side of a connection with one request.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    inbox: Vec<u8>,
    has_settings: bool,
    /// A block whose end is still to come, and whether the stream ends with it.
    block: Option<(Vec<u8>, bool)>,
}

/// Everything that a client sends for one request.
pub(crate) fn request(fields: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = PREFACE.to_vec();
    write_frame(&mut bytes, (SETTINGS_TYPE, 0, 0), SETTINGS);
    write_frame(&mut bytes, (HEADERS, END_HEADERS, STREAM), fields);
    write_frame(&mut bytes, (DATA, END_STREAM, STREAM), body);
    bytes
}

fn write_frame(bytes: &mut Vec<u8>, (kind, flags, stream): (u8, u8, u32), payload: &[u8]) {
    let [_, length @ ..] = u32::try_from(payload.len()).unwrap_or(0).to_be_bytes();
    bytes.extend_from_slice(&length);
    bytes.extend_from_slice(&[kind, flags]);
    bytes.extend_from_slice(&stream.to_be_bytes());
    bytes.extend_from_slice(payload);
}

struct Frame {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: Vec<u8>,
}

impl Connection {
    /// Takes what came, up to the end of the answer; what the server must be told goes to `replies`.
    pub(crate) fn take(&mut self, bytes: &[u8], replies: &mut Vec<u8>) -> Vec<Said> {
        self.inbox.extend_from_slice(bytes);
        let mut said = Vec::new();
        // Behind the end servers reset a stream whose request they did not read to its end: of no interest.
        while !said.contains(&Said::End) {
            match self.next_frame() {
                Ok(Some(frame)) => match self.on_frame(frame, replies, &mut said) {
                    Ok(()) => continue,
                    Err(fault) => said.push(Said::Fault(fault)),
                },
                Err(fault) => said.push(Said::Fault(fault)),
                Ok(None) => {}
            }
            break;
        }
        said
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, String> {
        let Some((header, rest)) = self.inbox.split_first_chunk::<HEADER_BYTES>() else {
            return Ok(None);
        };
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = *header;
        let is_first = !self.has_settings;
        if is_first && kind != SETTINGS_TYPE {
            return Err("the answer is not HTTP/2".to_owned());
        }
        let length = usize::try_from(u32::from_be_bytes([0, l0, l1, l2])).unwrap_or(usize::MAX);
        if length > MAX_PAYLOAD {
            return Err("a frame of the server is too long".to_owned());
        }
        let Some(payload) = rest.get(..length) else {
            return Ok(None);
        };
        let stream = u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]);
        let frame = Frame {
            kind,
            flags,
            stream,
            payload: payload.to_vec(),
        };
        self.inbox.drain(..HEADER_BYTES + length);
        self.has_settings = true;
        Ok(Some(frame))
    }

    fn on_frame(
        &mut self,
        frame: Frame,
        replies: &mut Vec<u8>,
        said: &mut Vec<Said>,
    ) -> Result<(), String> {
        if self.block.is_some() != (frame.kind == CONTINUATION) {
            return Err("the server breaks HTTP/2: fields are cut off".to_owned());
        }
        let is_ours = frame.stream == STREAM;
        let ends = frame.flags & END_STREAM != 0;
        match frame.kind {
            SETTINGS_TYPE if frame.flags & ACK == 0 => {
                write_frame(replies, (SETTINGS_TYPE, ACK, 0), &[])
            }
            PING if frame.flags & ACK == 0 => write_frame(replies, (PING, ACK, 0), &frame.payload),
            DATA if is_ours => {
                said.push(Said::Data(unpadded(&frame)?.to_vec()));
                said.extend(ends.then_some(Said::End));
            }
            HEADERS if is_ours => {
                let block = without_priority(&frame)?.to_vec();
                self.add_to_block(block, (ends, frame.flags), said)?;
            }
            CONTINUATION => {
                let (mut block, ends) = self.block.take().unwrap_or_default();
                block.extend_from_slice(&frame.payload);
                self.add_to_block(block, (ends, frame.flags), said)?;
            }
            RST_STREAM if is_ours => return Err(refusal("reset the stream", &frame.payload, 0)),
            // A server that goes away may still answer streams up to the one it names.
            GOAWAY
                if number_at(&frame.payload, 0).is_none_or(|last| last & 0x7fff_ffff < STREAM) =>
            {
                return Err(refusal("goes away", &frame.payload, 4));
            }
            _ => {}
        }
        Ok(())
    }

    fn add_to_block(
        &mut self,
        block: Vec<u8>,
        (ends, flags): (bool, u8),
        said: &mut Vec<Said>,
    ) -> Result<(), String> {
        if block.len() > MAX_PAYLOAD {
            return Err("the header fields of the server are too long".to_owned());
        }
        if flags & END_HEADERS == 0 {
            self.block = Some((block, ends));
            return Ok(());
        }
        said.push(Said::Fields(block));
        said.extend(ends.then_some(Said::End));
        Ok(())
    }
}

fn unpadded(frame: &Frame) -> Result<&[u8], String> {
    if frame.flags & PADDED == 0 {
        return Ok(&frame.payload);
    }
    let bad = || "the server breaks HTTP/2: bad padding".to_owned();
    let (padding, rest) = frame.payload.split_first().ok_or_else(bad)?;
    let length = rest
        .len()
        .checked_sub(usize::from(*padding))
        .ok_or_else(bad)?;
    rest.get(..length).ok_or_else(bad)
}

fn without_priority(frame: &Frame) -> Result<&[u8], String> {
    let block = unpadded(frame)?;
    let skipped = if frame.flags & PRIORITY == 0 { 0 } else { 5 };
    block
        .get(skipped..)
        .ok_or_else(|| "the server breaks HTTP/2: a frame is too short".to_owned())
}

fn refusal(what: &str, payload: &[u8], at: usize) -> String {
    let code = number_at(payload, at).unwrap_or_default();
    format!("the server {what} (HTTP/2 error {code})")
}

fn number_at(payload: &[u8], at: usize) -> Option<u32> {
    let bytes = payload.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_be_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn frames(list: &[(u8, u8, u32, &[u8])]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (kind, flags, stream, payload) in list {
            write_frame(&mut bytes, (*kind, *flags, *stream), payload);
        }
        bytes
    }

    #[test]
    fn puts_an_answer_together_and_acknowledges() {
        let padded: &[u8] = &[2, b'd', b'a', 0, 0];
        let prioritised: &[u8] = &[0, 0, 0, 0, 9, b'f'];
        let answer = frames(&[
            (SETTINGS_TYPE, 0, 0, &[]),
            (PING, 0, 0, b"12345678"),
            (HEADERS, PRIORITY, 1, prioritised),
            (CONTINUATION, END_HEADERS, 1, b"g"),
            (DATA, PADDED, 1, padded),
            (DATA, 0, 3, b"of another"),
            (GOAWAY, 0, 0, &[0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
            (HEADERS, END_HEADERS | END_STREAM, 1, b"t"),
        ]);
        let mut connection = Connection::default();
        let mut replies = Vec::new();
        let mut said = Vec::new();
        for byte in &answer {
            said.extend(connection.take(&[*byte], &mut replies));
        }
        let expected = [
            Said::Fields(b"fg".to_vec()),
            Said::Data(b"da".to_vec()),
            Said::Fields(b"t".to_vec()),
            Said::End,
        ];
        assert_eq!(said, expected);
        assert_eq!(
            replies,
            frames(&[(SETTINGS_TYPE, ACK, 0, &[]), (PING, ACK, 0, b"12345678")])
        );
    }

    #[test]
    fn tells_what_the_server_does_wrong() {
        let settings = (SETTINGS_TYPE, 0, 0, &[][..]);
        for (answer, word) in [
            (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "not HTTP/2"),
            (
                frames(&[settings, (RST_STREAM, 0, 1, &[0, 0, 0, 7])]),
                "reset the stream (HTTP/2 error 7)",
            ),
            (
                frames(&[settings, (GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 2])]),
                "goes away (HTTP/2 error 2)",
            ),
            (
                frames(&[settings, (HEADERS, 0, 1, b"x"), (DATA, 0, 1, b"x")]),
                "cut off",
            ),
            (frames(&[settings, (DATA, PADDED, 1, &[9, 0])]), "padding"),
            (
                frames(&[settings, (HEADERS, PRIORITY, 1, &[9, 0])]),
                "too short",
            ),
            (
                [frames(&[settings]), vec![1, 0, 0, 0, 0, 0, 0, 0, 1]].concat(),
                "too long",
            ),
        ] {
            let said = Connection::default().take(&answer, &mut Vec::new());
            let Some(Said::Fault(fault)) = said.last() else {
                panic!("{said:?}");
            };
            assert!(fault.contains(word), "{fault}");
        }
    }

    proptest! {
        #[test]
        fn any_answer_is_survived(answer in proptest::collection::vec(0_u8..12, 0..200)) {
            let mut connection = Connection { has_settings: true, ..Connection::default() };
            let _ = connection.take(&answer, &mut Vec::new());
        }
    }
}

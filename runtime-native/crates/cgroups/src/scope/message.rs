//! D-Bus messages: method calls out, answers and signals in. Source: D-Bus Specification 0.43, "Message Format".

use super::error::ScopeError;
use super::wire::{Reader, Writer};

/// Bytes before the header's fields: what tells how long the rest is.
pub(super) const FIXED_BYTES: usize = 16;
/// systemd's answers have some hundred bytes.
const MAX_BYTES: usize = 1 << 20;

const METHOD_CALL: u8 = 1;
const METHOD_RETURN: u8 = 2;
const ERROR: u8 = 3;
const SIGNAL: u8 = 4;

const FIELD_PATH: u8 = 1;
const FIELD_INTERFACE: u8 = 2;
const FIELD_MEMBER: u8 = 3;
const FIELD_ERROR_NAME: u8 = 4;
const FIELD_REPLY_SERIAL: u8 = 5;
const FIELD_DESTINATION: u8 = 6;
const FIELD_SIGNATURE: u8 = 8;

/// Whom a call goes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) destination: &'static str,
    pub(super) path: &'static str,
    pub(super) interface: &'static str,
}

/// Arguments of a call: their types, and what writes them.
pub(super) struct Arguments<'a> {
    pub(super) signature: &'static str,
    pub(super) write: &'a dyn Fn(&mut Writer),
}

/// The bytes of a method call.
pub(super) fn method_call(
    serial: u32,
    target: Target,
    (member, arguments): (&str, &Arguments<'_>),
) -> Vec<u8> {
    let mut body = Writer::default();
    (arguments.write)(&mut body);
    let mut message = Writer::default();
    message.byte(b'l');
    message.byte(METHOD_CALL);
    message.byte(0); // flags
    message.byte(1); // version of the protocol
    message.uint32(u32::try_from(body.len()).unwrap_or(u32::MAX));
    message.uint32(serial);
    message.array(8, |fields| {
        let mut field = |code: u8, kind: &str, value: &str| {
            fields.align(8);
            fields.byte(code);
            fields.signature(kind);
            match kind {
                "g" => fields.signature(value),
                _ => fields.string(value),
            }
        };
        field(FIELD_PATH, "o", target.path);
        field(FIELD_INTERFACE, "s", target.interface);
        field(FIELD_MEMBER, "s", member);
        field(FIELD_DESTINATION, "s", target.destination);
        if !arguments.signature.is_empty() {
            field(FIELD_SIGNATURE, "g", arguments.signature);
        }
    });
    message.align(8);
    let mut bytes = message.finish();
    bytes.extend(body.finish());
    bytes
}

/// What came in, as far as it concerns us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Incoming {
    /// The answer to the call `to`; `text` is its first argument if that is a text.
    Return { to: u32, text: String },
    /// The call `to` failed.
    Failure {
        to: u32,
        name: String,
        message: String,
    },
    /// systemd has ended a job.
    JobRemoved { job: String, result: String },
    /// Anything else.
    Other,
}

/// How many bytes follow the first [`FIXED_BYTES`].
pub(super) fn rest_bytes(fixed: &[u8; FIXED_BYTES]) -> Result<usize, ScopeError> {
    let [b'l', _, _, 1, ..] = fixed else {
        return Err(ScopeError::Protocol("a message of an unknown form"));
    };
    let mut reader = Reader::new(fixed.get(4..).unwrap_or_default());
    let body = reader.uint32()? as usize;
    let _serial = reader.uint32()?;
    let fields = reader.uint32()? as usize;
    let total = fields
        .checked_next_multiple_of(8)
        .and_then(|fields| fields.checked_add(body));
    total
        .filter(|total| *total <= MAX_BYTES)
        .ok_or(ScopeError::Protocol("a message is too long"))
}

#[derive(Debug, Default)]
struct Header<'a> {
    member: &'a str,
    error: &'a str,
    signature: &'a str,
    reply_to: u32,
}

/// Reads a whole message: `fixed` and the rest.
pub(super) fn read(fixed: &[u8; FIXED_BYTES], rest: &[u8]) -> Result<Incoming, ScopeError> {
    let mut lengths = Reader::new(fixed.get(12..).unwrap_or_default());
    let fields = lengths.uint32()? as usize;
    let cut = ScopeError::Protocol("a message is cut short");
    let (Some(fields), Some(body)) = (rest.get(..fields), rest.get(fields.next_multiple_of(8)..))
    else {
        return Err(cut);
    };
    let header = read_fields(fields)?;
    let mut body = Reader::new(body);
    let begins_with_text = header.signature.starts_with(['s', 'o']);
    Ok(match fixed[1] {
        METHOD_RETURN => Incoming::Return {
            to: header.reply_to,
            text: match begins_with_text {
                true => body.string()?.to_owned(),
                false => String::new(),
            },
        },
        ERROR => Incoming::Failure {
            to: header.reply_to,
            name: header.error.to_owned(),
            message: match begins_with_text {
                true => body.string()?.to_owned(),
                false => String::new(),
            },
        },
        SIGNAL if header.member == "JobRemoved" && header.signature == "uoss" => {
            let _number = body.uint32()?;
            let job = body.string()?.to_owned();
            let _unit = body.string()?;
            let result = body.string()?.to_owned();
            Incoming::JobRemoved { job, result }
        }
        _ => Incoming::Other,
    })
}

fn read_fields(bytes: &[u8]) -> Result<Header<'_>, ScopeError> {
    let mut header = Header::default();
    let mut reader = Reader::new(bytes);
    while !reader.is_at_end() {
        reader.align(8);
        let code = reader.byte()?;
        match reader.signature()? {
            "s" | "o" => {
                let value = reader.string()?;
                match code {
                    FIELD_MEMBER => header.member = value,
                    FIELD_ERROR_NAME => header.error = value,
                    _ => {}
                }
            }
            "g" => header.signature = reader.signature()?,
            "u" => {
                let value = reader.uint32()?;
                if code == FIELD_REPLY_SERIAL {
                    header.reply_to = value;
                }
            }
            _ => return Err(ScopeError::Protocol("a header field of an unknown type")),
        }
    }
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Target = Target {
        destination: "org.example",
        path: "/org/example",
        interface: "org.example.Face",
    };

    fn call(arguments: &Arguments<'_>) -> Vec<u8> {
        method_call(7, TARGET, ("Do", arguments))
    }

    #[test]
    fn a_call_tells_its_lengths_and_starts_its_body_at_eight() {
        let bytes = call(&Arguments {
            signature: "s",
            write: &|body| body.string("hello"),
        });
        let fixed: [u8; FIXED_BYTES] = bytes[..FIXED_BYTES].try_into().expect("enough");
        assert_eq!(
            rest_bytes(&fixed).expect("lengths"),
            bytes.len() - FIXED_BYTES
        );
        assert_eq!(bytes[bytes.len() - 10..], *b"\x05\0\0\0hello\0");
        assert_eq!((bytes.len() - 10) % 8, 0);
    }

    #[test]
    fn an_answer_is_a_call_read_back_with_another_type() {
        let mut bytes = call(&Arguments {
            signature: "o",
            write: &|body| body.string("/job/1"),
        });
        bytes[1] = METHOD_RETURN;
        let fixed: [u8; FIXED_BYTES] = bytes[..FIXED_BYTES].try_into().expect("enough");
        let read = read(&fixed, &bytes[FIXED_BYTES..]).expect("read");
        assert_eq!(
            read,
            Incoming::Return {
                to: 0,
                text: "/job/1".to_owned()
            }
        );
    }

    #[test]
    fn every_cut_of_a_message_is_an_error_and_no_panic() {
        let bytes = call(&Arguments {
            signature: "s",
            write: &|body| body.string("hello"),
        });
        let fixed: [u8; FIXED_BYTES] = bytes[..FIXED_BYTES].try_into().expect("enough");
        for end in FIXED_BYTES..bytes.len() - 16 {
            assert!(read(&fixed, &bytes[FIXED_BYTES..end]).is_err(), "{end}");
        }
        assert!(rest_bytes(&[255; FIXED_BYTES]).is_err());
    }
}

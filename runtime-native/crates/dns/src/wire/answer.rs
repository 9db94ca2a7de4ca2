//! Builds answers.

use std::net::IpAddr;

use crate::wire::{CLASS_IN, HEADER_BYTES, Name, Query, Rcode, kind};

const FLAG_RESPONSE: u16 = 0x8000;
const FLAG_AUTHORITATIVE: u16 = 0x0400;
const FLAG_TRUNCATED: u16 = 0x0200;
const FLAG_RECURSION_DESIRED: u16 = 0x0100;
const FLAG_RECURSION_AVAILABLE: u16 = 0x0080;
/// A pointer to the question's name, right behind the header.
const QUESTION_NAME: [u8; 2] = [0xc0, 0x0c];
/// `OPT` record without options.
const OPT_BYTES: usize = 11;
/// Announced as what we take over UDP.
const OUR_UDP_BYTES: u16 = 1232;
/// Seconds that an answer may be remembered: replicas come and go.
const TTL_SECONDS: u32 = 2;
/// Seconds that a "no" may be remembered.
const NEGATIVE_TTL_SECONDS: u32 = 1;

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// A or AAAA.
    Address(IpAddr),
    /// PTR.
    Name(Name),
}

/// An answer of our own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Response code.
    pub rcode: Rcode,
    /// Records for the question's name; none with `NoError` and `NameError` = a "no" with a SOA.
    pub records: Vec<Data>,
}

impl Answer {
    /// No records, for this reason.
    #[must_use]
    pub fn empty(rcode: Rcode) -> Self {
        Self {
            rcode,
            records: Vec::new(),
        }
    }

    /// The message for `query`, whose bytes are `message`, in at most `limit` bytes. Records that do not fit are left
    /// out whole and the client is told to ask over TCP.
    #[must_use]
    pub fn encode(&self, query: &Query, message: &[u8], limit: usize) -> Vec<u8> {
        let opt_bytes = if query.edns_bytes.is_some() {
            OPT_BYTES
        } else {
            0
        };
        let mut bytes = vec![0; HEADER_BYTES];
        bytes.extend_from_slice(message.get(HEADER_BYTES..query.question_end).unwrap_or(&[]));
        let mut count = 0u16;
        let mut is_truncated = false;
        for record in &self.records {
            let before = bytes.len();
            push_record(&mut bytes, record);
            if bytes.len() + opt_bytes > limit {
                bytes.truncate(before);
                is_truncated = true;
                break;
            }
            count += 1;
        }
        let is_no =
            self.records.is_empty() && matches!(self.rcode, Rcode::NoError | Rcode::NameError);
        if is_no {
            push_soa(&mut bytes);
        }
        if query.edns_bytes.is_some() {
            push_opt(&mut bytes);
        }
        let counts = [
            1,
            count,
            u16::from(is_no),
            u16::from(query.edns_bytes.is_some()),
        ];
        write_header(
            &mut bytes,
            query.id,
            self.flags(query, is_truncated),
            counts,
        );
        bytes
    }

    fn flags(&self, query: &Query, is_truncated: bool) -> u16 {
        let truncated = if is_truncated { FLAG_TRUNCATED } else { 0 };
        FLAG_RESPONSE
            | FLAG_AUTHORITATIVE
            | FLAG_RECURSION_AVAILABLE
            | truncated
            | (query.flags & FLAG_RECURSION_DESIRED)
            | u16::from(self.rcode as u8)
    }
}

/// A reply to what is no query: a header alone.
#[must_use]
pub fn header_only(id: u16, rcode: Rcode) -> Vec<u8> {
    let mut bytes = vec![0; HEADER_BYTES];
    write_header(
        &mut bytes,
        id,
        FLAG_RESPONSE | u16::from(rcode as u8),
        [0; 4],
    );
    bytes
}

fn write_header(bytes: &mut [u8], id: u16, flags: u16, counts: [u16; 4]) {
    let [questions, answers, authorities, additional] = counts;
    let words = [id, flags, questions, answers, authorities, additional];
    for (place, word) in bytes.chunks_exact_mut(2).zip(words) {
        place.copy_from_slice(&word.to_be_bytes());
    }
}

fn push_record(bytes: &mut Vec<u8>, record: &Data) {
    let (kind, data) = match record {
        Data::Address(IpAddr::V4(v4)) => (kind::A, v4.octets().to_vec()),
        Data::Address(IpAddr::V6(v6)) => (kind::AAAA, v6.octets().to_vec()),
        Data::Name(name) => (kind::PTR, name.as_bytes().to_vec()),
    };
    push(bytes, (kind, TTL_SECONDS), &data);
}

/// The "no" is authoritative for the name that was asked for; only its last number (the time to remember it) matters.
fn push_soa(bytes: &mut Vec<u8>) {
    // Primary server and mailbox: the root, as there is none.
    let mut data = vec![0, 0];
    for number in [1, 3600, 600, 86400, NEGATIVE_TTL_SECONDS] {
        data.extend_from_slice(&u32::to_be_bytes(number));
    }
    push(bytes, (kind::SOA, NEGATIVE_TTL_SECONDS), &data);
}

fn push(bytes: &mut Vec<u8>, (kind, ttl): (u16, u32), data: &[u8]) {
    bytes.extend_from_slice(&QUESTION_NAME);
    bytes.extend_from_slice(&kind.to_be_bytes());
    bytes.extend_from_slice(&CLASS_IN.to_be_bytes());
    bytes.extend_from_slice(&ttl.to_be_bytes());
    // A name has at most 255 bytes, everything else is shorter.
    let length = u16::try_from(data.len()).unwrap_or(0);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(data);
}

fn push_opt(bytes: &mut Vec<u8>) {
    bytes.push(0);
    bytes.extend_from_slice(&kind::OPT.to_be_bytes());
    bytes.extend_from_slice(&OUR_UDP_BYTES.to_be_bytes());
    bytes.extend_from_slice(&[0; 6]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::read_u16;

    fn query(edns: bool) -> (Query, Vec<u8>) {
        let mut bytes = vec![0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, u8::from(edns)];
        bytes.extend_from_slice(b"\x03WeB\x00\x00\x01\x00\x01");
        if edns {
            bytes.extend_from_slice(&[0, 0, 41, 4, 0xd0, 0, 0, 0, 0, 0, 0]);
        }
        (Query::parse(&bytes).unwrap(), bytes)
    }

    fn addresses(count: u8) -> Answer {
        let record = |n| Data::Address(IpAddr::from([10, 0, 0, n]));
        Answer {
            rcode: Rcode::NoError,
            records: (0..count).map(record).collect(),
        }
    }

    #[test]
    fn echoes_the_question_as_it_came() {
        let (query, bytes) = query(false);
        let answer = addresses(1).encode(&query, &bytes, 512);
        assert_eq!(answer[12..21], bytes[12..21]);
        assert_eq!(
            answer[..12],
            [0x12, 0x34, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
        );
        assert_eq!(
            answer[21..],
            [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 2, 0, 4, 10, 0, 0, 0]
        );
    }

    #[test]
    fn leaves_out_what_does_not_fit_and_says_so() {
        let (query, bytes) = query(true);
        let answer = addresses(200).encode(&query, &bytes, query.udp_bytes());
        assert!(answer.len() <= 1232);
        assert_eq!(answer[2] & 0x02, 0x02);
        assert_eq!(read_u16(&answer, 6), Some((1232 - 21 - 11) / 16));
        assert_eq!(read_u16(&answer, 10), Some(1));
        let whole = addresses(200).encode(&query, &bytes, 65535);
        assert_eq!((whole[2] & 0x02, read_u16(&whole, 6)), (0, Some(200)));
    }

    #[test]
    fn says_no_with_a_time_to_remember_it() {
        let (query, bytes) = query(false);
        let no = Answer::empty(Rcode::NameError).encode(&query, &bytes, 512);
        assert_eq!((no[3] & 0xf, read_u16(&no, 8)), (3, Some(1)));
        assert_eq!(no[no.len() - 4..], [0, 0, 0, 1]);
        let refused = Answer::empty(Rcode::Refused).encode(&query, &bytes, 512);
        assert_eq!((refused[3] & 0xf, refused.len()), (5, bytes.len()));
    }
}

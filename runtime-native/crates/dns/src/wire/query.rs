//! A question as a client sends it, and the frame of an upstream server's answer.

use crate::wire::{HEADER_BYTES, Name, Rcode, kind, read_u16};

const FLAG_RESPONSE: u16 = 0x8000;
const OPCODE_MASK: u16 = 0x7800;
const FLAG_TRUNCATED: u16 = 0x0200;
/// What a client gets that does not speak EDNS (RFC 1035, section 4.2.1).
const PLAIN_UDP_BYTES: u16 = 512;
/// More records than this in a query are garbage.
const MAX_QUERY_RECORDS: u16 = 16;

/// One well-formed query with one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The client's number.
    pub id: u16,
    /// As in the header; "recursion desired" is echoed.
    pub flags: u16,
    /// In lower case.
    pub name: Name,
    /// See [`kind`].
    pub kind: u16,
    /// See [`crate::wire::CLASS_IN`].
    pub class: u16,
    /// Index behind the question; what is before is echoed as it came, capital letters included.
    pub question_end: usize,
    /// Size of answers over UDP that the client takes, when it speaks EDNS.
    pub edns_bytes: Option<u16>,
}

/// Why bytes are no query that can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryError {
    /// Not even a header, or an answer: no reply, or two servers could talk for ever.
    Ignore,
    /// A header that deserves this reply.
    Reply {
        /// Number to answer to.
        id: u16,
        /// What to say.
        rcode: Rcode,
    },
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// [`QueryError`], which says whether to reply.
    pub fn parse(message: &[u8]) -> Result<Self, QueryError> {
        let header = |at| read_u16(message, at).ok_or(QueryError::Ignore);
        let (id, flags) = (header(0)?, header(2)?);
        let (questions, records) = (header(4)?, [header(6)?, header(8)?, header(10)?]);
        if flags & FLAG_RESPONSE != 0 {
            return Err(QueryError::Ignore);
        }
        let reply = |rcode| QueryError::Reply { id, rcode };
        if flags & OPCODE_MASK != 0 {
            return Err(reply(Rcode::NotImplemented));
        }
        let malformed = reply(Rcode::FormatError);
        let (name, at) = Name::read(message, HEADER_BYTES).ok_or(malformed)?;
        let kind = read_u16(message, at).ok_or(malformed)?;
        let class = read_u16(message, at + 2).ok_or(malformed)?;
        let count = records
            .iter()
            .fold(0u16, |sum, part| sum.saturating_add(*part));
        if questions != 1 || count > MAX_QUERY_RECORDS {
            return Err(malformed);
        }
        let question_end = at + 4;
        let edns_bytes = find_edns(message, question_end, count).ok_or(malformed)?;
        Ok(Self {
            id,
            flags,
            name,
            kind,
            class,
            question_end,
            edns_bytes,
        })
    }

    /// Largest answer over UDP for this client, no larger than what passes every path unfragmented (RFC 9715).
    #[must_use]
    pub fn udp_bytes(&self) -> usize {
        const UNFRAGMENTED_BYTES: u16 = 1232;
        let wanted = self
            .edns_bytes
            .map_or(PLAIN_UDP_BYTES, |bytes| bytes.max(PLAIN_UDP_BYTES));
        usize::from(wanted.min(UNFRAGMENTED_BYTES))
    }
}

/// Looks through `count` records for OPT: `Some(None)` = there is none, `None` = they are cut off.
fn find_edns(message: &[u8], at: usize, count: u16) -> Option<Option<u16>> {
    let mut at = at;
    let mut found = None;
    for _ in 0..count {
        let is_root = message.get(at) == Some(&0);
        at = skip_name(message, at)?;
        let (record, class) = (read_u16(message, at)?, read_u16(message, at + 2)?);
        let length = usize::from(read_u16(message, at + 8)?);
        at = at
            .checked_add(10 + length)
            .filter(|end| *end <= message.len())?;
        if record == kind::OPT && is_root {
            found = Some(class);
        }
    }
    Some(found)
}

/// Index behind the name at `at`, whose last part may be a pointer, which is not followed.
fn skip_name(message: &[u8], at: usize) -> Option<usize> {
    const POINTER: u8 = 0xc0;
    let mut at = at;
    loop {
        match *message.get(at)? {
            0 => return Some(at + 1),
            length if length & POINTER == POINTER => return Some(at + 2),
            length if length & POINTER == 0 => at += 1 + usize::from(length),
            _ => return None,
        }
    }
}

/// What an upstream server answered, as far as we look: the rest is handed on as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpstreamAnswer {
    /// Response code, the basic 4 bits.
    pub rcode: u8,
    /// The rest must be asked for over TCP.
    pub is_truncated: bool,
}

/// Checks that `message` answers `question` (name, type and class in wire form, any case) under the number `id`.
#[must_use]
pub fn match_answer(message: &[u8], id: u16, question: &[u8]) -> Option<UpstreamAnswer> {
    let flags = read_u16(message, 2)?;
    let echoed = message.get(HEADER_BYTES..HEADER_BYTES.checked_add(question.len())?)?;
    let is_ours = read_u16(message, 0)? == id
        && flags & FLAG_RESPONSE != 0
        && flags & OPCODE_MASK == 0
        && read_u16(message, 4)? == 1
        && echoed.eq_ignore_ascii_case(question);
    let [_, low] = flags.to_be_bytes();
    is_ours.then_some(UpstreamAnswer {
        rcode: low & 0xf,
        is_truncated: flags & FLAG_TRUNCATED != 0,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query(tail: &[u8], counts: [u8; 4]) -> Vec<u8> {
        let [q, an, ns, ar] = counts;
        let mut bytes = vec![0x12, 0x34, 1, 0, 0, q, 0, an, 0, ns, 0, ar];
        bytes.extend_from_slice(b"\x03WEB\x00\x00\x01\x00\x01");
        bytes.extend_from_slice(tail);
        bytes
    }

    const OPT: &[u8] = &[0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0];

    #[test]
    fn reads_a_plain_query() {
        let parsed = Query::parse(&query(&[], [1, 0, 0, 0])).unwrap();
        assert_eq!((parsed.id, parsed.kind, parsed.class), (0x1234, kind::A, 1));
        assert_eq!(parsed.name, Name::from_text("web").unwrap());
        assert_eq!((parsed.question_end, parsed.udp_bytes()), (21, 512));
    }

    #[test]
    fn takes_the_size_from_edns_but_not_more_than_passes() {
        let parsed = Query::parse(&query(OPT, [1, 0, 0, 1])).unwrap();
        assert_eq!((parsed.edns_bytes, parsed.udp_bytes()), (Some(4096), 1232));
    }

    #[test]
    fn tells_garbage_from_what_deserves_a_reply() {
        assert_eq!(Query::parse(&[0; 11]), Err(QueryError::Ignore));
        let mut answer = query(&[], [1, 0, 0, 0]);
        answer[2] |= 0x80;
        assert_eq!(Query::parse(&answer), Err(QueryError::Ignore));
        let reply = |rcode| Err(QueryError::Reply { id: 0x1234, rcode });
        let mut update = query(&[], [1, 0, 0, 0]);
        update[2] = 0x28;
        assert_eq!(Query::parse(&update), reply(Rcode::NotImplemented));
        for counts in [[0, 0, 0, 0], [2, 0, 0, 0], [1, 0, 0, 1], [1, 200, 0, 0]] {
            assert_eq!(
                Query::parse(&query(&[], counts)),
                reply(Rcode::FormatError),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn takes_an_answer_only_to_its_own_question() {
        let question = b"\x03web\x00\x00\x01\x00\x01";
        let mut answer = query(&[], [1, 0, 0, 0]);
        answer[2] = 0x83;
        answer[3] = 0x85;
        let good = UpstreamAnswer {
            rcode: 5,
            is_truncated: true,
        };
        assert_eq!(match_answer(&answer, 0x1234, question), Some(good));
        assert_eq!(match_answer(&answer, 0x1235, question), None);
        assert_eq!(
            match_answer(&answer, 0x1234, b"\x03wec\x00\x00\x01\x00\x01"),
            None
        );
        assert_eq!(
            match_answer(&query(&[], [1, 0, 0, 0]), 0x1234, question),
            None
        );
    }

    proptest! {
        #[test]
        fn reads_any_bytes_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(query) = Query::parse(&bytes) {
                prop_assert!(query.question_end <= bytes.len());
            }
            let _ = match_answer(&bytes, 1, b"\x00\x00\x01\x00\x01");
        }

        #[test]
        fn reads_damaged_queries_without_a_panic(at in 0usize..32, byte in any::<u8>()) {
            let mut bytes = query(OPT, [1, 0, 0, 1]);
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(query) = Query::parse(&bytes) {
                prop_assert!(query.question_end <= bytes.len());
            }
        }
    }
}

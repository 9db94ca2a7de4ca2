//! Header fields of HTTP/2 (RFC 7541), read without a dynamic table: we allow the server none (`HEADER_TABLE_SIZE` 0).

use super::huffman;

/// Entries of the static table; what is above is of a dynamic one.
const STATIC_ENTRIES: u64 = 61;
/// The static table's entries for `:status`.
const STATUSES: [(u64, &[u8]); 7] = [
    (8, b"200"),
    (9, b"204"),
    (10, b"206"),
    (11, b"304"),
    (12, b"400"),
    (13, b"404"),
    (14, b"500"),
];

/// Calls `visit` with name and value of each field. Fields whose names stand in the static table, `:status` aside, come
/// with an empty name: nobody here asks for them. `None` when the block is broken.
pub(crate) fn read_fields(block: &[u8], mut visit: impl FnMut(&[u8], &[u8])) -> Option<()> {
    let mut reader = Reader(block);
    while let Some(first) = reader.0.first().copied() {
        if first & 0x80 != 0 {
            let index = reader.integer(7)?;
            let value = STATUSES
                .iter()
                .find(|(status, _)| *status == index)
                .map_or(&b""[..], |(_, value)| value);
            visit(static_name(index)?, value);
        } else if first & 0xe0 == 0x20 {
            // Another size of the dynamic table: zero is all that is allowed.
            reader.integer(5).filter(|size| *size == 0)?;
        } else {
            let prefix = if first & 0x40 != 0 { 6 } else { 4 };
            let name = match reader.integer(prefix)? {
                0 => reader.text()?,
                index => static_name(index)?.to_vec(),
            };
            visit(&name, &reader.text()?);
        }
    }
    Some(())
}

/// A field that no table keeps; `name` and `value` are shorter than 127 bytes.
pub(crate) fn write_field(block: &mut Vec<u8>, name: &str, value: &str) {
    block.push(0);
    for text in [name, value] {
        block.push(u8::try_from(text.len()).unwrap_or(0) & 0x7f);
        block.extend_from_slice(text.as_bytes());
    }
}

fn static_name(index: u64) -> Option<&'static [u8]> {
    match index {
        8..=14 => Some(b":status"),
        1..=STATIC_ENTRIES => Some(b""),
        _ => None,
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An integer whose first byte has `prefix` bits for it (RFC 7541, 5.1).
    fn integer(&mut self, prefix: u32) -> Option<u64> {
        let mask = (1_u8 << prefix) - 1;
        let first = self.byte()? & mask;
        let mut value = u64::from(first);
        if first < mask {
            return Some(value);
        }
        for shift in (0..28).step_by(7) {
            let byte = self.byte()?;
            value += u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<Vec<u8>> {
        let is_coded = self.0.first()? & 0x80 != 0;
        let length = usize::try_from(self.integer(7)?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        if is_coded {
            huffman::decode(text)
        } else {
            Some(text.to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{read_fields, write_field};
    use proptest::prelude::*;

    fn fields(block: &[u8]) -> Option<Vec<(String, String)>> {
        let mut found = Vec::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        read_fields(block, |name, value| found.push((text(name), text(value))))?;
        Some(found)
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn reads_all_forms() {
        let mut block = vec![0x20, 0x88, 0x48, 3];
        block.extend_from_slice(b"503");
        block.extend_from_slice(&[0x5f, 1, b'x']);
        write_field(&mut block, "grpc-status", "5");
        block.extend_from_slice(&[
            0x40, 0x88, 0x25, 0xa8, 0x49, 0xe9, 0x5b, 0xa9, 0x7d, 0x7f, 1, b'v',
        ]);
        let expected = [
            pair(":status", "200"),
            pair(":status", "503"),
            pair("", "x"),
            pair("grpc-status", "5"),
            pair("custom-key", "v"),
        ];
        assert_eq!(fields(&block).as_deref(), Some(&expected[..]));
    }

    #[test]
    fn refuses_what_is_cut_off_too_long_or_needs_a_dynamic_table() {
        assert_eq!(fields(&[0xbe]), None);
        assert_eq!(fields(&[0x80]), None);
        assert_eq!(fields(&[0x3f, 0x01]), None);
        assert_eq!(fields(&[0, 3, b'a']), None);
        assert_eq!(fields(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }

    proptest! {
        #[test]
        fn any_block_is_survived(block in proptest::collection::vec(any::<u8>(), 0..100)) {
            let _ = fields(&block);
        }
    }
}

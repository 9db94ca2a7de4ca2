//! Copies of some ten bytes in blocks of a size that the compiler knows: a few moves of registers each. A call of the C
//! library's memcpy(3), which in ours is `rep movsq` between two loops over single bytes, takes as long as all the rest that
//! is done for a line of a log.

/// One block.
const BLOCK_BYTES: usize = 32;
/// Longest beginning of an entry: timestamp, stream and tag are 40 bytes.
const PREFIX_BYTES: usize = 48;
/// What is written behind the end, and taken back: room for it must be left.
pub(super) const SLACK_BYTES: usize = PREFIX_BYTES;

/// The beginning of an entry.
pub(super) struct Prefix {
    bytes: [u8; PREFIX_BYTES],
    length: usize,
}

impl Prefix {
    /// # Panics
    /// When it is longer than any beginning of an entry.
    pub(super) fn new(text: &str) -> Self {
        let mut bytes = [0; PREFIX_BYTES];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Self {
            bytes,
            length: text.len(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn append_to(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.length;
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }
}

/// Appends the first `length` bytes of `input`, whose rest may be read too.
pub(super) fn append(out: &mut Vec<u8>, input: &[u8], length: usize) {
    let end = out.len() + length;
    if input.len() < length.next_multiple_of(BLOCK_BYTES) {
        // Near the end of what was read.
        out.extend_from_slice(&input[..length]);
        return;
    }
    let mut rest = input;
    while out.len() < end
        && let Some((block, after)) = rest.split_first_chunk::<BLOCK_BYTES>()
    {
        out.extend_from_slice(block);
        rest = after;
    }
    out.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::{Prefix, append};

    #[test]
    fn appends_just_what_was_asked_for_whatever_follows() {
        let input: Vec<u8> = (0..=255).collect();
        for length in 0..=input.len() {
            let mut out = b"before".to_vec();
            append(&mut out, &input, length);
            assert_eq!(out, [b"before", &input[..length]].concat(), "{length}");
        }
    }

    #[test]
    fn a_prefix_is_appended_without_its_padding() {
        let mut out = Vec::new();
        Prefix::new("stdout F ").append_to(&mut out);
        assert_eq!(out, b"stdout F ");
    }
}

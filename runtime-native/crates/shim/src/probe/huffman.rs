//! The code of HPACK's texts (RFC 7541, appendix B). It is canonical: the lengths of the codes tell the codes.

/// Length in bits of the code of each byte.
const LENGTHS: [u8; 256] = [
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, //
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, //
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, //
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, //
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, //
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, //
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, //
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, //
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, //
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, //
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, //
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, //
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, //
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, //
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, //
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
];
const LONGEST: u8 = 30;

/// Decodes a text; `None` when it is no such code, or is not padded with ones to the end of its last byte.
pub(crate) fn decode(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let mut code = Code::default();
    for byte in bytes {
        for shift in (0..8).rev() {
            code.push(byte >> shift & 1);
            if let Some(symbol) = code.symbol() {
                text.push(symbol);
                code = Code::default();
            } else if code.length >= LONGEST {
                return None;
            }
        }
    }
    let is_padding = code.length < 8 && code.bits == (1 << code.length) - 1;
    is_padding.then_some(text)
}

/// The bits of a code, as far as they have come.
#[derive(Clone, Copy, Debug, Default)]
struct Code {
    bits: u32,
    length: u8,
    /// The first code of this length.
    first: u32,
    /// Codes of this length.
    count: u32,
}

impl Code {
    fn push(&mut self, bit: u8) {
        self.bits = self.bits << 1 | u32::from(bit);
        self.first = (self.first + self.count) << 1;
        self.length += 1;
        self.count = COUNTS.get(usize::from(self.length)).copied().unwrap_or(0);
    }

    /// Codes of one length are in the order of their symbols.
    fn symbol(&self) -> Option<u8> {
        let place = self
            .bits
            .checked_sub(self.first)
            .filter(|place| *place < self.count)?;
        let mut of_length =
            (0..=u8::MAX).filter(|symbol| LENGTHS[usize::from(*symbol)] == self.length);
        of_length.nth(usize::try_from(place).ok()?)
    }
}

/// How many codes have each length.
const COUNTS: [u32; LONGEST as usize + 1] = count_lengths();

const fn count_lengths() -> [u32; LONGEST as usize + 1] {
    let mut counts = [0; LONGEST as usize + 1];
    let mut symbol = 0;
    while symbol < LENGTHS.len() {
        counts[LENGTHS[symbol] as usize] += 1;
        symbol += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn hex(text: &str) -> Vec<u8> {
        let digits = text.as_bytes().chunks(2);
        digits
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn decodes_the_examples_of_the_standard() {
        for (code, text) in [
            ("f1e3c2e5f23a6ba0ab90f4ff", "www.example.com"),
            ("a8eb10649cbf", "no-cache"),
            ("25a849e95ba97d7f", "custom-key"),
            ("6402", "302"),
            (
                "d07abe941054d444a8200595040b8166e082a62d1bff",
                "Mon, 21 Oct 2013 20:13:21 GMT",
            ),
            (
                "9d29ad171863c78f0b97c8e9ae82ae43d3",
                "https://www.example.com",
            ),
        ] {
            assert_eq!(
                decode(&hex(code)).as_deref(),
                Some(text.as_bytes()),
                "{code}"
            );
        }
    }

    #[test]
    fn refuses_bad_padding_and_the_end_symbol() {
        assert_eq!(decode(&[0]), None);
        assert_eq!(decode(&hex("f1e3c2e5f23a6ba0ab90f4fe")), None);
        assert_eq!(decode(&hex("ffffffff")), None);
        assert_eq!(decode(&[]).as_deref(), Some(&b""[..]));
    }
}

//! Chunks of a stream connection: Docker's 8-byte header (stream, three zero bytes, length 32-bit big endian), then the
//! bytes. Length 0 is the end of that stream. See schemas/protocol/shim.md.

use crate::output::OutputStream;

const HEADER_BYTES: usize = 8;

/// What a chunk belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChunkStream {
    Stdin,
    Output(OutputStream),
    /// JSON about the session itself.
    Control,
    /// Of a later version; its bytes are skipped.
    Unknown,
}

impl ChunkStream {
    fn number(self) -> u8 {
        match self {
            Self::Stdin => 0,
            Self::Output(OutputStream::Stdout) => 1,
            Self::Output(OutputStream::Stderr) => 2,
            Self::Control => 3,
            Self::Unknown => u8::MAX,
        }
    }

    fn of_number(number: u8) -> Self {
        match number {
            0 => Self::Stdin,
            1 => Self::Output(OutputStream::Stdout),
            2 => Self::Output(OutputStream::Stderr),
            3 => Self::Control,
            _ => Self::Unknown,
        }
    }
}

/// Header and bytes; at most 4 GiB.
pub(crate) fn encode_chunk(stream: ChunkStream, bytes: &[u8]) -> Vec<u8> {
    let mut chunk = Vec::with_capacity(HEADER_BYTES + bytes.len());
    chunk.extend_from_slice(&[stream.number(), 0, 0, 0]);
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    chunk.extend_from_slice(&length.to_be_bytes());
    chunk.extend_from_slice(bytes);
    chunk
}

/// A part of a chunk as it came; empty = the end of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChunkPart<'a> {
    pub(crate) stream: ChunkStream,
    pub(crate) bytes: &'a [u8],
}

/// Cuts what a client sends into parts of chunks. Keeps a header only, whatever length is announced.
#[derive(Debug, Default)]
pub(crate) struct ChunkDecoder {
    header: Vec<u8>,
    /// Of the chunk whose bytes come now.
    left: usize,
}

impl ChunkDecoder {
    /// Takes the next part off `input`; `None` when it is used up.
    pub(crate) fn next<'a>(&mut self, input: &mut &'a [u8]) -> Option<ChunkPart<'a>> {
        if self.left == 0 {
            self.read_header(input)?;
        }
        let (bytes, rest) = input.split_at(input.len().min(self.left));
        let stream = ChunkStream::of_number(*self.header.first()?);
        if bytes.is_empty() && self.left > 0 {
            return None;
        }
        *input = rest;
        self.left -= bytes.len();
        if self.left == 0 {
            self.header.clear();
        }
        Some(ChunkPart { stream, bytes })
    }

    fn read_header(&mut self, input: &mut &[u8]) -> Option<()> {
        let missing = HEADER_BYTES - self.header.len();
        let (bytes, rest) = input.split_at(input.len().min(missing));
        self.header.extend_from_slice(bytes);
        *input = rest;
        let length = self.header.get(4..)?.first_chunk::<4>()?;
        self.left = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{ChunkDecoder, ChunkStream, encode_chunk};

    #[test]
    fn writes_dockers_header() {
        let chunk = encode_chunk(ChunkStream::Control, b"{}");
        assert_eq!(chunk, [3, 0, 0, 0, 0, 0, 0, 2, b'{', b'}']);
    }

    #[test]
    fn an_empty_chunk_is_an_empty_part() {
        let mut decoder = ChunkDecoder::default();
        let bytes = [
            encode_chunk(ChunkStream::Stdin, b""),
            encode_chunk(ChunkStream::Stdin, b"x"),
        ];
        let bytes = bytes.concat();
        let mut input = &bytes[..];
        assert_eq!(decoder.next(&mut input).unwrap().bytes, b"");
        assert_eq!(decoder.next(&mut input).unwrap().bytes, b"x");
        assert_eq!(decoder.next(&mut input), None);
    }

    proptest::proptest! {
        #[test]
        fn chunks_cut_anywhere_give_the_same_bytes(
            texts in proptest::collection::vec(proptest::collection::vec(proptest::num::u8::ANY, 1..50), 0..10),
            cut in 1_usize..20,
        ) {
            let wire: Vec<u8> =
                texts.iter().flat_map(|text| encode_chunk(ChunkStream::Stdin, text)).collect();
            let mut decoder = ChunkDecoder::default();
            let mut received = Vec::new();
            for piece in wire.chunks(cut) {
                let mut input = piece;
                while let Some(part) = decoder.next(&mut input) {
                    proptest::prop_assert_eq!(part.stream, ChunkStream::Stdin);
                    received.extend_from_slice(part.bytes);
                }
                proptest::prop_assert!(input.is_empty());
            }
            proptest::prop_assert_eq!(received, texts.concat());
        }
    }
}

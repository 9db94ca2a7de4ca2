//! The body of an HTTP/1.1 answer: where it ends, and its first 4 KiB.

/// As much of a body is looked at.
pub(crate) const MAX_BODY_BYTES: usize = 4096;
/// A chunk's size has no more digits.
const MAX_SIZE_DIGITS: u32 = 8;

/// How long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyLength {
    Known(u64),
    Chunked,
    UntilClosed,
}

/// What has come of it.
#[derive(Debug)]
pub(crate) struct Body {
    bytes: Vec<u8>,
    is_cut: bool,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// So many bytes of data are to come; `None` = until the connection ends.
    Data(Option<u64>),
    /// So many bytes of a chunk's data are to come.
    Chunk(u64),
    /// Digits of a chunk's size: value, their number.
    Size(u64, u32),
    /// The rest of a line, after which a chunk of this size begins.
    SizeLine(u64),
    /// The line end behind a chunk.
    ChunkEnd,
    /// A line behind the last chunk; whether it is empty so far.
    Trailer(bool),
    Over,
}

impl Body {
    pub(crate) fn new(length: BodyLength) -> Self {
        let state = match length {
            BodyLength::Known(0) => State::Over,
            BodyLength::Known(length) => State::Data(Some(length)),
            BodyLength::UntilClosed => State::Data(None),
            BodyLength::Chunked => State::Size(0, 0),
        };
        Self {
            bytes: Vec::new(),
            is_cut: false,
            state,
        }
    }

    /// Takes what came; what is behind the body's end is forgotten.
    pub(crate) fn take(&mut self, mut bytes: &[u8]) {
        while let Some(first) = bytes.first().copied() {
            let used = match self.state {
                State::Over => return,
                State::Data(None) => self.keep(bytes, u64::MAX),
                State::Data(Some(left)) => {
                    let used = self.keep(bytes, left);
                    self.state = match left - used as u64 {
                        0 => State::Over,
                        left => State::Data(Some(left)),
                    };
                    used
                }
                State::Chunk(left) => {
                    let used = self.keep(bytes, left);
                    self.state = match left - used as u64 {
                        0 => State::ChunkEnd,
                        left => State::Chunk(left),
                    };
                    used
                }
                state => {
                    self.state = framing(state, first);
                    1
                }
            };
            bytes = bytes.get(used..).unwrap_or_default();
        }
    }

    /// Takes at most `limit` bytes of data; tells how many.
    fn keep(&mut self, bytes: &[u8], limit: u64) -> usize {
        let used = usize::try_from(limit)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        let kept = used.min(MAX_BODY_BYTES - self.bytes.len());
        self.bytes.extend(bytes.iter().take(kept));
        self.is_cut |= kept < used;
        used
    }

    /// The first 4 KiB.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether there was more than is kept.
    pub(crate) fn is_cut(&self) -> bool {
        self.is_cut
    }

    pub(crate) fn is_over(&self) -> bool {
        self.state == State::Over
    }

    pub(crate) fn contains(&self, text: &[u8]) -> bool {
        text.is_empty() || self.bytes.windows(text.len()).any(|window| window == text)
    }
}

/// One byte of what stands around chunks. What makes no sense ends the body.
fn framing(state: State, byte: u8) -> State {
    match (state, byte) {
        (State::Size(size, digits), byte)
            if byte.is_ascii_hexdigit() && digits < MAX_SIZE_DIGITS =>
        {
            let digit = char::from(byte).to_digit(16).unwrap_or_default();
            State::Size(size * 16 + u64::from(digit), digits + 1)
        }
        (State::Size(size, digits), b'\r' | b'\n' | b';' | b' ') if digits > 0 => {
            framing(State::SizeLine(size), byte)
        }
        (State::SizeLine(0), b'\n') => State::Trailer(true),
        (State::SizeLine(size), b'\n') => State::Chunk(size),
        (State::SizeLine(size), _) => State::SizeLine(size),
        (State::ChunkEnd, b'\r') => State::ChunkEnd,
        (State::ChunkEnd, b'\n') => State::Size(0, 0),
        (State::Trailer(is_empty), b'\r') => State::Trailer(is_empty),
        (State::Trailer(false), b'\n') => State::Trailer(true),
        (State::Trailer(_), byte) if byte != b'\n' => State::Trailer(false),
        _ => State::Over,
    }
}

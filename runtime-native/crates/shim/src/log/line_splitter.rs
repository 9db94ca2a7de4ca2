//! Cuts one output stream into log entries.

/// Longest text of one entry in bytes, as containerd and CRI-O have it.
pub(crate) const MAX_TEXT_BYTES: usize = 16 * 1024;

/// Whether the line ends with the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// `F`: the line ends here.
    Full,
    /// `P`: it goes on in the stream's next entry.
    Partial,
}

/// The next entry of a stream: the held bytes, then the first `text` bytes of the input, of which `consumed` are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) tag: Tag,
    /// Bytes of the input that belong to it.
    text: usize,
    /// Those, and the newline.
    consumed: usize,
}

/// Holds the beginning of a line until the rest comes.
#[derive(Debug, Default)]
pub(crate) struct LineSplitter {
    held: Vec<u8>,
    /// The last entry was partial, so the line is open though nothing is held.
    is_open: bool,
}

impl LineSplitter {
    /// The next entry that `input` completes, or `None` when it only continues a line: then [`hold`](Self::hold) it.
    pub(crate) fn next(&self, input: &[u8]) -> Option<Entry> {
        let room = MAX_TEXT_BYTES - self.held.len();
        let window = &input[..input.len().min(room + 1)];
        if let Some(newline) = memchr::memchr(b'\n', window) {
            return Some(Entry {
                tag: Tag::Full,
                text: newline,
                consumed: newline + 1,
            });
        }
        (window.len() > room).then_some(Entry {
            tag: Tag::Partial,
            text: room,
            consumed: room,
        })
    }

    /// Bytes of the entry's text.
    pub(crate) fn text_len(&self, entry: Entry) -> usize {
        self.held.len() + entry.text
    }

    /// Appends the text of `entry` to `out` and takes it off `input`.
    pub(crate) fn take(&mut self, entry: Entry, input: &mut &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(&self.held);
        out.extend_from_slice(&input[..entry.text]);
        *input = &input[entry.consumed..];
        self.held.clear();
        self.is_open = entry.tag == Tag::Partial;
    }

    /// Keeps what [`next`](Self::next) found no end in: at most [`MAX_TEXT_BYTES`].
    pub(crate) fn hold(&mut self, input: &[u8]) {
        self.held.extend_from_slice(input);
    }

    /// The entry that writes what is held now, the line going on.
    pub(crate) fn flush(&self) -> Option<Entry> {
        (!self.held.is_empty()).then_some(Entry {
            tag: Tag::Partial,
            text: 0,
            consumed: 0,
        })
    }

    /// The entry that ends an open line: the stream has ended.
    pub(crate) fn end(&self) -> Option<Entry> {
        (self.is_open || !self.held.is_empty()).then_some(Entry {
            tag: Tag::Full,
            text: 0,
            consumed: 0,
        })
    }

    /// Whether the next bytes begin a line.
    pub(crate) fn is_between_lines(&self) -> bool {
        !self.is_open && self.held.is_empty()
    }

    /// The beginning of a line that is in no entry yet.
    pub(crate) fn held(&self) -> &[u8] {
        &self.held
    }

    /// Whether bytes are held that [`flush`](Self::flush) would write.
    pub(crate) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::{LineSplitter, MAX_TEXT_BYTES, Tag};

    type Entries = Vec<(Tag, Vec<u8>)>;

    fn push(splitter: &mut LineSplitter, mut input: &[u8], entries: &mut Entries) {
        while let Some(entry) = splitter.next(input) {
            let mut text = Vec::new();
            assert_eq!(splitter.text_len(entry), splitter.held.len() + entry.text);
            splitter.take(entry, &mut input, &mut text);
            entries.push((entry.tag, text));
        }
        splitter.hold(input);
    }

    fn finish(splitter: &mut LineSplitter, entries: &mut Entries) {
        if let Some(entry) = splitter.end() {
            let mut text = Vec::new();
            splitter.take(entry, &mut &[][..], &mut text);
            entries.push((entry.tag, text));
        }
    }

    fn reassemble(entries: &Entries) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (tag, text) in entries {
            bytes.extend_from_slice(text);
            if *tag == Tag::Full {
                bytes.push(b'\n');
            }
        }
        bytes
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_one_entry() {
        let mut entries = Vec::new();
        let mut splitter = LineSplitter::default();
        let mut line = vec![b'a'; MAX_TEXT_BYTES];
        line.push(b'\n');
        push(&mut splitter, &line, &mut entries);
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].0, Tag::Full);
    }

    #[test]
    fn a_longer_line_is_cut_at_the_limit() {
        let mut entries = Vec::new();
        let mut splitter = LineSplitter::default();
        let mut line = vec![b'a'; 2 * MAX_TEXT_BYTES + 1];
        line.push(b'\n');
        push(&mut splitter, &line, &mut entries);
        let shape: Vec<_> = entries
            .iter()
            .map(|(tag, text)| (*tag, text.len()))
            .collect();
        let whole = MAX_TEXT_BYTES;
        assert_eq!(
            shape,
            [(Tag::Partial, whole), (Tag::Partial, whole), (Tag::Full, 1)]
        );
    }

    #[test]
    fn an_unfinished_line_ends_with_the_stream_and_an_ended_one_does_not_again() {
        let mut entries = Vec::new();
        let mut splitter = LineSplitter::default();
        push(&mut splitter, b"one\ntwo", &mut entries);
        finish(&mut splitter, &mut entries);
        finish(&mut splitter, &mut entries);
        assert_eq!(
            entries,
            [(Tag::Full, b"one".to_vec()), (Tag::Full, b"two".to_vec())]
        );
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

        #[test]
        fn any_bytes_cut_anywhere_and_flushed_at_any_time_reassemble(
            pieces in proptest::collection::vec((piece(), proptest::bool::ANY), 0..40),
        ) {
            let mut entries = Vec::new();
            let mut splitter = LineSplitter::default();
            let mut written = Vec::new();
            for (bytes, is_flushed) in &pieces {
                push(&mut splitter, bytes, &mut entries);
                written.extend_from_slice(bytes);
                if let (true, Some(entry)) = (*is_flushed, splitter.flush()) {
                    let mut text = Vec::new();
                    splitter.take(entry, &mut &[][..], &mut text);
                    entries.push((entry.tag, text));
                }
            }
            finish(&mut splitter, &mut entries);
            if !written.is_empty() && written.last() != Some(&b'\n') {
                written.push(b'\n');
            }
            proptest::prop_assert!(entries.iter().all(|(_, text)| text.len() <= MAX_TEXT_BYTES));
            proptest::prop_assert_eq!(reassemble(&entries), written);
        }
    }

    /// Short pieces with many newlines, and runs around the limit.
    fn piece() -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
        use proptest::prelude::{Just, Strategy, prop_oneof};
        prop_oneof![
            proptest::collection::vec(prop_oneof![Just(b'\n'), proptest::num::u8::ANY], 0..64),
            (MAX_TEXT_BYTES - 2..MAX_TEXT_BYTES + 3).prop_map(|length| vec![b'x'; length]),
        ]
    }
}

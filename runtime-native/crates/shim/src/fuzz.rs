//! What the fuzz targets of the log and of the probes call.

use crate::log::line_splitter::{LineSplitter, Tag};
use crate::probe;

/// Logs `stream` in the pieces that `cuts` says, flushing between some of them: the entries put together are the stream again.
///
/// # Panics
/// When they are not, or when an entry is longer than one may be.
pub fn log(stream: &[u8], cuts: &[u8]) {
    let mut splitter = LineSplitter::default();
    let mut logged = Vec::new();
    let mut rest = stream;
    let mut cuts = cuts.iter();
    while !rest.is_empty() {
        let cut = cuts.next().copied().unwrap_or(u8::MAX);
        let length = (usize::from(cut >> 1) * 97 + 1).min(rest.len());
        let (piece, later) = rest.split_at(length);
        rest = later;
        write(&mut splitter, piece, &mut logged);
        if cut & 1 == 1
            && let Some(entry) = splitter.flush()
        {
            splitter.take(entry, &mut &[][..], &mut logged);
        }
    }
    let is_cut_short = splitter.end().is_some();
    if let Some(entry) = splitter.end() {
        splitter.take(entry, &mut &[][..], &mut logged);
    }
    assert_eq!(logged, stream);
    let has_open_end = !stream.is_empty() && !stream.ends_with(b"\n");
    assert_eq!(is_cut_short, has_open_end);
}

fn write(splitter: &mut LineSplitter, mut piece: &[u8], logged: &mut Vec<u8>) {
    while let Some(entry) = splitter.next(piece) {
        assert!(splitter.text_len(entry) <= crate::log::line_splitter::MAX_TEXT_BYTES);
        splitter.take(entry, &mut piece, logged);
        if entry.tag == Tag::Full {
            logged.push(b'\n');
        }
    }
    splitter.hold(piece);
}

/// Answers a probe over HTTP and one over gRPC with `answer`, as a whole and in pieces of `length` bytes: the findings are
/// the same, and bounded.
///
/// # Panics
/// When they are not.
pub fn probe(answer: &[u8], length: usize) {
    let whole = probe::findings(answer, answer.len());
    let pieces = probe::findings(answer, length);
    for (one, other) in whole.iter().zip(&pieces) {
        assert_eq!(one, other);
        assert!(one.output.len() < 32 * 1024);
    }
}

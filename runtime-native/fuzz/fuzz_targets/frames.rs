//! The control protocol: frames cut anywhere are the frames of the whole, and a message that is read can be written and
//! read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tsorch_protocol::Message;
use tsorch_protocol::frame::FrameDecoder;

fuzz_target!(|bytes: &[u8]| {
    let whole = payloads([bytes].into_iter());
    assert_eq!(whole, payloads(bytes.chunks(1 + bytes.len() / 3)));
    assert_eq!(whole, payloads(bytes.chunks(1)));
    for payload in whole {
        if let Ok(message) = Message::from_payload(&payload) {
            let frame = message
                .to_frame()
                .expect("a message that was read fits into a frame");
            assert_eq!(
                Message::from_payload(&frame[4..]).expect("own frames are read"),
                message
            );
        }
    }
});

/// Up to the first that is refused.
fn payloads<'b>(pieces: impl Iterator<Item = &'b [u8]>) -> Vec<Vec<u8>> {
    let mut decoder = FrameDecoder::default();
    let mut payloads = Vec::new();
    for piece in pieces {
        decoder.push(piece);
        loop {
            match decoder.next_payload() {
                Ok(Some(payload)) => payloads.push(payload.to_vec()),
                Ok(None) => break,
                Err(_) => return payloads,
            }
        }
    }
    payloads
}

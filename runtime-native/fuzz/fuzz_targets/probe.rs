//! What a container answers to a probe: the first byte says in what pieces it comes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some((length, answer)) = bytes.split_first() {
        tsorch_shim::fuzz::probe(answer, usize::from(*length));
    }
});

//! The log: the first bytes say where the output is cut, the others are the output.
#![no_main]

use libfuzzer_sys::fuzz_target;

const CUTS: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    let (cuts, stream) = bytes.split_at(bytes.len().min(CUTS));
    tsorch_shim::fuzz::log(stream, cuts);
    // Lines longer than an entry are too rare among short inputs.
    tsorch_shim::fuzz::log(&stream.repeat(CUTS * CUTS), cuts);
});

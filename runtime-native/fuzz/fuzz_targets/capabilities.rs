//! Names of capabilities, one in each line, on a host that can give those of the first byte's bits.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u64, String)| {
    let (available, text) = input;
    let names: Vec<String> = text.lines().map(str::to_owned).collect();
    tsorch_container::fuzz::capabilities(&names, available);
});

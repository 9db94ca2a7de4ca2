//! Options of mounts, one in each line.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| text.lines().for_each(tsorch_container::fuzz::mount_option));

//! `config.json`: any text is read or refused, and any configuration planned or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tsorch_oci::Config;

fuzz_target!(|text: &[u8]| {
    if let Ok(config) = Config::parse(text) {
        tsorch_container::fuzz::plan(&config);
    }
});

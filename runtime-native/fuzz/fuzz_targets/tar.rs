//! Layers: any bytes are an archive or refused, and no entry has more data than the archive.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tsorch_layers::tar::TarReader;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = TarReader::new(bytes);
    while let Ok(Some(_)) = reader.next_entry() {
        let mut taken = 0;
        while let Ok(body) = reader.fill_body() {
            let count = body.len();
            if count == 0 {
                break;
            }
            taken += count;
            reader.consume_body(count);
        }
        assert!(taken <= bytes.len());
    }
});

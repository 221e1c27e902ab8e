//! From the bytes of a page to its text: nothing panics or takes long, and reading twice gives the same.
//!
//! `cargo +nightly fuzz run page`

#![no_main]

use feedwatch::ingest::read_page;
use libfuzzer_sys::fuzz_target;

const CONTENT_TYPES: [Option<&str>; 4] =
    [None, Some("text/html; charset=windows-1251"), Some("text/plain"), Some("text/html")];

fuzz_target!(|body: &[u8]| {
    let content_type = body.first().and_then(|byte| CONTENT_TYPES[usize::from(*byte) % CONTENT_TYPES.len()]);
    assert_eq!(read_page(body, content_type), read_page(body, content_type));
});

//! The whole path from bytes to articles: nothing panics, and reading twice gives the same.
//!
//! `cargo +nightly fuzz run parse`

#![no_main]

use std::collections::HashMap;

use feedwatch::ingest::{ingest, keys};
use feedwatch::model::{FeedId, Timestamp};
use feedwatch::parse::{Limits, Source, parse};
use libfuzzer_sys::fuzz_target;

const CONTENT_TYPES: [Option<&str>; 4] =
    [None, Some("text/xml; charset=windows-1251"), Some("text/xml; charset=iso-2022-jp"), Some("charset")];

/// A panic of feed-rs is caught and its feed read otherwise; every other one is a finding.
fn tell_panics_apart() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.location().is_none_or(|place| !place.file().contains("/feed-rs-")) {
            default(panic);
            std::process::abort();
        }
    }));
}

fuzz_target!(init: tell_panics_apart(), |body: &[u8]| {
    let content_type = body.first().and_then(|byte| CONTENT_TYPES[usize::from(*byte) % CONTENT_TYPES.len()]);
    let source = Source { content_type, url: "https://example.org/feed" };
    let limits = Limits { max_entries: 50, ..Limits::default() };
    let read = parse(body, &source, &limits);
    assert_eq!(read, parse(body, &source, &limits));
    if let Ok(feed) = read {
        assert_eq!(keys(&feed).len(), feed.entries.len());
        ingest(FeedId::of("feed"), &feed, &HashMap::new(), Timestamp::UNIX_EPOCH);
    }
});

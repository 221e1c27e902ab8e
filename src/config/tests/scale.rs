//! Large configurations load in time that grows with their size, right or wrong.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;

const MANY: usize = 5_000;

/// Far above what a load takes in a test build, far below what a quadratic one would take.
const PATIENCE: Duration = Duration::from_secs(60);

fn many(table: impl Fn(usize) -> String) -> String {
    let mut text = "[[channel]]\nname = \"desk\"\nkind = \"stdout\"\n".to_owned();
    for number in 0..MANY {
        let _ = writeln!(text, "{}", table(number));
    }
    text
}

#[test]
fn many_feeds_and_watches_load() {
    let started = Instant::now();
    let text = many(|n| {
        format!(
            "[[feed]]\nurl = \"https://example.org/{n}\"\ntags = [\"a\"]\n\
             [[watch]]\nname = \"w{n}\"\nquery = 'word{n} AND @asean'\nchannels = [\"desk\"]"
        )
    });
    let config = given(&text).config();
    assert_eq!((config.feeds.len(), config.watches.len()), (MANY, MANY));
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    println!("{MANY} feeds and watches: {:?}", started.elapsed());
}

#[test]
fn many_errors_are_counted_and_the_first_are_drawn() {
    let started = Instant::now();
    let text = many(|n| {
        format!(
            "[[channel]]\nname = \"c{n}\"\nkind = \"stdout\"\n\
             [[watch]]\nname = \"w\"\nquery = 'a AND'\nchannels = [\"x{n}\"]\ntimezone = 1\n\
             [[feed]]\nurl = \"https://example.org/\"\ntimezone = \"Mars\""
        )
    });
    let reports = given(&text).load().unwrap_err();
    assert!(reports[0].diagnostics.len() > 5 * MANY - 10, "{}", reports[0].diagnostics.len());
    println!("{MANY} errors found: {:?}", started.elapsed());
    let drawn = drawn(&reports);
    assert!(drawn.ends_with(" more in feedwatch.toml"), "{}", &drawn[drawn.len() - 100..]);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    println!("{MANY} errors: {:?}", started.elapsed());
}

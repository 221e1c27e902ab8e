//! What is told of feeds and their schedules.

use std::time::Duration;

use insta::assert_snapshot;

use super::{Given, given};
use crate::schedule::Schedule;

#[test]
fn schedules() {
    assert_snapshot!(given(r#"
[defaults]
every = "15m"
cron = "0 * * * *"
timezone = "Asia/Tokio"
[[feed]]
url = "https://example.org/1"
cron = "61 * * * *"
[[feed]]
url = "https://example.org/2"
every = "10ms"
[[feed]]
url = "https://example.org/3"
cron = "\u0030 6-22 * * Mon-Fry"
"#).told(), @r#"
    error: `every` and `cron` exclude each other
     --> feedwatch.toml:4:8
      |
    4 | cron = "0 * * * *"
      |        ^^^^^^^^^^^
      |
      = help: remove one of them

    error: unknown time zone 'Asia/Tokio'
     --> feedwatch.toml:5:12
      |
    5 | timezone = "Asia/Tokio"
      |            ^^^^^^^^^^^^
      |
      = help: did you mean "Asia/Tokyo"?

    error: minute 61 is out of range
     --> feedwatch.toml:8:9
      |
    8 | cron = "61 * * * *"
      |         ^^
      |
      = help: write 0-59

    error: the shortest interval is "1s"
      --> feedwatch.toml:11:9
       |
    11 | every = "10ms"
       |         ^^^^^^

    error: `Fry` is not a valid day of week
      --> feedwatch.toml:14:25
       |
    14 | cron = "\u0030 6-22 * * Mon-Fry"
       |                         ^^^^^^^
       |
       = help: write 0-7 (0 and 7 are Sunday) or sun-sat
    "#);
}

/// The schedule of the one feed of a configuration.
fn schedule(defaults: &str, feed: &str) -> Schedule {
    let text = format!("[defaults]\n{defaults}\n[[feed]]\nurl = \"https://example.org/\"\n{feed}");
    given(&text).config().feeds[0].schedule.clone()
}

#[test]
fn the_nearest_word_on_the_interval_counts() {
    let minutes = |minutes: u64| Duration::from_secs(minutes * 60);
    let adaptive = |min, max| Schedule::Adaptive { min: minutes(min), max: minutes(max) };
    for (defaults, feed, expected) in [
        ("", "", adaptive(5, 1440)),
        ("min_every = \"2m\"", "", adaptive(2, 1440)),
        ("", "max_every = \"1h\"", adaptive(5, 60)),
        ("min_every = \"10m\"\nmax_every = \"2h\"", "min_every = \"1m\"", adaptive(1, 120)),
        ("", "max_every = \"2m\"", adaptive(2, 2)),
        ("", "min_every = \"2d\"", adaptive(2880, 2880)),
        ("every = \"15m\"", "", Schedule::Every(minutes(15))),
        ("every = \"15m\"", "min_every = \"1m\"", adaptive(1, 1440)),
        ("min_every = \"10m\"", "every = \"1m\"", Schedule::Every(minutes(1))),
    ] {
        assert_eq!(schedule(defaults, feed), expected, "{defaults:?} {feed:?}");
    }
}

#[test]
fn bounds_that_contradict_are_told() {
    assert_snapshot!(given(r#"
[[feed]]
url = "https://example.org/1"
min_every = "1h"
max_every = "30m"
[[feed]]
url = "https://example.org/2"
min_every = "1h"
every = "30m"
"#).told(), @r#"
    error: `max_every` is shorter than `min_every`
     --> feedwatch.toml:5:13
      |
    5 | max_every = "30m"
      |             ^^^^^
      |
      = help: exchange them

    error: `every` fixes the interval, and bounds leave it open
     --> feedwatch.toml:8:13
      |
    8 | min_every = "1h"
      |             ^^^^
      |
      = help: remove `every`, or the bounds
    "#);
}

#[test]
fn feeds() {
    assert_snapshot!(given(r#"
[[feed]]
source = "Kyodo"
[[feed]]
url = "feed://example.org/rss"
[[feed]]
url = "ftp://example.org/rss"
[[feed]]
url = "https://"
[[feed]]
url = "https://example.org/rss"
lang = "english"
country = "jpn"
tags = ["", "a\tb"]
[[feed]]
url = "HTTPS://example.org:443/rss"
titel = "Example"
"#).told(), @r#"
    error: `url` is missing in [[feed]]
     --> feedwatch.toml:2:1
      |
    2 | [[feed]]
      | ^^^^^^^^

    error: `feed:` is no scheme that can be fetched
     --> feedwatch.toml:5:7
      |
    5 | url = "feed://example.org/rss"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write "https://example.org/rss"

    error: `ftp:` is no scheme of the web
     --> feedwatch.toml:7:7
      |
    7 | url = "ftp://example.org/rss"
      |       ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: only http and https can be fetched

    error: this is no address: empty host
     --> feedwatch.toml:9:7
      |
    9 | url = "https://"
      |       ^^^^^^^^^^
      |
      = help: write it in full, as in "https://example.org/rss"

    error: 'english' is not a language code: write two or three letters, as in "en"
      --> feedwatch.toml:12:8
       |
    12 | lang = "english"
       |        ^^^^^^^^^

    error: 'jpn' is not a country code
      --> feedwatch.toml:13:11
       |
    13 | country = "jpn"
       |           ^^^^^
       |
       = help: write the two letters of ISO 3166, as in "jp"

    error: `tags` is empty
      --> feedwatch.toml:14:9
       |
    14 | tags = ["", "a\tb"]
       |         ^^

    error: `tags` holds a control character
      --> feedwatch.toml:14:15
       |
    14 | tags = ["", "a\tb"]
       |               ^^

    error: this feed is configured twice
      --> feedwatch.toml:16:7
       |
    16 | url = "HTTPS://example.org:443/rss"
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: it stands in line 11 of feedwatch.toml already: remove one of them

    error: unknown key `titel` in [[feed]]
      --> feedwatch.toml:17:1
       |
    17 | titel = "Example"
       | ^^^^^
       |
       = help: known keys: url, timezone, every, cron, min_every, max_every, source, lang, country, tags, max_wait, feed_failures, feed_silence, alert_on_first_poll, full_text
    "#);
}

#[test]
fn codes_of_languages_and_countries() {
    let concepts = "[[concept]]\nname = \"own\"\nterms = { en = [\"x\"], dk = [\"y\"] }\n";
    assert_snapshot!(Given { concepts, ..given(r#"
[[feed]]
url = "https://example.org/1"
lang = "cn"
country = "uk"
[[feed]]
url = "https://example.org/2"
lang = "xx"
country = "zz"
[[feed]]
url = "https://example.org/3"
lang = "xyz"
country = "GB"
"#) }.told(), @r#"
    error: `cn` is the code of no language
     --> feedwatch.toml:4:8
      |
    4 | lang = "cn"
      |        ^^^^
      |
      = help: did you mean "zh"?

    error: `uk` is the code of no country
     --> feedwatch.toml:5:11
      |
    5 | country = "uk"
      |           ^^^^
      |
      = help: did you mean "gb"?

    error: `xx` is the code of no language
     --> feedwatch.toml:8:8
      |
    8 | lang = "xx"
      |        ^^^^
      |
      = help: write it as in "ru"

    error: `zz` is the code of no country
     --> feedwatch.toml:9:11
      |
    9 | country = "zz"
      |           ^^^^
      |
      = help: write it as in "jp"

    error: `dk` is the code of no language
     --> concepts/own.toml:3:23
      |
    3 | terms = { en = ["x"], dk = ["y"] }
      |                       ^^
      |
      = help: did you mean "da"?

    warning: `xyz` is the code of no common language
      --> feedwatch.toml:12:8
       |
    12 | lang = "xyz"
       |        ^^^^^
       |
       = help: articles have it only where their feed declares it; usual is "ru"
    "#);
    let feeds = given("[[feed]]\nurl = \"https://example.org/1\"\nlang = \"rus\"\ncountry = \" GB \"\n")
        .config()
        .feeds;
    assert_eq!(feeds[0].lang.map(|lang| lang.to_string()).as_deref(), Some("ru"));
    assert_eq!(feeds[0].country.as_deref(), Some("gb"));
}

//! What careful reading costs: the whole parse path against raw feed-rs, on feeds that both read, and what
//! ingesting adds. Run with `FEEDWATCH_CORPUS` naming the corpus; without it, on feeds made here.
//!
//! `cargo bench --bench parsing`

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints and may stop")]

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use feedwatch::ingest::ingest;
use feedwatch::model::{FeedId, Timestamp};
use feedwatch::parse::{Limits, Repair, Source, parse};

const ROUNDS: usize = 25;
const SOURCE: Source<'static> = Source { content_type: None, url: "https://example.org/feed" };

/// What is done with a body.
type Work = fn(&[u8]);

/// What is measured, the first being what the others are compared with.
const WORKS: [(&str, Work); 3] = [
    ("raw feed-rs", |body| drop(black_box(feed_rs::parser::parse(body)))),
    ("parse", |body| drop(black_box(parse(body, &SOURCE, &Limits::default())))),
    ("parse and ingest", |body| {
        let feed = parse(body, &SOURCE, &Limits::default()).unwrap();
        drop(black_box(ingest(FeedId::of("feed"), &feed, &HashMap::new(), Timestamp::UNIX_EPOCH)));
    }),
];

fn main() {
    let bodies: Vec<Vec<u8>> = match std::env::var_os("FEEDWATCH_CORPUS") {
        Some(corpus) => real(&Path::new(&corpus).join("feeds/real")),
        None => (0..20).map(made).collect(),
    };
    let sound: Vec<&Vec<u8>> = bodies.iter().filter(|body| is_sound(body)).collect();
    let bytes: usize = sound.iter().map(|body| body.len()).sum();
    println!("{} sound feeds of {}, {:.1} MB", sound.len(), bodies.len(), bytes as f64 / 1e6);
    // Taking turns, the works share whatever else the machine does.
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        for ((_, work), best) in WORKS.iter().zip(&mut best) {
            let start = Instant::now();
            sound.iter().for_each(|body| work(body));
            *best = start.elapsed().min(*best);
        }
    }
    for ((name, _), time) in WORKS.iter().zip(best) {
        let rate = bytes as f64 / 1e6 / time.as_secs_f64();
        let ratio = time.as_secs_f64() / best[0].as_secs_f64();
        println!("{name:18} {:>8.1} ms {rate:>8.1} MB/s {ratio:>6.2} × raw", time.as_secs_f64() * 1e3);
    }
}

fn real(folder: &Path) -> Vec<Vec<u8>> {
    std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// Whether feed-rs reads it alone, and reads it within `parse`.
fn is_sound(body: &[u8]) -> bool {
    let leniently = |repair: &Repair| matches!(repair, Repair::Lenient { .. });
    feed_rs::parser::parse(body).is_ok()
        && parse(body, &SOURCE, &Limits::default())
            .is_ok_and(|feed| !feed.report.repairs.iter().any(leniently))
}

fn made(number: usize) -> Vec<u8> {
    let paragraph =
        "<p>Japan and the ASEAN countries deepen their cooperation on <b>cybersecurity</b>.</p>".repeat(20);
    let items: String = (0..100)
        .map(|item| {
            format!(
                "<item><title>Story {item} of feed {number}</title><link>https://example.org/{item}</link>\
                 <guid>{number}-{item}</guid><pubDate>Thu, 05 Oct 2023 10:14:55 GMT</pubDate>\
                 <description><![CDATA[{paragraph}]]></description></item>"
            )
        })
        .collect();
    format!("<rss version=\"2.0\"><channel><title>Feed {number}</title>{items}</channel></rss>").into_bytes()
}

//! What a queue of 50,000 for a dead channel costs the other channels: the time from a match to its arrival,
//! with and without the queue, in one run of the built program.
//!
//! ```sh
//! cargo bench --bench delivery               # five rounds of each
//! cargo bench --bench delivery -- 2          # or so many
//! ```
//!
//! | program | its channel `dead` |
//! |---|---|
//! | `none` | refuses connections, and nothing is queued for it |
//! | `queued` | the same with 50,000 deliveries queued |
//! | `passed on` | the same with a fallback that gets them all in this round |
//!
//! Ten feeds publish an article a second each, which four other channels are told of, one by one. The programs
//! take turns, so that what else the machine does weighs on all.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints and may stop")]

use std::fmt::Write as _;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{Connection, SqliteConnection};

const QUEUED: u32 = 50_000;
const FEEDS: usize = 10;
const CHANNELS: usize = 4;
/// Seconds of one turn that count, and those before them, in which a program starts.
const TURN: u64 = 15;
const START: u64 = 4;

fn main() {
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(5);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let desk = Arc::new(Desk::default());
    let origin = runtime.block_on(serve(desk.clone()));
    let programs = ["none", "queued", "passed on"].map(|name| Program::new(name, &origin));
    let mut waits = [const { Vec::new() }; 3];
    let mut passed_on = Vec::new();
    for _ in 0..rounds {
        for (program, waits) in programs.iter().zip(&mut waits) {
            runtime.block_on(program.prepare());
            let mut child = program.start();
            std::thread::sleep(Duration::from_secs(START));
            desk.arrived.lock().unwrap().clear();
            std::thread::sleep(Duration::from_secs(TURN));
            waits.append(&mut desk.arrived.lock().unwrap());
            child.kill().unwrap();
            child.wait().unwrap();
            if program.name == "passed on" {
                let count = runtime.block_on(program.passed_on());
                assert!(count > 0, "nothing was passed on");
                passed_on.push(count);
            }
        }
    }
    println!("{:10} {:>9} {:>9} {:>9} {:>9}", "", "arrivals", "p50 ms", "p99 ms", "p99 ×");
    let least = percentile(&mut waits[0], 99);
    for (program, waits) in programs.iter().zip(&mut waits) {
        let (p50, p99) = (percentile(waits, 50), percentile(waits, 99));
        let ratio = p99 / least;
        println!("{:10} {:>9} {p50:>9.0} {p99:>9.0} {ratio:>9.2}", program.name, waits.len());
    }
    println!("passed on in each turn: {passed_on:?}");
}

fn percentile(waits: &mut [f64], percent: usize) -> f64 {
    waits.sort_unstable_by(f64::total_cmp);
    waits.get((waits.len() * percent / 100).min(waits.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Feeds that carry something new whenever they are asked, and the destinations of channels.
#[derive(Default)]
struct Desk {
    published: AtomicU64,
    /// Milliseconds from the match.
    arrived: Mutex<Vec<f64>>,
}

async fn serve(desk: Arc<Desk>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let router =
        Router::new().route("/feed/{n}", get(feed)).route("/take/{name}", post(take)).with_state(desk);
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

async fn feed(State(desk): State<Arc<Desk>>, Path(feed): Path<usize>) -> impl IntoResponse {
    let number = desk.published.fetch_add(1, Ordering::Relaxed);
    let body = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Wire {feed}</title><item>\
         <guid>{feed}-{number}</guid><title>Storm {number} at harbour {}</title>\
         <link>https://news.example/{feed}/{number}</link></item></channel></rss>",
        number.wrapping_mul(7_919)
    );
    ([(CONTENT_TYPE, "application/rss+xml")], body)
}

async fn take(State(desk): State<Arc<Desk>>, Path(name): Path<String>, body: Bytes) {
    let now = Utc::now();
    if name == "night" {
        return;
    }
    let json: Value = serde_json::from_slice(&body).unwrap();
    for article in json["data"]["articles"].as_array().into_iter().flatten() {
        let seen: DateTime<Utc> = article["first_seen_at"].as_str().unwrap().parse().unwrap();
        desk.arrived.lock().unwrap().push((now - seen).as_seconds_f64() * 1_000.0);
    }
}

struct Program {
    name: &'static str,
    folder: tempfile::TempDir,
}

impl Program {
    fn new(name: &'static str, origin: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut text = String::from(
            "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nper_host = 100\n\
             [defaults]\nevery = \"1s\"\nalert_on_first_poll = true\n\
             [alerts]\ngroup_wait = \"0s\"\ngroup_interval = \"0s\"\n\
             [[channel]]\nname = \"dead\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:1/\"\n",
        );
        if name == "passed on" {
            text += "fallback = \"night\"\nfallback_after = \"1h\"\n";
        }
        for channel in (0..CHANNELS).map(|n| format!("desk{n}")).chain(["night".to_owned()]) {
            write!(text, "[[channel]]\nname = \"{channel}\"\nkind = \"webhook\"\n").unwrap();
            writeln!(text, "url = \"{origin}/take/{channel}\"").unwrap();
        }
        let desks: Vec<String> = (0..CHANNELS).map(|n| format!("\"desk{n}\"")).collect();
        write!(
            text,
            "[[watch]]\nname = \"storm\"\nquery = \"storm\"\nchannels = [{}]\nper_story = false\n",
            desks.join(", ")
        )
        .unwrap();
        for feed in 0..FEEDS {
            write!(text, "[[feed]]\nurl = \"{origin}/feed/{feed}\"\n").unwrap();
        }
        std::fs::write(folder.path().join("feedwatch.toml"), text).unwrap();
        let program = Self { name, folder };
        assert!(program.command(&["poll"]).status().unwrap().success());
        program
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedwatch"));
        command.arg("--config").arg(self.folder.path().join("feedwatch.toml"));
        command.arg("--data-dir").arg(self.folder.path().join("data")).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn start(&self) -> Child {
        self.command(&["run"]).spawn().unwrap()
    }

    async fn connect(&self) -> SqliteConnection {
        let file = self.folder.path().join("data/feedwatch.db");
        let options = SqliteConnectOptions::new().filename(file).journal_mode(SqliteJournalMode::Wal);
        SqliteConnection::connect_with(&options).await.unwrap()
    }

    /// Queues what the dead channel is to have, afresh: 500 articles, each of a hundred watches.
    async fn prepare(&self) {
        if self.name == "none" {
            return;
        }
        let mut database = self.connect().await;
        for statement in [
            "DELETE FROM alert WHERE channel IN ('dead', 'night')",
            "DELETE FROM delivery WHERE channel IN ('dead', 'night')",
            "INSERT INTO article (id, feed_id, entry_key, title, summary, body, author, url, tags, lang, published_at, \
                 first_seen_at, last_seen_at, content_hash) \
             SELECT randomblob(16), feed_id, randomblob(32), title, summary, body, author, url, tags, lang, \
                 published_at, first_seen_at, last_seen_at, content_hash \
             FROM (SELECT * FROM article LIMIT 1), \
                 (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) SELECT i FROM n)",
            "INSERT OR IGNORE INTO match (id, watch, article_id, matched_at, spans) \
             SELECT randomblob(16), 'watch ' || i, article.id, 0, '[]' \
             FROM (SELECT id FROM article ORDER BY seq DESC LIMIT 500) AS article, \
                 (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) SELECT i FROM n)",
            "INSERT INTO delivery (id, channel, payload, state, created_at, next_attempt_at, waits_since, claims, attempts) \
             SELECT id, 'dead', (SELECT payload FROM delivery WHERE channel = 'desk0' LIMIT 1), 'pending', 0, 0, 0, 0, 0 \
             FROM match WHERE watch LIKE 'watch %' ORDER BY seq DESC LIMIT $1",
            "INSERT INTO alert (id, match_id, watch, channel, created_at, delivery_id) \
             SELECT randomblob(16), match.id, match.watch, 'dead', 0, match.id \
             FROM match JOIN delivery ON delivery.id = match.id",
            // It has failed before.
            "INSERT INTO channel (name, deliveries, bucket_full_at, failures, resume_at, failing_since) \
             VALUES ('dead', 0, 0, 5, 0, 0) ON CONFLICT DO UPDATE SET failures = 5, resume_at = 0, failing_since = 0",
        ] {
            sqlx::query(statement).bind(QUEUED).execute(&mut database).await.unwrap();
        }
        let (count,): (u32,) =
            sqlx::query_as("SELECT count(*) FROM delivery WHERE channel = 'dead' AND state = 'pending'")
                .fetch_one(&mut database)
                .await
                .unwrap();
        assert_eq!(count, QUEUED);
        database.close().await.unwrap();
    }

    async fn passed_on(&self) -> u32 {
        let mut database = self.connect().await;
        let (count,): (u32,) = sqlx::query_as("SELECT count(*) FROM alert WHERE channel = 'night'")
            .fetch_one(&mut database)
            .await
            .unwrap();
        database.close().await.unwrap();
        count
    }
}

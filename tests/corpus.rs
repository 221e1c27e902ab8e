//! Real feeds: what Python's feedparser reads of them, feedwatch reads too, or says why not.

use std::collections::HashMap;
use std::fs;

use serde_json::Value;

use crate::support::{FeedServer, Page, Program, Receiver, corpus};

/// The rows of the oracle for real feeds, by file name.
fn oracle(folder: &std::path::Path) -> HashMap<String, Value> {
    let text = fs::read_to_string(folder.join("feeds/oracle.jsonl")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter_map(|row| {
            let name = row["file"].as_str()?.strip_prefix("real/")?.to_owned();
            Some((name, row))
        })
        .collect()
}

#[test]
fn every_real_feed_is_read_and_a_second_poll_costs_nothing() {
    let Some(folder) = corpus() else { return };
    let oracle = oracle(&folder);
    assert!(oracle.len() > 50);
    let server = FeedServer::start();
    let mut feeds =
        String::from("[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nper_host = 8\nmax_entries = 10000\n");
    for (name, row) in &oracle {
        let body = fs::read(folder.join("feeds/real").join(name)).unwrap();
        let headers = row["headers"].as_object().unwrap();
        let content_type = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let content_type = content_type.and_then(|(_, value)| value.as_str()).unwrap_or_default();
        server.put(&format!("/{name}"), Page::new(content_type, body).etag(&format!("\"{name}\"")));
        feeds.push_str(&format!("[[feed]]\nurl = \"{}\"\n", server.url(&format!("/{name}"))));
    }
    let program = Program::new("");
    program.write(&feeds);

    let (mut expected, mut read) = (0, 0);
    let mut silent = Vec::new();
    for line in program.json(&["poll"]) {
        let name = line["feed"].as_str().unwrap().rsplit('/').next().unwrap();
        let entries = oracle[name]["entries"].as_array().map_or(0, Vec::len);
        let new = line["new"].as_u64().unwrap() as usize;
        expected += entries;
        read += new.min(entries);
        if new == 0 && entries > 0 && line["error"].is_null() {
            silent.push(name.to_owned());
        }
    }
    println!("real feeds: {} feeds, {read} of {expected} entries", oracle.len());
    assert!(silent.is_empty(), "empty without a word: {silent:?}");
    // Entries that a feed carries twice are one article here.
    assert!(read * 100 >= expected * 97, "{read} of {expected} entries");

    for line in program.json(&["poll"]) {
        assert_eq!((&line["status"], &line["new"]), (&"unchanged".into(), &0.into()), "{line}");
    }
}

/// The same numbers as people and programs see them: `feed test` on each file, with the headers that the
/// oracle read it with.
#[test]
fn the_built_program_reads_the_corpus_as_the_oracle_does() {
    let Some(folder) = corpus() else { return };
    let text = fs::read_to_string(folder.join("feeds/oracle.jsonl")).unwrap();
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let program = Program::new("");
    let halves = rows.split_at(rows.len() / 2);
    let work = |rows: &[Value]| {
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.add(&program, &folder, row));
        tally
    };
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| work(halves.1));
        (work(halves.0), second.join().unwrap())
    });
    let sum = |count: fn(&Tally) -> (usize, usize)| {
        let (first, second) = (count(&first), count(&second));
        (first.0 + second.0, first.1 + second.1)
    };
    for (what, (found, wanted), percent) in [
        ("entries", sum(|tally| tally.entries), 99),
        ("titles", sum(|tally| tally.titles), 98),
        ("dates", sum(|tally| tally.dates), 97),
        ("links", sum(|tally| tally.links), 97),
    ] {
        println!("{what}: {found} of {wanted}");
        assert!(wanted > 1000 && found * 100 >= wanted * percent, "{what}: {found} of {wanted}");
    }
    let silent = [first.silent, second.silent].concat();
    assert!(silent.is_empty(), "entries are missing without a word: {silent:?}");
}

/// What `feed test` found of what the oracle has.
#[derive(Default)]
struct Tally {
    entries: (usize, usize),
    titles: (usize, usize),
    dates: (usize, usize),
    links: (usize, usize),
    silent: Vec<String>,
}

impl Tally {
    fn add(&mut self, program: &Program, folder: &std::path::Path, row: &Value) {
        let name = row["file"].as_str().unwrap();
        let file = folder.join("feeds").join(name).display().to_string();
        let content_type = row["headers"]["content-type"].as_str().unwrap();
        let output = program.output(&["feed", "test", &file, "--content-type", content_type, "--json"]);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{name}: {e}"));
        let failed = !found["error"].is_null();
        assert_eq!(output.status.code(), Some(i32::from(failed)), "{name}");
        let (wanted, entries) = (row["entries"].as_array().unwrap(), found["entries"].as_array().unwrap());
        if entries.is_empty() && !wanted.is_empty() && !failed {
            self.silent.push(name.to_owned());
        }
        self.entries.0 += wanted.len().min(entries.len());
        self.entries.1 += wanted.len();
        for (wanted, entry) in wanted.iter().zip(entries) {
            let count =
                |tally: &mut (usize, usize), key: &str, same: fn(&str, &str) -> bool, found: &Value| {
                    let Some(wanted) = wanted[key].as_str() else { return };
                    tally.0 += usize::from(same(wanted, found.as_str().unwrap_or_default()));
                    tally.1 += 1;
                };
            count(&mut self.titles, "title", same_words, &entry["title"]);
            count(
                &mut self.dates,
                "date",
                |wanted, found| found.starts_with(&wanted[..19]),
                &entry["published_at"],
            );
            count(&mut self.links, "link", |wanted, found| wanted == found, &entry["url"]);
        }
    }
}

/// Whether two titles read alike, markup and blanks aside: the oracle keeps both.
fn same_words(wanted: &str, found: &str) -> bool {
    let words = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    words(wanted) == words(found)
}

/// The story that feedwatch was made for, in each of the encodings its feed is found in.
#[test]
fn the_story_is_told_to_an_english_speaking_desk() {
    let Some(folder) = corpus() else { return };
    for (file, content_type) in [
        ("rss-utf8.xml", "application/rss+xml"),
        ("rss-windows-1251.xml", "application/rss+xml"),
        ("rss-1251-undeclared.xml", "application/rss+xml; charset=windows-1251"),
    ] {
        let server = FeedServer::start();
        server.put("/wire", Page::new(content_type, fs::read(folder.join("story").join(file)).unwrap()));
        let receiver = Receiver::start();
        let program = Program::new(&format!(
            "[defaults]\nalert_on_first_poll = true\n[[feed]]\nurl = \"{}\"\n\
             [[watch]]\nname = \"concepts\"\nquery = '@cybersecurity AND @asean'\nchannels = [\"desk\"]\n\
             [[watch]]\nname = \"words\"\nquery = 'кибербезопасность AND АСЕАН'\nchannels = [\"desk\"]\n\
             [[watch]]\nname = \"teaser\"\nquery = 'кибербезопасность AND Индия AND футбол'\nchannels = [\"desk\"]\n\
             [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
            server.url("/wire"),
            receiver.url,
            Receiver::SECRET,
        ));
        assert_eq!(program.json(&["poll"])[0]["matches"], 2, "{file}");
        program.run(&["poll"]);
        let told = receiver.wait_for(2);
        assert_eq!(told.len(), 2, "{file}: once for each watch");
        for alert in told {
            assert!(alert.is_signed());
            let article = &alert.json()["data"]["articles"][0];
            assert_eq!(
                (&article["title"], &article["lang"]),
                (&"Япония и АСЕАН усилят сотрудничество в сфере кибербезопасности".into(), &"ru".into())
            );
            let spans = article["spans"].as_array().unwrap();
            assert!(spans.iter().any(|span| span["text"] == "кибербезопасности"), "{spans:?}");
        }
    }
}
